-- Passwords that were told to their holders: each is changed at the first sign-in, and ends unused after some days.
CREATE TABLE given_password (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    given_at TEXT NOT NULL,
    -- When another password took its place.
    replaced_at TEXT
) STRICT;
CREATE INDEX given_password_of_user ON given_password (user_id);
