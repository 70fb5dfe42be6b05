-- Who receives trainees at an office that is reached by its own mail address, and the account its links sign in.
CREATE TABLE office_reception (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host_office_id INTEGER NOT NULL UNIQUE REFERENCES host_office (id),
    -- Empty: nobody is named.
    name TEXT NOT NULL,
    user_id INTEGER UNIQUE REFERENCES users (id)
) STRICT;
