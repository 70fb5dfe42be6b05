-- Backups that were made, of the whole installation; they are no records of a provider and are not sealed.
CREATE TABLE backup_run (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    made_at TIMESTAMPTZ NOT NULL,
    file TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    -- Its proof found something wrong in the records, or it could not be made: in words; empty where all is well.
    fault TEXT NOT NULL
);
