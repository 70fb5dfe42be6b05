CREATE TABLE provider (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    prefecture INTEGER NOT NULL,
    certificate_pattern TEXT NOT NULL,
    certificate_template TEXT,
    issuer TEXT NOT NULL,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    person_id INTEGER,
    host_office_id INTEGER,
    active INTEGER NOT NULL DEFAULT 1,
    session_epoch INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX users_provider ON users (provider_id);

CREATE TABLE web_session (
    id TEXT PRIMARY KEY,
    data TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;

CREATE TABLE sign_in_failure (
    login TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at TEXT NOT NULL
) STRICT;

CREATE TABLE person (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    name TEXT NOT NULL,
    kana TEXT NOT NULL,
    former_name TEXT,
    birth_date TEXT NOT NULL,
    postcode TEXT,
    address TEXT,
    phone TEXT,
    email TEXT,
    employer TEXT,
    lat_e6 INTEGER,
    lon_e6 INTEGER,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX person_name ON person (provider_id, name, birth_date);

CREATE TABLE cohort (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    name TEXT NOT NULL,
    edition TEXT NOT NULL,
    supplements TEXT NOT NULL DEFAULT '',
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    practicum_from TEXT NOT NULL,
    practicum_weeks INTEGER NOT NULL,
    travel_limit_m INTEGER NOT NULL,
    facts_version INTEGER NOT NULL DEFAULT 1,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX cohort_provider ON cohort (provider_id, starts_on);

-- The rules a cohort was judged by, as they stood, and since when.
CREATE TABLE cohort_rulebook (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    sha256 TEXT NOT NULL,
    -- The rulebook as JSON.
    content TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX cohort_rulebook_cohort ON cohort_rulebook (cohort_id);

-- Official texts the operator loaded.
CREATE TABLE guideline_text (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    title TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    content TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX guideline_text_provider ON guideline_text (provider_id);

-- Editions in the making, to see what they would change.
CREATE TABLE draft_edition (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    name TEXT NOT NULL,
    edition TEXT NOT NULL,
    clauses TEXT NOT NULL,
    curriculum TEXT NOT NULL,
    requirements TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX draft_edition_provider ON draft_edition (provider_id);

CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    title TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    place TEXT NOT NULL,
    online INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX session_cohort ON session (cohort_id, starts_at);

CREATE TABLE session_subject (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL REFERENCES session (id),
    subject TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    UNIQUE (session_id, subject)
) STRICT;

CREATE TABLE enrolment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    trainee_number TEXT NOT NULL,
    exam_number TEXT,
    state TEXT NOT NULL,
    enrolled_on TEXT,
    windows TEXT NOT NULL DEFAULT '',
    preferences TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (cohort_id, trainee_number),
    UNIQUE (cohort_id, person_id)
) STRICT;
CREATE INDEX enrolment_person ON enrolment (person_id);
CREATE INDEX enrolment_exam ON enrolment (provider_id, exam_number);

CREATE TABLE enrolment_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    -- As it stood after the change.
    enrolled_on TEXT,
    reason TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX enrolment_change_enrolment ON enrolment_change (enrolment_id);

CREATE TABLE attendance (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    session_id INTEGER NOT NULL REFERENCES session (id),
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    arrived_at TEXT,
    left_at TEXT,
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX attendance_enrolment ON attendance (enrolment_id, session_id);
CREATE INDEX attendance_session ON attendance (session_id);

CREATE TABLE subject_credit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    subject TEXT NOT NULL,
    source TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX subject_credit_enrolment ON subject_credit (enrolment_id);

CREATE TABLE milestone (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    kind TEXT NOT NULL,
    reached_on TEXT NOT NULL,
    note TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX milestone_enrolment ON milestone (enrolment_id);

CREATE TABLE assessment_result (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    passed INTEGER NOT NULL,
    score INTEGER,
    -- Points by item of the rubric, as JSON.
    items TEXT NOT NULL DEFAULT '{}',
    assessed_by TEXT,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX assessment_result_enrolment ON assessment_result (enrolment_id);

CREATE TABLE waiver (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    requirement TEXT NOT NULL,
    subject TEXT,
    reason TEXT NOT NULL,
    role TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX waiver_enrolment ON waiver (enrolment_id);

CREATE TABLE host_office (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    office_number TEXT NOT NULL,
    municipality_code TEXT NOT NULL,
    prefecture TEXT NOT NULL,
    municipality TEXT NOT NULL,
    name TEXT NOT NULL,
    kana TEXT NOT NULL,
    address TEXT NOT NULL,
    building TEXT NOT NULL,
    lat_e6 INTEGER,
    lon_e6 INTEGER,
    phone TEXT NOT NULL,
    fax TEXT NOT NULL,
    corporation_number TEXT NOT NULL,
    corporation TEXT NOT NULL,
    days TEXT NOT NULL,
    days_note TEXT NOT NULL,
    url TEXT NOT NULL,
    content_hash INTEGER NOT NULL,
    suspicion TEXT NOT NULL,
    vanished_on TEXT,
    capacity INTEGER NOT NULL DEFAULT 0,
    weekly_capacity INTEGER NOT NULL DEFAULT 0,
    specified_office_addition INTEGER NOT NULL DEFAULT 0,
    chief_care_managers INTEGER NOT NULL DEFAULT 0,
    community_support_centre INTEGER NOT NULL DEFAULT 0,
    judged_suitable INTEGER NOT NULL DEFAULT 0,
    reception_system INTEGER NOT NULL DEFAULT 0,
    -- NULL: nobody has said.
    improvement_recommended INTEGER,
    confirmed_on TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (provider_id, office_number)
) STRICT;
CREATE INDEX host_office_municipality ON host_office (provider_id, municipality_code);
CREATE INDEX host_office_capacity ON host_office (provider_id, capacity);

-- What an office was said to be, and since when: the newest row is what host_office shows.
CREATE TABLE host_office_standing (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host_office_id INTEGER NOT NULL REFERENCES host_office (id),
    municipality_code TEXT NOT NULL,
    specified_office_addition INTEGER NOT NULL,
    chief_care_managers INTEGER NOT NULL,
    community_support_centre INTEGER NOT NULL,
    judged_suitable INTEGER NOT NULL,
    reception_system INTEGER NOT NULL,
    improvement_recommended INTEGER,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX host_office_standing_office ON host_office_standing (host_office_id);

CREATE TABLE supervisor (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    host_office_id INTEGER NOT NULL REFERENCES host_office (id),
    name TEXT NOT NULL,
    chief_care_manager INTEGER NOT NULL,
    substitute_reason TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX supervisor_office ON supervisor (host_office_id);

CREATE TABLE placement_round (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    number INTEGER NOT NULL,
    placed INTEGER NOT NULL,
    unplaced INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    input_hash TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    confirmed_at TEXT,
    UNIQUE (cohort_id, number)
) STRICT;

CREATE TABLE placement (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    round_id INTEGER NOT NULL REFERENCES placement_round (id),
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    host_office_id INTEGER NOT NULL REFERENCES host_office (id),
    window_index INTEGER NOT NULL,
    distance_m INTEGER,
    fixed INTEGER NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX placement_enrolment ON placement (enrolment_id);
CREATE INDEX placement_office ON placement (host_office_id);
CREATE INDEX placement_round_rows ON placement (round_id);
-- One current placement a trainee.
CREATE UNIQUE INDEX placement_current ON placement (enrolment_id) WHERE state NOT IN ('declined', 'cancelled');

-- Who guides: the newest row counts.
CREATE TABLE placement_supervisor (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    placement_id INTEGER NOT NULL REFERENCES placement (id),
    supervisor_id INTEGER NOT NULL REFERENCES supervisor (id),
    -- Why somebody else takes over.
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX placement_supervisor_placement ON placement_supervisor (placement_id);

CREATE TABLE placement_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    placement_id INTEGER NOT NULL REFERENCES placement (id),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX placement_change_placement ON placement_change (placement_id);

CREATE TABLE excluded_pair (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    host_office_id INTEGER NOT NULL REFERENCES host_office (id),
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT
) STRICT;
CREATE INDEX excluded_pair_enrolment ON excluded_pair (enrolment_id);

CREATE TABLE practicum_case (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    pseudonym TEXT NOT NULL,
    consent_on TEXT,
    -- Ids of case types, divided by blanks.
    types TEXT NOT NULL DEFAULT '',
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    UNIQUE (enrolment_id, pseudonym)
) STRICT;

CREATE TABLE experience (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES practicum_case (id),
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    stage TEXT NOT NULL,
    way TEXT NOT NULL,
    experienced_on TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    break_minutes INTEGER NOT NULL DEFAULT 0,
    own_work INTEGER NOT NULL DEFAULT 0,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX experience_enrolment ON experience (enrolment_id);

-- A document a trainee handed in: 実習同意書, 実習記録, a record sheet.
CREATE TABLE handed_in (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    document TEXT NOT NULL,
    handed_in_on TEXT NOT NULL,
    note TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX handed_in_enrolment ON handed_in (enrolment_id);

CREATE TABLE conference_fallback (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    reason TEXT NOT NULL,
    supervisor TEXT NOT NULL,
    explained_on TEXT NOT NULL,
    preparation_explained INTEGER NOT NULL,
    proceedings_explained INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX conference_fallback_enrolment ON conference_fallback (enrolment_id);

CREATE TABLE certificate (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    fiscal_year INTEGER NOT NULL,
    serial INTEGER NOT NULL,
    number TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    completed_on TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    issued_by TEXT NOT NULL,
    judgement TEXT NOT NULL,
    revoked_at TEXT,
    revoked_reason TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (provider_id, fiscal_year, serial),
    UNIQUE (provider_id, number)
) STRICT;

-- One valid certificate an enrolment; a revoked one stays beside the next.
CREATE UNIQUE INDEX certificate_valid ON certificate (enrolment_id) WHERE revoked_at IS NULL;

CREATE TABLE certificate_document (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    certificate_id INTEGER NOT NULL REFERENCES certificate (id),
    revision INTEGER NOT NULL,
    reason TEXT NOT NULL,
    holder TEXT NOT NULL,
    pdf BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (certificate_id, revision)
) STRICT;

CREATE TABLE import_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    counts TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at TEXT NOT NULL
) STRICT;
CREATE INDEX import_run_provider ON import_run (provider_id, imported_at);

CREATE TABLE operation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    interrupted_at TEXT
) STRICT;

CREATE TABLE audit_entry (
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    sequence INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    sealed TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (provider_id, sequence)
) STRICT;
CREATE INDEX audit_entry_subject ON audit_entry (provider_id, subject);

CREATE TABLE audit_head (
    provider_id INTEGER PRIMARY KEY REFERENCES provider (id),
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
