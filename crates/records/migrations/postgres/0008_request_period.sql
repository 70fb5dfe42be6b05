-- From when until when the trainees of a cohort may ask offices themselves; without a row they may not.
CREATE TABLE request_period (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cohort_id BIGINT NOT NULL UNIQUE REFERENCES cohort (id),
    opens_on DATE NOT NULL,
    closes_on DATE NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
