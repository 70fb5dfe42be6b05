-- Who asked on the sign-in page for a link, and in which browser: the link that goes out opens there alone. No record, and not sealed.
CREATE TABLE asked_link (
    user_id BIGINT PRIMARY KEY REFERENCES users (id),
    -- Digest of what the browser keeps.
    browser TEXT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL
);

-- The browser a link opens in; empty: in any.
ALTER TABLE sign_in_link ADD COLUMN browser TEXT NOT NULL DEFAULT '';
