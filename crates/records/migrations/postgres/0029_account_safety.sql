-- What a provider asks of its accounts. Without a row: no second factor, three years of the read log.
CREATE TABLE account_policy (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL UNIQUE REFERENCES provider (id),
    -- True: whoever works for the provider signs in with a second factor.
    staff_second_factor BOOLEAN NOT NULL,
    read_log_days BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

-- The second factor of an account: a secret that the person's device shares, sealed by a main key.
CREATE TABLE second_factor (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id BIGINT NOT NULL UNIQUE REFERENCES users (id),
    -- Empty: taken away.
    secret TEXT NOT NULL,
    sealed_by TEXT NOT NULL,
    -- Null until a first code has shown that the device has it.
    confirmed_at TIMESTAMPTZ,
    -- The half minute of the last code that was used: no code is used twice.
    last_step BIGINT NOT NULL DEFAULT 0
);

-- Codes for whoever has lost the device, each used once; digests.
CREATE TABLE recovery_code (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    digest TEXT NOT NULL,
    -- Also of codes that ended unused.
    used_at TIMESTAMPTZ
);
CREATE INDEX recovery_code_of_user ON recovery_code (user_id);

-- An administrator who wants to take away somebody's second factor; another one confirms it.
CREATE TABLE second_factor_reset (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    -- Null while it waits; who confirmed it, or took it back.
    decided_by TEXT,
    decided_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX second_factor_reset_open ON second_factor_reset (user_id) WHERE decided_at IS NULL;

-- Browsers from which somebody has signed in before: strangers' failures do not slow them down. Digests of their cookies.
CREATE TABLE known_device (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    digest TEXT NOT NULL,
    used_at TIMESTAMPTZ NOT NULL,
    UNIQUE (user_id, digest)
);

-- Who looked at personal data, who failed to sign in, and who was refused a page.
CREATE TABLE read_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    read_at TIMESTAMPTZ NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    -- page, file, refused, sign_in_failed
    kind TEXT NOT NULL,
    -- What was looked at, such as enrolment/7; empty where it is no one thing.
    subject TEXT NOT NULL,
    -- Whose data it was, where it was one person's.
    person_id BIGINT,
    -- The address of the page, with what was searched for.
    path TEXT NOT NULL,
    -- The network address the request came from.
    address TEXT NOT NULL
);
CREATE INDEX read_log_of_provider ON read_log (provider_id, id);
CREATE INDEX read_log_of_person ON read_log (person_id, id);
CREATE INDEX read_log_of_user ON read_log (user_id, id);
