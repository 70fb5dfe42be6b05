-- A provider's own templates of papers, as Typst source, in versions; without one the template that ships is used.
CREATE TABLE paper_template (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    paper TEXT NOT NULL,
    number BIGINT NOT NULL,
    -- Empty: the template that ships again.
    source TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    UNIQUE (provider_id, paper, number)
);
