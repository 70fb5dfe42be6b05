-- What else holds of a case; the newest row counts, and a case without one is a client's with nobody else concerned.
CREATE TABLE case_circumstance (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES practicum_case (id),
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    -- Nobody's: made up for plans as exercise.
    invented BOOLEAN NOT NULL,
    -- Who has to agree besides the client, divided by blanks: family, other.
    concerned TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX case_circumstance_enrolment ON case_circumstance (enrolment_id);
CREATE INDEX case_circumstance_case ON case_circumstance (case_id);
