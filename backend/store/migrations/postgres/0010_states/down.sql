DROP TABLE resident_health;
DROP TABLE drills;
DROP TABLE incident_links;
DROP TABLE false_alarms;
DROP TABLE hand_overs;
