-- From when until when the trainees of a cohort may ask offices themselves; without a row they may not.
CREATE TABLE request_period (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cohort_id INTEGER NOT NULL UNIQUE REFERENCES cohort (id),
    opens_on TEXT NOT NULL,
    closes_on TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
