-- Files beside an entry of a practicum record, and scans of signatures made on paper.
CREATE TABLE attachment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    entry_id INTEGER REFERENCES record_entry (id),
    signature_id INTEGER REFERENCES signature (id),
    -- The entry's revisions it belongs to: from this number, to before that one.
    since_revision INTEGER NOT NULL,
    until_revision INTEGER,
    -- Under the cohort's key.
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    -- Bytes of the file.
    size INTEGER NOT NULL,
    -- Of the sealed content.
    sha256 TEXT NOT NULL,
    -- A scanner found nothing in it; where none is set up, nobody has looked.
    scanned INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    removed_by TEXT,
    removed_at TEXT,
    -- The content is gone: taken back before it was handed in, or shredded.
    erased_at TEXT,
    CHECK ((entry_id IS NULL) <> (signature_id IS NULL))
) STRICT;
CREATE INDEX attachment_enrolment ON attachment (enrolment_id);

-- Under the cohort's key; what it says is sealed by its digest in `attachment`.
CREATE TABLE attachment_content (
    attachment_id INTEGER PRIMARY KEY REFERENCES attachment (id),
    content BLOB NOT NULL
) STRICT;
