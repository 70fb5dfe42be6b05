-- Which import a fact of a trainee came with, so that what was recorded at once is taken back at once.
CREATE TABLE fact_import (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    import_run_id BIGINT NOT NULL REFERENCES import_run (id),
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    -- The table of the fact.
    kind TEXT NOT NULL,
    fact_id BIGINT NOT NULL,
    UNIQUE (kind, fact_id)
);
CREATE INDEX fact_import_run ON fact_import (import_run_id);
CREATE INDEX fact_import_enrolment ON fact_import (enrolment_id);
