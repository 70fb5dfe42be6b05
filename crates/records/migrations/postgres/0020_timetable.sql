-- A session as it was first set and after each change; the newest counts. The row in `session` has the newest times.
CREATE TABLE session_version (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id BIGINT NOT NULL REFERENCES session (id),
    title TEXT NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    place TEXT NOT NULL,
    online BOOLEAN NOT NULL,
    -- JSON: subjects in the order they are taught, with minutes and, where told, from when to when.
    shares TEXT NOT NULL,
    -- JSON: account ids of who teaches.
    instructors TEXT NOT NULL,
    cancelled BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX session_version_session ON session_version (session_id);

-- A cohort as it was before it was changed; the row in `cohort` has what holds now.
CREATE TABLE cohort_former (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cohort_id BIGINT NOT NULL REFERENCES cohort (id),
    name TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    practicum_from DATE NOT NULL,
    practicum_weeks BIGINT NOT NULL,
    travel_limit_m BIGINT NOT NULL,
    -- Why it was changed, by whom, and when.
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX cohort_former_cohort ON cohort_former (cohort_id);

-- A cohort that was cancelled, or taken up again.
CREATE TABLE cohort_cancellation (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cohort_id BIGINT NOT NULL REFERENCES cohort (id),
    cancelled BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX cohort_cancellation_cohort ON cohort_cancellation (cohort_id);

-- A missed session that was healed: by a report, a recording, or a day of another course.
CREATE TABLE healed_session (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    session_id BIGINT NOT NULL REFERENCES session (id),
    way TEXT NOT NULL,
    healed_on DATE NOT NULL,
    note TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT
);
CREATE INDEX healed_session_enrolment ON healed_session (enrolment_id);

-- Practicum time at the office that belongs to no client.
CREATE TABLE office_time (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    content TEXT NOT NULL,
    spent_on DATE NOT NULL,
    minutes BIGINT NOT NULL,
    break_minutes BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT
);
CREATE INDEX office_time_enrolment ON office_time (enrolment_id);

-- When somebody passed the qualifying exam; the newest counts.
CREATE TABLE exam_pass (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    passed_on DATE NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX exam_pass_enrolment ON exam_pass (enrolment_id);

-- What a heading of a provider's own lists means, as somebody said at an import.
CREATE TABLE column_heading (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    -- In the form headings are compared in.
    heading TEXT NOT NULL,
    -- Key of the roster's column; empty: it is no column of a roster.
    meaning TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    UNIQUE (provider_id, heading)
);
