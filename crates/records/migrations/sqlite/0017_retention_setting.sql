-- How long a provider keeps the texts of cases; without a row five years.
CREATE TABLE retention_setting (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL UNIQUE REFERENCES provider (id),
    -- Years after a cohort's last day.
    years INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
