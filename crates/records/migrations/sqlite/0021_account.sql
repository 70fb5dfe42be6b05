-- What is known of an account beside its login: where mails to it go, and the last day it can be used.
CREATE TABLE account_detail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL UNIQUE REFERENCES users (id),
    -- Empty: none. A trainee's and a supervisor's address stand with the person.
    email TEXT NOT NULL,
    ends_on TEXT,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX account_detail_email ON account_detail (lower(email));
CREATE INDEX person_email ON person (lower(email));
CREATE INDEX users_person ON users (person_id);

-- When somebody last signed in with an account. No record, and not sealed.
CREATE TABLE account_use (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    signed_in_at TEXT NOT NULL
) STRICT;

-- A link on paper is a short code: it asks for the birth date, and ends after some wrong ones.
ALTER TABLE sign_in_link ADD COLUMN asks_birth_date INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sign_in_link ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
