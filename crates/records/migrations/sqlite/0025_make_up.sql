-- Sessions that are for those alone who are invited to them.
CREATE TABLE make_up_session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL UNIQUE REFERENCES session (id)
) STRICT;

CREATE TABLE session_invitee (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL REFERENCES session (id),
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    invited_by TEXT NOT NULL,
    invited_at TEXT NOT NULL,
    UNIQUE (session_id, enrolment_id)
) STRICT;
CREATE INDEX session_invitee_enrolment ON session_invitee (enrolment_id);
