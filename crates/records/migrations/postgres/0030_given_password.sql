-- Passwords that were told to their holders: each is changed at the first sign-in, and ends unused after some days.
CREATE TABLE given_password (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    given_at TIMESTAMPTZ NOT NULL,
    -- When another password took its place.
    replaced_at TIMESTAMPTZ
);
CREATE INDEX given_password_of_user ON given_password (user_id);
