-- What trainees sign before the practicum opens; each provider's own text, in versions. The newest of a kind is asked for.
CREATE TABLE agreement_text (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    -- pledge, practicum_consent
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    -- SHA-256 of title, a line feed, and body.
    digest TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    UNIQUE (provider_id, kind, number)
);

CREATE TABLE signature (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    agreement_text_id BIGINT NOT NULL REFERENCES agreement_text (id),
    -- The fact the judgement reads.
    milestone_id BIGINT NOT NULL REFERENCES milestone (id),
    -- electronic, paper
    medium TEXT NOT NULL,
    -- The name as the signer typed it.
    signed_name TEXT NOT NULL,
    -- Network address the signature came from; empty for paper.
    address TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX signature_enrolment ON signature (enrolment_id);

-- Keys for the texts of a cohort's cases, wrapped by a main key that is not in the database.
CREATE TABLE data_key (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    cohort_id BIGINT NOT NULL REFERENCES cohort (id),
    generation BIGINT NOT NULL,
    -- Base64 of nonce and wrapped key; NULL when it was destroyed, and with it every text under it.
    wrapped TEXT,
    -- Which main key wraps it.
    wrapped_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    destroyed_at TIMESTAMPTZ,
    UNIQUE (cohort_id, generation)
);

-- Who agreed that a case may be studied, and how; the client's day opens the case.
CREATE TABLE case_consent (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES practicum_case (id),
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    -- client, family, other
    subject TEXT NOT NULL,
    consented_on DATE NOT NULL,
    -- written, oral
    form TEXT NOT NULL,
    -- Who was there when the consent was given by word of mouth, who obtained it, and for what: each under the cohort's key.
    witness TEXT NOT NULL,
    obtained_by TEXT NOT NULL,
    purpose TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT
);
CREATE INDEX case_consent_enrolment ON case_consent (enrolment_id);
CREATE INDEX case_consent_case ON case_consent (case_id);

-- An entry of a trainee's practicum record.
CREATE TABLE record_entry (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    kind TEXT NOT NULL,
    case_id BIGINT REFERENCES practicum_case (id),
    stage TEXT,
    state TEXT NOT NULL,
    -- Discarded before it was ever handed in.
    discarded_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX record_entry_enrolment ON record_entry (enrolment_id);

-- What is being typed, under the cohort's key; kept a moment after each key stroke, so not sealed.
CREATE TABLE record_draft (
    entry_id BIGINT PRIMARY KEY REFERENCES record_entry (id),
    content TEXT NOT NULL,
    version BIGINT NOT NULL,
    saved_at TIMESTAMPTZ NOT NULL
);

-- An entry as it was handed in: it never changes; a decision is added once.
CREATE TABLE record_revision (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry_id BIGINT NOT NULL REFERENCES record_entry (id),
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    number BIGINT NOT NULL,
    -- Under the cohort's key.
    content TEXT NOT NULL,
    -- How many pieces looked like personal data; the trainee said they are none.
    suspicions BIGINT NOT NULL,
    submitted_by TEXT NOT NULL,
    submitted_at TIMESTAMPTZ NOT NULL,
    -- approved, returned
    decision TEXT,
    -- Under the cohort's key.
    comment TEXT,
    decided_by TEXT,
    decided_at TIMESTAMPTZ,
    -- The facts an approval made.
    experience_id BIGINT REFERENCES experience (id),
    conference_fallback_id BIGINT REFERENCES conference_fallback (id),
    UNIQUE (entry_id, number)
);
CREATE INDEX record_revision_enrolment ON record_revision (enrolment_id);

-- 実習指導の証明書: for a supervisor, what was guided in a cohort. One valid a supervisor and cohort; a replaced one stays beside it.
CREATE TABLE supervision_certificate (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    supervisor_id BIGINT NOT NULL REFERENCES supervisor (id),
    cohort_id BIGINT NOT NULL REFERENCES cohort (id),
    serial BIGINT NOT NULL,
    number TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    trainees BIGINT NOT NULL,
    first_on DATE NOT NULL,
    last_on DATE NOT NULL,
    minutes BIGINT NOT NULL,
    issued_on DATE NOT NULL,
    issued_by TEXT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    pdf BYTEA NOT NULL,
    sha256 TEXT NOT NULL,
    UNIQUE (provider_id, serial)
);
CREATE UNIQUE INDEX supervision_certificate_valid ON supervision_certificate (supervisor_id, cohort_id) WHERE revoked_at IS NULL;
