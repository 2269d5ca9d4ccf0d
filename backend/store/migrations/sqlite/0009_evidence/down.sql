DROP INDEX incidents_device_ended;
DROP INDEX incidents_device;
DROP TABLE usual_ways;
DROP TABLE incident_evidence;
