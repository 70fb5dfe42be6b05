-- Sessions as their user sees them: since when, from where, with what. No record, and not sealed.
CREATE TABLE open_session (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    -- As the session is kept: a digest.
    session TEXT NOT NULL UNIQUE,
    began_at TIMESTAMPTZ NOT NULL,
    address TEXT NOT NULL,
    browser TEXT NOT NULL
);
CREATE INDEX open_session_of_user ON open_session (user_id);
