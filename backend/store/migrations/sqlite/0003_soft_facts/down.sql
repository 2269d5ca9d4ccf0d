DROP INDEX offers_sent;
DROP INDEX incidents_ended;
DROP INDEX incidents_going;
DROP TABLE standings;

ALTER TABLE residents DROP COLUMN requires;

UPDATE responders SET skills = json_insert(skills, '$[#]', 'shanghainese')
WHERE EXISTS (SELECT 1 FROM json_each(languages) WHERE value = 'wuu');
ALTER TABLE responders DROP COLUMN position_accuracy_m;
ALTER TABLE responders DROP COLUMN clearance_revoked_at;
ALTER TABLE responders DROP COLUMN committee_code;
ALTER TABLE responders DROP COLUMN vehicle;
ALTER TABLE responders DROP COLUMN gender;
ALTER TABLE responders DROP COLUMN languages;
