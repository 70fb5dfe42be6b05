-- Which import a session came with, so that an import is taken back as one.
CREATE TABLE session_import (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL UNIQUE REFERENCES session (id),
    import_run_id INTEGER NOT NULL REFERENCES import_run (id)
) STRICT;
CREATE INDEX session_import_run ON session_import (import_run_id);
