-- What else holds of a case; the newest row counts, and a case without one is a client's with nobody else concerned.
CREATE TABLE case_circumstance (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES practicum_case (id),
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    -- Nobody's: made up for plans as exercise.
    invented INTEGER NOT NULL,
    -- Who has to agree besides the client, divided by blanks: family, other.
    concerned TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX case_circumstance_enrolment ON case_circumstance (enrolment_id);
CREATE INDEX case_circumstance_case ON case_circumstance (case_id);
