-- What a supervisor remarks at a field of an entry, beside the decision on the whole.
CREATE TABLE entry_comment (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry_id BIGINT NOT NULL REFERENCES record_entry (id),
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    -- Name of the field, with the row where it is a column.
    field TEXT NOT NULL,
    -- Under the cohort's key.
    content TEXT NOT NULL,
    commented_by TEXT NOT NULL,
    commented_at TIMESTAMPTZ NOT NULL,
    -- Taken back by who wrote it.
    withdrawn_at TIMESTAMPTZ
);
CREATE INDEX entry_comment_enrolment ON entry_comment (enrolment_id);
