-- Sessions as their user sees them: since when, from where, with what. No record, and not sealed.
CREATE TABLE open_session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    -- As the session is kept: a digest.
    session TEXT NOT NULL UNIQUE,
    began_at TEXT NOT NULL,
    address TEXT NOT NULL,
    browser TEXT NOT NULL
) STRICT;
CREATE INDEX open_session_of_user ON open_session (user_id);
