-- Sessions that are for those alone who are invited to them.
CREATE TABLE make_up_session (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id BIGINT NOT NULL UNIQUE REFERENCES session (id)
);

CREATE TABLE session_invitee (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id BIGINT NOT NULL REFERENCES session (id),
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    invited_by TEXT NOT NULL,
    invited_at TIMESTAMPTZ NOT NULL,
    UNIQUE (session_id, enrolment_id)
);
CREATE INDEX session_invitee_enrolment ON session_invitee (enrolment_id);
