-- How a cohort is placed: the newest row counts; without one the default policy.
CREATE TABLE placement_policy (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    -- TOML.
    content TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX placement_policy_cohort ON placement_policy (cohort_id);

-- What a round was made of and what it said, so that it can be compared, gone back to and solved again.
CREATE TABLE placement_round_version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL UNIQUE REFERENCES placement_round (id),
    policy TEXT NOT NULL,
    -- The instance as JSON.
    input TEXT NOT NULL,
    -- A list of assignments as JSON.
    assignments TEXT NOT NULL
) STRICT;

CREATE TABLE placement_round_note (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL REFERENCES placement_round (id),
    note TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX placement_round_note_round ON placement_round_note (round_id);

-- What an office can offer beside its places; the newest row counts.
CREATE TABLE host_office_offer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host_office_id INTEGER NOT NULL REFERENCES host_office (id),
    -- Divided by blanks.
    case_types TEXT NOT NULL,
    -- Days on which a week may not fall, as 2027-02-01/2027-02-14, divided by blanks.
    closed TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX host_office_offer_office ON host_office_offer (host_office_id);
