DROP INDEX incidents_device_ended;
DROP INDEX incidents_device;
DROP TABLE device_bindings;
DROP TABLE incident_evidence;
