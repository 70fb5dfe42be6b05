-- Passkeys: what a device of a user signs in with, by its public key.
CREATE TABLE passkey (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    -- The id that the device gave the key, in base64 for addresses.
    credential TEXT NOT NULL UNIQUE,
    -- Public key and counter, as JSON.
    public_key TEXT NOT NULL,
    -- What its user calls the device.
    name TEXT NOT NULL,
    added_at TEXT NOT NULL,
    used_at TEXT,
    ended_at TEXT
) STRICT;
CREATE INDEX passkey_of_user ON passkey (user_id);

-- Identities elsewhere (OpenID Connect) that open an account.
CREATE TABLE linked_identity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    -- Who vouches for it, and what it is called there.
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    linked_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE UNIQUE INDEX linked_identity_open ON linked_identity (issuer, subject) WHERE ended_at IS NULL;
CREATE INDEX linked_identity_of_user ON linked_identity (user_id);

-- Challenges that were answered: none is answered twice. Digests; no record, and not sealed.
CREATE TABLE used_challenge (
    digest TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL
) STRICT;
