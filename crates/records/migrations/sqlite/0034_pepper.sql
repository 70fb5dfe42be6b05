-- A secret that digests of short codes are made with, sealed by a main key: whoever reads the database alone guesses none of them.
CREATE TABLE pepper (
    id INTEGER PRIMARY KEY,
    secret TEXT NOT NULL,
    sealed_by TEXT NOT NULL
) STRICT;
