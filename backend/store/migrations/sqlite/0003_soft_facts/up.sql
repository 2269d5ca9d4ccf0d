-- What ranking knows of people beside where they are.
ALTER TABLE responders ADD COLUMN languages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE responders ADD COLUMN gender TEXT;
ALTER TABLE responders ADD COLUMN vehicle TEXT NOT NULL DEFAULT 'foot';
ALTER TABLE responders ADD COLUMN committee_code TEXT;
ALTER TABLE responders ADD COLUMN clearance_revoked_at TEXT;
ALTER TABLE responders ADD COLUMN position_accuracy_m INTEGER;
-- A language is no skill: one word for it, the same as residents have.
UPDATE responders SET
    languages = '["zh-CN","wuu"]',
    skills = (SELECT json_group_array(value) FROM json_each(skills) WHERE value <> 'shanghainese')
WHERE EXISTS (SELECT 1 FROM json_each(skills) WHERE value = 'shanghainese');

ALTER TABLE residents ADD COLUMN requires TEXT NOT NULL DEFAULT '[]';
