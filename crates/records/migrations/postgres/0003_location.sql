-- Where somebody's home or workplace is, how precisely, and who or what says so; the newest row of a kind counts.
-- A home's coordinates stand in person too.
CREATE TABLE person_place (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES person (id),
    -- home, workplace
    kind TEXT NOT NULL,
    lat_e6 BIGINT NOT NULL,
    lon_e6 BIGINT NOT NULL,
    -- exact, town, municipality
    precision TEXT NOT NULL,
    source TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX person_place_person ON person_place (person_id, kind);

-- The ministry's table of places (位置参照情報), replaced by each import of a prefecture; public data, not sealed.
CREATE TABLE gazetteer_town (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    prefecture TEXT NOT NULL,
    municipality TEXT NOT NULL,
    town TEXT NOT NULL,
    lat_e6 BIGINT NOT NULL,
    lon_e6 BIGINT NOT NULL
);
CREATE INDEX gazetteer_town_municipality ON gazetteer_town (provider_id, prefecture, municipality);

-- Minutes from a trainee's home to an office, replaced by each import for a cohort; not sealed.
CREATE TABLE travel_minutes (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id BIGINT NOT NULL REFERENCES enrolment (id),
    host_office_id BIGINT NOT NULL REFERENCES host_office (id),
    minutes BIGINT NOT NULL,
    UNIQUE (enrolment_id, host_office_id)
);

-- Outlines of prefectures and municipalities for the map; public data, not sealed.
CREATE TABLE outline (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    name TEXT NOT NULL,
    south BIGINT NOT NULL,
    north BIGINT NOT NULL,
    west BIGINT NOT NULL,
    east BIGINT NOT NULL,
    -- [[latitude, longitude], …] in degrees × 10^6, as JSON.
    line TEXT NOT NULL
);
CREATE INDEX outline_provider ON outline (provider_id);
