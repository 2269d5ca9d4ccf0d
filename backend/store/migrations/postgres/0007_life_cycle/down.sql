INSERT INTO family_links (organisation_id, account_id, resident_id)
SELECT DISTINCT organisation_id, account_id, resident_id FROM ended_family_links;
DROP TABLE ended_family_links;
DROP TABLE enrolments;
DROP TABLE device_labels;
DROP TABLE device_bindings;
