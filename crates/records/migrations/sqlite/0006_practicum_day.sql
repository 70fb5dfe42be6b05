-- Days of a practicum that trainee and office agree on.
CREATE TABLE practicum_day (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    placement_id INTEGER NOT NULL REFERENCES placement (id),
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    on_day TEXT NOT NULL,
    from_time TEXT NOT NULL,
    until_time TEXT NOT NULL,
    -- meeting, office, visit, conference
    content TEXT NOT NULL,
    note TEXT NOT NULL,
    -- offered, agreed, declined, cancelled
    state TEXT NOT NULL,
    -- Role of who offered it: the other side answers.
    offered_as TEXT NOT NULL,
    offered_by TEXT NOT NULL,
    offered_at TEXT NOT NULL,
    answered_by TEXT,
    answered_at TEXT,
    reason TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX practicum_day_enrolment ON practicum_day (enrolment_id);
CREATE INDEX practicum_day_placement ON practicum_day (placement_id);

-- How a cohort's records stand is counted from the index alone.
DROP INDEX record_entry_enrolment;
CREATE INDEX record_entry_enrolment ON record_entry (enrolment_id, discarded_at, state, changed_at);
