-- For how many years a provider keeps personal data of a class, beside the texts of cases. Without a row: for good.
CREATE TABLE erasure_setting (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    -- contacts, notices
    class TEXT NOT NULL,
    -- 0: for good.
    years INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (provider_id, class)
) STRICT;
