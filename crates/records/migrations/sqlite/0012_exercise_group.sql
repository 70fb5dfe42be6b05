-- 演習グループ: who works through the exercises together in a cohort, and the instructors who lead them.
CREATE TABLE exercise_group (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id INTEGER NOT NULL REFERENCES provider (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- Dissolved; only an empty one can be.
    closed_at TEXT
) STRICT;
CREATE UNIQUE INDEX exercise_group_name ON exercise_group (cohort_id, name) WHERE closed_at IS NULL;

-- A trainee is in one group at a time.
CREATE TABLE exercise_group_member (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    exercise_group_id INTEGER NOT NULL REFERENCES exercise_group (id),
    enrolment_id INTEGER NOT NULL REFERENCES enrolment (id),
    joined_at TEXT NOT NULL,
    left_at TEXT
) STRICT;
CREATE UNIQUE INDEX exercise_group_member_enrolment ON exercise_group_member (enrolment_id) WHERE left_at IS NULL;
CREATE INDEX exercise_group_member_group ON exercise_group_member (exercise_group_id);

CREATE TABLE exercise_group_instructor (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    exercise_group_id INTEGER NOT NULL REFERENCES exercise_group (id),
    user_id INTEGER NOT NULL REFERENCES users (id),
    appointed_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE UNIQUE INDEX exercise_group_instructor_user ON exercise_group_instructor (exercise_group_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX exercise_group_instructor_of ON exercise_group_instructor (user_id);
