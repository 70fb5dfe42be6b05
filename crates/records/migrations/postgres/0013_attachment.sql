-- Files beside an entry of a practicum record, and scans of signatures made on paper.
CREATE TABLE attachment (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    entry_id BIGINT REFERENCES record_entry (id),
    signature_id BIGINT REFERENCES signature (id),
    -- The entry's revisions it belongs to: from this number, to before that one.
    since_revision BIGINT NOT NULL,
    until_revision BIGINT,
    -- Under the cohort's key.
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    -- Bytes of the file.
    size BIGINT NOT NULL,
    -- Of the sealed content.
    sha256 TEXT NOT NULL,
    -- A scanner found nothing in it; where none is set up, nobody has looked.
    scanned BOOLEAN NOT NULL,
    added_by TEXT NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    removed_by TEXT,
    removed_at TIMESTAMPTZ,
    -- The content is gone: taken back before it was handed in, or shredded.
    erased_at TIMESTAMPTZ,
    CHECK ((entry_id IS NULL) <> (signature_id IS NULL))
);
CREATE INDEX attachment_enrolment ON attachment (enrolment_id);

-- Under the cohort's key; what it says is sealed by its digest in `attachment`.
CREATE TABLE attachment_content (
    attachment_id BIGINT PRIMARY KEY REFERENCES attachment (id),
    content BYTEA NOT NULL
);
