-- From where staff may come, how long unused accounts stay open, which acts need a second person. Without a row: from anywhere, for ever, none.
CREATE TABLE access_policy (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL UNIQUE REFERENCES provider (id),
    -- For each role the networks it may come from, as JSON: {"administrator": ["192.0.2.0/24"]}. A role that is not named comes from anywhere.
    networks TEXT NOT NULL,
    -- Days after which an account of staff that nobody used is closed; 0: never.
    idle_days BIGINT NOT NULL,
    -- Kinds of acts that need a second person, with commas between them.
    second_person TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

-- Acts that wait for a second person, or waited.
CREATE TABLE proposal (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    -- revocation, waiver, rules, destruction
    kind TEXT NOT NULL,
    -- What it is done to, such as certificate/7.
    subject TEXT NOT NULL,
    -- What is to be done, as JSON: the second person does exactly this.
    act TEXT NOT NULL,
    -- The form it was sent with, as JSON: path and fields.
    form TEXT NOT NULL DEFAULT '',
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    -- Null while it waits; who did it, or dropped it.
    decided_by TEXT,
    decided_at TIMESTAMPTZ,
    -- True: done.
    done BOOLEAN
);
CREATE UNIQUE INDEX proposal_open ON proposal (provider_id, kind, subject) WHERE decided_at IS NULL;

-- Looks at who has an account, once a year.
CREATE TABLE account_review (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    reviewed_by TEXT NOT NULL,
    reviewed_at TIMESTAMPTZ NOT NULL,
    -- How many open accounts were looked at.
    accounts BIGINT NOT NULL
);

-- When an account that was closed was opened again. No record, and not sealed.
CREATE TABLE account_opened (
    user_id BIGINT PRIMARY KEY REFERENCES users (id),
    opened_at TIMESTAMPTZ NOT NULL
);
