-- What vouches for an account by a key outside the database: its row and everything it is entered with. Whoever can write the database alone
-- cannot make one.
CREATE TABLE account_seal (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    seal TEXT NOT NULL
) STRICT;

-- The same for a link: whom it signs in, and until when.
ALTER TABLE sign_in_link ADD COLUMN seal TEXT NOT NULL DEFAULT '';
