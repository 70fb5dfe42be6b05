-- What trainees sign before the practicum opens; each provider's own text, in versions. The newest of a kind is asked for.
CREATE TABLE agreement_text (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    -- pledge, practicum_consent
    kind TEXT NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    -- SHA-256 of title, a line feed, and body.
    digest TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TEXT NOT NULL,
    UNIQUE (provider_id, kind, number)
) STRICT;

CREATE TABLE signature (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    agreement_text_id INTEGER NOT NULL REFERENCES agreement_text (id),
    -- The fact the judgement reads.
    milestone_id INTEGER NOT NULL REFERENCES milestone (id),
    -- electronic, paper
    medium TEXT NOT NULL,
    -- The name as the signer typed it.
    signed_name TEXT NOT NULL,
    -- Network address the signature came from; empty for paper.
    address TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX signature_enrolment ON signature (enrolment_id);

-- Keys for the texts of a cohort's cases, wrapped by a main key that is not in the database.
CREATE TABLE data_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    generation INTEGER NOT NULL,
    -- Base64 of nonce and wrapped key; NULL when it was destroyed, and with it every text under it.
    wrapped TEXT,
    -- Which main key wraps it.
    wrapped_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    destroyed_at TEXT,
    UNIQUE (cohort_id, generation)
) STRICT;

-- Who agreed that a case may be studied, and how; the client's day opens the case.
CREATE TABLE case_consent (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES practicum_case (id),
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    -- client, family, other
    subject TEXT NOT NULL,
    consented_on TEXT NOT NULL,
    -- written, oral
    form TEXT NOT NULL,
    -- Who was there when the consent was given by word of mouth, who obtained it, and for what: each under the cohort's key.
    witness TEXT NOT NULL,
    obtained_by TEXT NOT NULL,
    purpose TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX case_consent_enrolment ON case_consent (enrolment_id);
CREATE INDEX case_consent_case ON case_consent (case_id);

-- An entry of a trainee's practicum record.
CREATE TABLE record_entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    kind TEXT NOT NULL,
    case_id INTEGER REFERENCES practicum_case (id),
    stage TEXT,
    state TEXT NOT NULL,
    -- Discarded before it was ever handed in.
    discarded_at TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX record_entry_enrolment ON record_entry (enrolment_id);

-- What is being typed, under the cohort's key; kept a moment after each key stroke, so not sealed.
CREATE TABLE record_draft (
    entry_id INTEGER PRIMARY KEY REFERENCES record_entry (id),
    content TEXT NOT NULL,
    version INTEGER NOT NULL,
    saved_at TEXT NOT NULL
) STRICT;

-- An entry as it was handed in: it never changes; a decision is added once.
CREATE TABLE record_revision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id INTEGER NOT NULL REFERENCES record_entry (id),
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    number INTEGER NOT NULL,
    -- Under the cohort's key.
    content TEXT NOT NULL,
    -- How many pieces looked like personal data; the trainee said they are none.
    suspicions INTEGER NOT NULL,
    submitted_by TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    -- approved, returned
    decision TEXT,
    -- Under the cohort's key.
    comment TEXT,
    decided_by TEXT,
    decided_at TEXT,
    -- The facts an approval made.
    experience_id INTEGER REFERENCES experience (id),
    conference_fallback_id INTEGER REFERENCES conference_fallback (id),
    UNIQUE (entry_id, number)
) STRICT;
CREATE INDEX record_revision_enrolment ON record_revision (enrolment_id);

-- 実習指導の証明書: for a supervisor, what was guided in a cohort. One valid a supervisor and cohort; a replaced one stays beside it.
CREATE TABLE supervision_certificate (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    supervisor_id INTEGER NOT NULL REFERENCES supervisor (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    serial INTEGER NOT NULL,
    number TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    trainees INTEGER NOT NULL,
    first_on TEXT NOT NULL,
    last_on TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    issued_on TEXT NOT NULL,
    issued_by TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    revoked_at TEXT,
    pdf BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    UNIQUE (provider_id, serial)
) STRICT;
CREATE UNIQUE INDEX supervision_certificate_valid ON supervision_certificate (supervisor_id, cohort_id) WHERE revoked_at IS NULL;
