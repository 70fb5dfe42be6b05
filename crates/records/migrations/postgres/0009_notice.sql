-- A provider's own texts of notices, in versions; where it has none of a kind, the text that ships (version 0) is used.
CREATE TABLE notice_template (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    UNIQUE (provider_id, kind, number)
);

-- When notices go out by themselves.
CREATE TABLE notice_setting (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL UNIQUE REFERENCES provider (id),
    -- Hours of the day in Japan.
    quiet_from BIGINT NOT NULL,
    quiet_until BIGINT NOT NULL,
    -- Days before the practicum's last day on which trainees are reminded, divided by blanks.
    lead_days TEXT NOT NULL,
    -- Days an entry waits before its supervisor is reminded; 0: never.
    waiting_days BIGINT NOT NULL,
    -- Days a link to sign in with holds.
    link_days BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

-- How a supervisor is reached, and the account that is theirs alone.
CREATE TABLE supervisor_contact (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    supervisor_id BIGINT NOT NULL UNIQUE REFERENCES supervisor (id),
    email TEXT NOT NULL,
    user_id BIGINT UNIQUE REFERENCES users (id),
    version BIGINT NOT NULL DEFAULT 1
);

-- How an office is reached while no supervisor of it is.
CREATE TABLE office_contact (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host_office_id BIGINT NOT NULL UNIQUE REFERENCES host_office (id),
    email TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

-- What was told to whom: the version of the text and what it was filled with are kept.
CREATE TABLE notice (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    cohort_id BIGINT REFERENCES cohort (id),
    kind TEXT NOT NULL,
    -- 0: the text that ships.
    template_number BIGINT NOT NULL,
    -- JSON. A link is made when the notice goes out and is not kept.
    variables TEXT NOT NULL,
    enrolment_id BIGINT REFERENCES enrolment (id),
    host_office_id BIGINT REFERENCES host_office (id),
    supervisor_id BIGINT REFERENCES supervisor (id),
    recipient TEXT NOT NULL,
    -- mail, letter
    channel TEXT NOT NULL,
    -- Where it goes: a mail address, or the lines of a postal one.
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    -- What the mail server said.
    error TEXT NOT NULL DEFAULT '',
    attempts BIGINT NOT NULL DEFAULT 0,
    not_before TIMESTAMPTZ NOT NULL,
    -- What it is about: told once, whoever asks for it again.
    once TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (provider_id, once)
);
CREATE INDEX notice_cohort ON notice (cohort_id);
CREATE INDEX notice_waiting ON notice (not_before) WHERE state = 'queued' AND channel = 'mail';

-- Links that sign one person in, once. Only a digest of the link is kept.
CREATE TABLE sign_in_link (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    digest TEXT NOT NULL UNIQUE,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX sign_in_link_user ON sign_in_link (user_id);
