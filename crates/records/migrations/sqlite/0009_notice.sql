-- A provider's own texts of notices, in versions; where it has none of a kind, the text that ships (version 0) is used.
CREATE TABLE notice_template (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    kind TEXT NOT NULL,
    number INTEGER NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TEXT NOT NULL,
    UNIQUE (provider_id, kind, number)
) STRICT;

-- When notices go out by themselves.
CREATE TABLE notice_setting (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL UNIQUE REFERENCES provider (id),
    -- Hours of the day in Japan.
    quiet_from INTEGER NOT NULL,
    quiet_until INTEGER NOT NULL,
    -- Days before the practicum's last day on which trainees are reminded, divided by blanks.
    lead_days TEXT NOT NULL,
    -- Days an entry waits before its supervisor is reminded; 0: never.
    waiting_days INTEGER NOT NULL,
    -- Days a link to sign in with holds.
    link_days INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

-- How a supervisor is reached, and the account that is theirs alone.
CREATE TABLE supervisor_contact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    supervisor_id INTEGER NOT NULL UNIQUE REFERENCES supervisor (id),
    email TEXT NOT NULL,
    user_id INTEGER UNIQUE REFERENCES users (id),
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

-- How an office is reached while no supervisor of it is.
CREATE TABLE office_contact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host_office_id INTEGER NOT NULL UNIQUE REFERENCES host_office (id),
    email TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

-- What was told to whom: the version of the text and what it was filled with are kept.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    cohort_id INTEGER REFERENCES cohort (id),
    kind TEXT NOT NULL,
    -- 0: the text that ships.
    template_number INTEGER NOT NULL,
    -- JSON. A link is made when the notice goes out and is not kept.
    variables TEXT NOT NULL,
    enrolment_id INTEGER REFERENCES enrolment (id),
    host_office_id INTEGER REFERENCES host_office (id),
    supervisor_id INTEGER REFERENCES supervisor (id),
    recipient TEXT NOT NULL,
    -- mail, letter
    channel TEXT NOT NULL,
    -- Where it goes: a mail address, or the lines of a postal one.
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    -- What the mail server said.
    error TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before TEXT NOT NULL,
    -- What it is about: told once, whoever asks for it again.
    once TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (provider_id, once)
) STRICT;
CREATE INDEX notice_cohort ON notice (cohort_id);
CREATE INDEX notice_waiting ON notice (not_before) WHERE state = 'queued' AND channel = 'mail';

-- Links that sign one person in, once. Only a digest of the link is kept.
CREATE TABLE sign_in_link (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    digest TEXT NOT NULL UNIQUE,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT;
CREATE INDEX sign_in_link_user ON sign_in_link (user_id);
