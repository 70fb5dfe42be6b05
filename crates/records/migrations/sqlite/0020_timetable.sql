-- A session as it was first set and after each change; the newest counts. The row in `session` has the newest times.
CREATE TABLE session_version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL REFERENCES session (id),
    title TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    place TEXT NOT NULL,
    online INTEGER NOT NULL,
    -- JSON: subjects in the order they are taught, with minutes and, where told, from when to when.
    shares TEXT NOT NULL,
    -- JSON: account ids of who teaches.
    instructors TEXT NOT NULL,
    cancelled INTEGER NOT NULL,
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX session_version_session ON session_version (session_id);

-- A cohort as it was before it was changed; the row in `cohort` has what holds now.
CREATE TABLE cohort_former (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    name TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    practicum_from TEXT NOT NULL,
    practicum_weeks INTEGER NOT NULL,
    travel_limit_m INTEGER NOT NULL,
    -- Why it was changed, by whom, and when.
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX cohort_former_cohort ON cohort_former (cohort_id);

-- A cohort that was cancelled, or taken up again.
CREATE TABLE cohort_cancellation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    cancelled INTEGER NOT NULL,
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX cohort_cancellation_cohort ON cohort_cancellation (cohort_id);

-- A missed session that was healed: by a report, a recording, or a day of another course.
CREATE TABLE healed_session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    session_id INTEGER NOT NULL REFERENCES session (id),
    way TEXT NOT NULL,
    healed_on TEXT NOT NULL,
    note TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX healed_session_enrolment ON healed_session (enrolment_id);

-- Practicum time at the office that belongs to no client.
CREATE TABLE office_time (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    content TEXT NOT NULL,
    spent_on TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    break_minutes INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX office_time_enrolment ON office_time (enrolment_id);

-- When somebody passed the qualifying exam; the newest counts.
CREATE TABLE exam_pass (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    passed_on TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX exam_pass_enrolment ON exam_pass (enrolment_id);

-- What a heading of a provider's own lists means, as somebody said at an import.
CREATE TABLE column_heading (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    -- In the form headings are compared in.
    heading TEXT NOT NULL,
    -- Key of the roster's column; empty: it is no column of a roster.
    meaning TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    UNIQUE (provider_id, heading)
) STRICT;
