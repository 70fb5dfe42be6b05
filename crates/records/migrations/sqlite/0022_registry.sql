-- Facts of the registry of care managers. None is changed; a wrong one is taken back with a reason.
CREATE TABLE registry_fact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES person (id),
    -- The day it takes effect.
    effective_on TEXT NOT NULL,
    -- JSON: kind and values.
    fact TEXT NOT NULL,
    note TEXT NOT NULL,
    -- The import it came with.
    import_run_id INTEGER REFERENCES import_run (id),
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_by TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX registry_fact_person ON registry_fact (person_id);

-- Registration numbers: each belongs to one person, and is never given again.
CREATE TABLE registration_number (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    number TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES person (id),
    UNIQUE (provider_id, number)
) STRICT;
CREATE INDEX registration_number_person ON registration_number (person_id);

-- What a prefecture has decided about renewal, and from which serial it numbers.
CREATE TABLE registry_setting (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL UNIQUE REFERENCES provider (id),
    -- JSON of the policy.
    policy TEXT NOT NULL,
    first_serial INTEGER NOT NULL DEFAULT 1,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

-- What lists are sorted and counted by. It follows from the facts, is written with each of them, and is not sealed.
CREATE TABLE registry_index (
    person_id INTEGER PRIMARY KEY REFERENCES person (id),
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    number TEXT NOT NULL,
    -- Last day of a card that has not lost its effect.
    expires_on TEXT,
    chief_until TEXT,
    renewed_by TEXT NOT NULL
) STRICT;
CREATE INDEX registry_index_number ON registry_index (provider_id, number);
CREATE INDEX registry_index_expiry ON registry_index (provider_id, expires_on);
