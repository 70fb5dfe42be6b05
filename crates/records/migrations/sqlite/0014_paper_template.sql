-- A provider's own wording of a paper, as Typst source; without one the wording that ships is used.
CREATE TABLE paper_template (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    paper TEXT NOT NULL,
    -- Empty: the wording that ships again.
    source TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (provider_id, paper)
) STRICT;
