-- What supervisors evaluate and how: each provider's own, in versions; where it has none, the rubric that ships (version 0) is used.
CREATE TABLE evaluation_rubric (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    number INTEGER NOT NULL,
    -- One a line.
    criteria TEXT NOT NULL,
    levels TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TEXT NOT NULL,
    UNIQUE (provider_id, number)
) STRICT;

-- A supervisor's evaluation of a trainee; a later one stands in place of an earlier one, which stays.
CREATE TABLE practicum_evaluation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    -- Where it was.
    host_office_id INTEGER NOT NULL REFERENCES host_office (id),
    rubric_number INTEGER NOT NULL,
    -- Under the cohort's key.
    content TEXT NOT NULL,
    evaluated_by TEXT NOT NULL,
    -- The supervisor's name.
    supervisor TEXT NOT NULL,
    evaluated_at TEXT NOT NULL
) STRICT;
CREATE INDEX practicum_evaluation_enrolment ON practicum_evaluation (enrolment_id);
