-- Every weighing of an incident's evidence: written with its decision and read as a whole.
CREATE TABLE incident_evidence (
    organisation_id BLOB NOT NULL, incident_id BLOB NOT NULL, number INTEGER NOT NULL, "at" TEXT NOT NULL,
    trust TEXT, rules TEXT NOT NULL, items TEXT NOT NULL, severity SMALLINT NOT NULL,
    window_s INTEGER NOT NULL, why TEXT NOT NULL,
    PRIMARY KEY (organisation_id, incident_id, number),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id)
);

-- The way a device usually comes, remembered from its first frame on, and what it last told of itself.
CREATE TABLE usual_ways (
    organisation_id BLOB NOT NULL, device_id BLOB NOT NULL, carrier TEXT, first_source TEXT NOT NULL,
    last_source TEXT NOT NULL, first_seen_at TEXT NOT NULL, trust TEXT NOT NULL, worn BOOLEAN, charging BOOLEAN,
    PRIMARY KEY (organisation_id, device_id),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id)
);
-- Whether other devices come from the same address.
CREATE INDEX usual_ways_first ON usual_ways (first_source);
CREATE INDEX usual_ways_last ON usual_ways (last_source);

-- How often a device was wrong lately, and the last ended alarms of all devices.
CREATE INDEX incidents_device ON incidents (organisation_id, device_id, closed_at) WHERE device_id IS NOT NULL;
CREATE INDEX incidents_device_ended ON incidents (organisation_id, closed_at) WHERE device_id IS NOT NULL AND closed_at IS NOT NULL;
