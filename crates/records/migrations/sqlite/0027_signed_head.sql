-- The head of each ledger is signed by a key that lies outside the database: whoever can write the database alone cannot rewrite the ledger.
-- The key's name, and HMAC-SHA256 in hexadecimal digits; empty where the key was not at hand.
ALTER TABLE audit_head ADD COLUMN signed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_head ADD COLUMN signature TEXT NOT NULL DEFAULT '';
