-- A provider's own templates of papers, as Typst source, in versions; without one the template that ships is used.
CREATE TABLE paper_template (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    paper TEXT NOT NULL,
    number INTEGER NOT NULL,
    -- Empty: the template that ships again.
    source TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TEXT NOT NULL,
    UNIQUE (provider_id, paper, number)
) STRICT;
