-- 演習グループ: who works through the exercises together in a cohort, and the instructors who lead them.
CREATE TABLE exercise_group (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    cohort_id BIGINT NOT NULL REFERENCES cohort (id),
    name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- Dissolved; only an empty one can be.
    closed_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX exercise_group_name ON exercise_group (cohort_id, name) WHERE closed_at IS NULL;

-- A trainee is in one group at a time.
CREATE TABLE exercise_group_member (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exercise_group_id BIGINT NOT NULL REFERENCES exercise_group (id),
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    joined_at TIMESTAMPTZ NOT NULL,
    left_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX exercise_group_member_enrolment ON exercise_group_member (enrolment_id) WHERE left_at IS NULL;
CREATE INDEX exercise_group_member_group ON exercise_group_member (exercise_group_id);

CREATE TABLE exercise_group_instructor (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exercise_group_id BIGINT NOT NULL REFERENCES exercise_group (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    appointed_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX exercise_group_instructor_user ON exercise_group_instructor (exercise_group_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX exercise_group_instructor_of ON exercise_group_instructor (user_id);
