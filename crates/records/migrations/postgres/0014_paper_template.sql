-- A provider's own wording of a paper, as Typst source; without one the wording that ships is used.
CREATE TABLE paper_template (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    paper TEXT NOT NULL,
    -- Empty: the wording that ships again.
    source TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (provider_id, paper)
);
