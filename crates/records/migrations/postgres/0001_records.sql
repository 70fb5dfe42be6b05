CREATE TABLE provider (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL,
    prefecture BIGINT NOT NULL,
    certificate_pattern TEXT NOT NULL,
    certificate_template TEXT,
    issuer TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE users (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    person_id BIGINT,
    host_office_id BIGINT,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    session_epoch BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX users_provider ON users (provider_id);

CREATE TABLE web_session (
    id TEXT PRIMARY KEY,
    data TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sign_in_failure (
    login TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE person (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    name TEXT NOT NULL,
    kana TEXT COLLATE "C" NOT NULL,
    former_name TEXT,
    birth_date DATE NOT NULL,
    postcode TEXT,
    address TEXT,
    phone TEXT,
    email TEXT,
    employer TEXT,
    lat_e6 BIGINT,
    lon_e6 BIGINT,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX person_name ON person (provider_id, name, birth_date);

CREATE TABLE cohort (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    name TEXT NOT NULL,
    edition TEXT NOT NULL,
    supplements TEXT NOT NULL DEFAULT '',
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    practicum_from DATE NOT NULL,
    practicum_weeks BIGINT NOT NULL,
    travel_limit_m BIGINT NOT NULL,
    facts_version BIGINT NOT NULL DEFAULT 1,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX cohort_provider ON cohort (provider_id, starts_on);

-- The rules a cohort was judged by, as they stood, and since when.
CREATE TABLE cohort_rulebook (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cohort_id BIGINT NOT NULL REFERENCES cohort (id),
    sha256 TEXT NOT NULL,
    -- The rulebook as JSON.
    content TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX cohort_rulebook_cohort ON cohort_rulebook (cohort_id);

-- Official texts the operator loaded.
CREATE TABLE guideline_text (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    title TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    content TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT
);
CREATE INDEX guideline_text_provider ON guideline_text (provider_id);

-- Editions in the making, to see what they would change.
CREATE TABLE draft_edition (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    name TEXT NOT NULL,
    edition TEXT NOT NULL,
    clauses TEXT NOT NULL,
    curriculum TEXT NOT NULL,
    requirements TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT
);
CREATE INDEX draft_edition_provider ON draft_edition (provider_id);

CREATE TABLE session (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    cohort_id BIGINT NOT NULL REFERENCES cohort (id),
    title TEXT NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    place TEXT NOT NULL,
    online BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX session_cohort ON session (cohort_id, starts_at);

CREATE TABLE session_subject (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id BIGINT NOT NULL REFERENCES session (id),
    subject TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    UNIQUE (session_id, subject)
);

CREATE TABLE enrolment (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    cohort_id BIGINT NOT NULL REFERENCES cohort (id),
    person_id BIGINT NOT NULL REFERENCES person (id),
    trainee_number TEXT COLLATE "C" NOT NULL,
    exam_number TEXT,
    state TEXT NOT NULL,
    enrolled_on DATE,
    windows TEXT NOT NULL DEFAULT '',
    preferences TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (cohort_id, trainee_number),
    UNIQUE (cohort_id, person_id)
);
CREATE INDEX enrolment_person ON enrolment (person_id);
CREATE INDEX enrolment_exam ON enrolment (provider_id, exam_number);

CREATE TABLE enrolment_change (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    -- As it stood after the change.
    enrolled_on DATE,
    reason TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX enrolment_change_enrolment ON enrolment_change (enrolment_id);

CREATE TABLE attendance (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    session_id BIGINT NOT NULL REFERENCES session (id),
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    arrived_at TIMESTAMP,
    left_at TIMESTAMP,
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX attendance_enrolment ON attendance (enrolment_id, session_id);
CREATE INDEX attendance_session ON attendance (session_id);

CREATE TABLE subject_credit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    subject TEXT NOT NULL,
    source TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT
);
CREATE INDEX subject_credit_enrolment ON subject_credit (enrolment_id);

CREATE TABLE milestone (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    kind TEXT NOT NULL,
    reached_on DATE NOT NULL,
    note TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT
);
CREATE INDEX milestone_enrolment ON milestone (enrolment_id);

CREATE TABLE assessment_result (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    passed BOOLEAN NOT NULL,
    score BIGINT,
    -- Points by item of the rubric, as JSON.
    items TEXT NOT NULL DEFAULT '{}',
    assessed_by TEXT,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT
);
CREATE INDEX assessment_result_enrolment ON assessment_result (enrolment_id);

CREATE TABLE waiver (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    requirement TEXT NOT NULL,
    subject TEXT,
    reason TEXT NOT NULL,
    role TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT
);
CREATE INDEX waiver_enrolment ON waiver (enrolment_id);

CREATE TABLE host_office (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    office_number TEXT COLLATE "C" NOT NULL,
    municipality_code TEXT COLLATE "C" NOT NULL,
    prefecture TEXT NOT NULL,
    municipality TEXT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    kana TEXT COLLATE "C" NOT NULL,
    address TEXT NOT NULL,
    building TEXT NOT NULL,
    lat_e6 BIGINT,
    lon_e6 BIGINT,
    phone TEXT NOT NULL,
    fax TEXT NOT NULL,
    corporation_number TEXT NOT NULL,
    corporation TEXT NOT NULL,
    days TEXT NOT NULL,
    days_note TEXT NOT NULL,
    url TEXT NOT NULL,
    content_hash BIGINT NOT NULL,
    suspicion TEXT NOT NULL,
    vanished_on DATE,
    capacity BIGINT NOT NULL DEFAULT 0,
    weekly_capacity BIGINT NOT NULL DEFAULT 0,
    specified_office_addition BOOLEAN NOT NULL DEFAULT FALSE,
    chief_care_managers BIGINT NOT NULL DEFAULT 0,
    community_support_centre BOOLEAN NOT NULL DEFAULT FALSE,
    judged_suitable BOOLEAN NOT NULL DEFAULT FALSE,
    reception_system BOOLEAN NOT NULL DEFAULT FALSE,
    -- NULL: nobody has said.
    improvement_recommended BOOLEAN,
    confirmed_on DATE,
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (provider_id, office_number)
);
CREATE INDEX host_office_municipality ON host_office (provider_id, municipality_code);
CREATE INDEX host_office_capacity ON host_office (provider_id, capacity);

-- What an office was said to be, and since when: the newest row is what host_office shows.
CREATE TABLE host_office_standing (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host_office_id BIGINT NOT NULL REFERENCES host_office (id),
    municipality_code TEXT NOT NULL,
    specified_office_addition BOOLEAN NOT NULL,
    chief_care_managers BIGINT NOT NULL,
    community_support_centre BOOLEAN NOT NULL,
    judged_suitable BOOLEAN NOT NULL,
    reception_system BOOLEAN NOT NULL,
    improvement_recommended BOOLEAN,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX host_office_standing_office ON host_office_standing (host_office_id);

CREATE TABLE supervisor (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    host_office_id BIGINT NOT NULL REFERENCES host_office (id),
    name TEXT NOT NULL,
    chief_care_manager BOOLEAN NOT NULL,
    substitute_reason TEXT NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE
);
CREATE INDEX supervisor_office ON supervisor (host_office_id);

CREATE TABLE placement_round (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    cohort_id BIGINT NOT NULL REFERENCES cohort (id),
    number BIGINT NOT NULL,
    placed BIGINT NOT NULL,
    unplaced BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    input_hash TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ,
    UNIQUE (cohort_id, number)
);

CREATE TABLE placement (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    round_id BIGINT NOT NULL REFERENCES placement_round (id),
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    host_office_id BIGINT NOT NULL REFERENCES host_office (id),
    window_index BIGINT NOT NULL,
    distance_m BIGINT,
    fixed BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX placement_enrolment ON placement (enrolment_id);
CREATE INDEX placement_office ON placement (host_office_id);
CREATE INDEX placement_round_rows ON placement (round_id);
-- One current placement a trainee.
CREATE UNIQUE INDEX placement_current ON placement (enrolment_id) WHERE state NOT IN ('declined', 'cancelled');

-- Who guides: the newest row counts.
CREATE TABLE placement_supervisor (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    placement_id BIGINT NOT NULL REFERENCES placement (id),
    supervisor_id BIGINT NOT NULL REFERENCES supervisor (id),
    -- Why somebody else takes over.
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX placement_supervisor_placement ON placement_supervisor (placement_id);

CREATE TABLE placement_change (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    placement_id BIGINT NOT NULL REFERENCES placement (id),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX placement_change_placement ON placement_change (placement_id);

CREATE TABLE excluded_pair (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    host_office_id BIGINT NOT NULL REFERENCES host_office (id),
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ
);
CREATE INDEX excluded_pair_enrolment ON excluded_pair (enrolment_id);

CREATE TABLE practicum_case (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    pseudonym TEXT NOT NULL,
    consent_on DATE,
    -- Ids of case types, divided by blanks.
    types TEXT NOT NULL DEFAULT '',
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    UNIQUE (enrolment_id, pseudonym)
);

CREATE TABLE experience (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES practicum_case (id),
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    stage TEXT NOT NULL,
    way TEXT NOT NULL,
    experienced_on DATE NOT NULL,
    minutes BIGINT NOT NULL,
    break_minutes BIGINT NOT NULL DEFAULT 0,
    own_work BOOLEAN NOT NULL DEFAULT FALSE,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT
);
CREATE INDEX experience_enrolment ON experience (enrolment_id);

-- A document a trainee handed in: 実習同意書, 実習記録, a record sheet.
CREATE TABLE handed_in (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    document TEXT NOT NULL,
    handed_in_on DATE NOT NULL,
    note TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT
);
CREATE INDEX handed_in_enrolment ON handed_in (enrolment_id);

CREATE TABLE conference_fallback (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    reason TEXT NOT NULL,
    supervisor TEXT NOT NULL,
    explained_on DATE NOT NULL,
    preparation_explained BOOLEAN NOT NULL,
    proceedings_explained BOOLEAN NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT
);
CREATE INDEX conference_fallback_enrolment ON conference_fallback (enrolment_id);

CREATE TABLE certificate (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    fiscal_year BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    number TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    completed_on DATE NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    issued_by TEXT NOT NULL,
    judgement TEXT NOT NULL,
    revoked_at TIMESTAMPTZ,
    revoked_reason TEXT,
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (provider_id, fiscal_year, serial),
    UNIQUE (provider_id, number)
);

-- One valid certificate an enrolment; a revoked one stays beside the next.
CREATE UNIQUE INDEX certificate_valid ON certificate (enrolment_id) WHERE revoked_at IS NULL;

CREATE TABLE certificate_document (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    certificate_id BIGINT NOT NULL REFERENCES certificate (id),
    revision BIGINT NOT NULL,
    reason TEXT NOT NULL,
    holder TEXT NOT NULL,
    pdf BYTEA NOT NULL,
    sha256 TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (certificate_id, revision)
);

CREATE TABLE import_run (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    counts TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX import_run_provider ON import_run (provider_id, imported_at);

CREATE TABLE operation (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    interrupted_at TIMESTAMPTZ
);

CREATE TABLE audit_entry (
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    sequence BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    sealed TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (provider_id, sequence)
);
CREATE INDEX audit_entry_subject ON audit_entry (provider_id, subject);

CREATE TABLE audit_head (
    provider_id BIGINT PRIMARY KEY REFERENCES provider (id),
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL
);
