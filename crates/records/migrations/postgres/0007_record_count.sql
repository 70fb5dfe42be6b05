-- How each trainee's record stands, in numbers: counted anew whenever an entry of it changes. Derived from record_entry, so not sealed.
CREATE TABLE record_count (
    enrolment_id BIGINT PRIMARY KEY REFERENCES enrolment (id),
    cohort_id BIGINT NOT NULL REFERENCES cohort (id),
    drafts BIGINT NOT NULL,
    submitted BIGINT NOT NULL,
    returned BIGINT NOT NULL,
    approved BIGINT NOT NULL,
    changed_at TIMESTAMPTZ,
    -- Since when the entry that waits longest has waited for its supervisor.
    waiting_since TIMESTAMPTZ
);
CREATE INDEX record_count_cohort ON record_count (cohort_id);
INSERT INTO record_count (enrolment_id, cohort_id, drafts, submitted, returned, approved, changed_at, waiting_since)
SELECT e.id, e.cohort_id, count(CASE WHEN r.state = 'draft' THEN 1 END), count(CASE WHEN r.state = 'submitted' THEN 1 END),
    count(CASE WHEN r.state = 'returned' THEN 1 END), count(CASE WHEN r.state = 'approved' THEN 1 END), max(r.changed_at),
    min(CASE WHEN r.state = 'submitted' THEN r.changed_at END)
FROM record_entry r JOIN enrolment e ON e.id = r.enrolment_id WHERE r.discarded_at IS NULL GROUP BY e.id, e.cohort_id;
DROP INDEX record_entry_enrolment;
CREATE INDEX record_entry_enrolment ON record_entry (enrolment_id);
