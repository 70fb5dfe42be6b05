-- Who receives trainees at an office that is reached by its own mail address, and the account its links sign in.
CREATE TABLE office_reception (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host_office_id BIGINT NOT NULL UNIQUE REFERENCES host_office (id),
    -- Empty: nobody is named.
    name TEXT NOT NULL,
    user_id BIGINT UNIQUE REFERENCES users (id)
);
