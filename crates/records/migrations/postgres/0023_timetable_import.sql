-- Which import a session came with, so that an import is taken back as one.
CREATE TABLE session_import (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id BIGINT NOT NULL UNIQUE REFERENCES session (id),
    import_run_id BIGINT NOT NULL REFERENCES import_run (id)
);
CREATE INDEX session_import_run ON session_import (import_run_id);
