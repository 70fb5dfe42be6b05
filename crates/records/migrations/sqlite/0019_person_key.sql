-- People in the form names are compared and searched in. Made from the person's row and made again whenever that form changes: it is no
-- record of its own and is not sealed.
CREATE TABLE person_key (
    person_id INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    -- The name alone.
    name_key TEXT NOT NULL,
    -- Everything a person is searched by: names, furigana, telephone number, mail address, address.
    search TEXT NOT NULL,
    -- Version of the form.
    form INTEGER NOT NULL
) STRICT;
CREATE INDEX person_key_name ON person_key (provider_id, name_key);
