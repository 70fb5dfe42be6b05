-- A list of placements asks of each whether its notices have gone out.
CREATE INDEX notice_enrolment ON notice (enrolment_id);
