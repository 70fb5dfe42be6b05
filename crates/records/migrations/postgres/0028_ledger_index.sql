-- The newest entries about something are found without looking at all others.
DROP INDEX audit_entry_subject;
CREATE INDEX audit_entry_subject ON audit_entry (provider_id, subject, sequence);
