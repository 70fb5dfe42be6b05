-- Applications of offices to be registered as host offices, and what became of them. A change is a new application; when it is
-- registered, the registration before it is replaced.
CREATE TABLE host_registration (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    host_office_id BIGINT NOT NULL REFERENCES host_office (id),
    state TEXT NOT NULL,
    -- What the office offers and says of itself.
    capacity BIGINT NOT NULL,
    weekly_capacity BIGINT NOT NULL,
    chief_care_managers BIGINT NOT NULL,
    specified_office_addition BOOLEAN NOT NULL,
    community_support_centre BOOLEAN NOT NULL,
    reception_system BOOLEAN NOT NULL,
    improvement_recommended BOOLEAN,
    -- Who receives trainees.
    contact TEXT NOT NULL,
    note TEXT NOT NULL,
    -- What the prefecture says of it.
    judged_suitable BOOLEAN NOT NULL,
    -- Last day; NULL: until it is withdrawn.
    valid_until DATE,
    applied_by TEXT NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX host_registration_office ON host_registration (host_office_id);
-- One application on its way, and one registration, for each office.
CREATE UNIQUE INDEX host_registration_open ON host_registration (host_office_id) WHERE state IN ('applied', 'returned', 'checked');
CREATE UNIQUE INDEX host_registration_valid ON host_registration (host_office_id) WHERE state = 'registered';

CREATE TABLE host_registration_change (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host_registration_id BIGINT NOT NULL REFERENCES host_registration (id),
    from_state TEXT,
    to_state TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX host_registration_change_registration ON host_registration_change (host_registration_id);

-- Whether a provider's trainees go to registered offices alone.
CREATE TABLE registration_setting (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL UNIQUE REFERENCES provider (id),
    required BOOLEAN NOT NULL,
    -- Days before its last day on which an office is told that its registration ends.
    lead_days BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
