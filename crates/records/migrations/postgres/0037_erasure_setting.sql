-- For how many years a provider keeps personal data of a class, beside the texts of cases. Without a row: for good.
CREATE TABLE erasure_setting (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    -- contacts, notices
    class TEXT NOT NULL,
    -- 0: for good.
    years BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (provider_id, class)
);
