-- What supervisors evaluate and how: each provider's own, in versions; where it has none, the rubric that ships (version 0) is used.
CREATE TABLE evaluation_rubric (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    number BIGINT NOT NULL,
    -- One a line.
    criteria TEXT NOT NULL,
    levels TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    UNIQUE (provider_id, number)
);

-- A supervisor's evaluation of a trainee; a later one stands in place of an earlier one, which stays.
CREATE TABLE practicum_evaluation (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    -- Where it was.
    host_office_id BIGINT NOT NULL REFERENCES host_office (id),
    rubric_number BIGINT NOT NULL,
    -- Under the cohort's key.
    content TEXT NOT NULL,
    evaluated_by TEXT NOT NULL,
    -- The supervisor's name.
    supervisor TEXT NOT NULL,
    evaluated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX practicum_evaluation_enrolment ON practicum_evaluation (enrolment_id);
