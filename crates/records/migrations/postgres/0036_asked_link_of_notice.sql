-- A link that was asked for belongs to its notice: whoever else asks meanwhile changes nothing of it.
DROP TABLE asked_link;
CREATE TABLE asked_link (
    notice_id BIGINT PRIMARY KEY REFERENCES notice (id),
    -- Digest of what the browser keeps in which it was asked for.
    browser TEXT NOT NULL
);
