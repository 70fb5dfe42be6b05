-- Which import a fact of a trainee came with, so that what was recorded at once is taken back at once.
CREATE TABLE fact_import (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    import_run_id INTEGER NOT NULL REFERENCES import_run (id),
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    -- The table of the fact.
    kind TEXT NOT NULL,
    fact_id INTEGER NOT NULL,
    UNIQUE (kind, fact_id)
) STRICT;
CREATE INDEX fact_import_run ON fact_import (import_run_id);
CREATE INDEX fact_import_enrolment ON fact_import (enrolment_id);
