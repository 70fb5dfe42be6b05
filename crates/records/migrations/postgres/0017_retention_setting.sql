-- How long a provider keeps the texts of cases; without a row five years.
CREATE TABLE retention_setting (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL UNIQUE REFERENCES provider (id),
    -- Years after a cohort's last day.
    years BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
