-- Who has the person now, one row for each time they were handed over.
CREATE TABLE hand_overs (
    organisation_id UUID NOT NULL, incident_id UUID NOT NULL, "at" TIMESTAMPTZ NOT NULL, account_id UUID NOT NULL,
    handed_to TEXT NOT NULL, companion TEXT NOT NULL, place BYTEA,
    PRIMARY KEY (organisation_id, incident_id, "at"),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id)
);

-- Why there was an alarm without a need: counted per device.
CREATE TABLE false_alarms (
    organisation_id UUID NOT NULL, incident_id UUID NOT NULL, "at" TIMESTAMPTZ NOT NULL, device_id UUID,
    reason TEXT NOT NULL, evidence BYTEA,
    PRIMARY KEY (organisation_id, incident_id, "at"),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id)
);
CREATE INDEX false_alarms_device ON false_alarms (organisation_id, device_id, "at") WHERE device_id IS NOT NULL;

-- Incidents that hang together; both histories stay where they are.
CREATE TABLE incident_links (
    organisation_id UUID NOT NULL, incident_id UUID NOT NULL, other_id UUID NOT NULL, "at" TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL, account_id UUID NOT NULL,
    PRIMARY KEY (organisation_id, incident_id, other_id, "at"),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id),
    FOREIGN KEY (organisation_id, other_id) REFERENCES incidents (organisation_id, id)
);
CREATE INDEX incident_links_other ON incident_links (organisation_id, other_id);

-- Exercises, and the closed list of people that each may reach.
CREATE TABLE drills (
    organisation_id UUID NOT NULL, incident_id UUID NOT NULL, "at" TIMESTAMPTZ NOT NULL, crew JSONB NOT NULL,
    PRIMARY KEY (organisation_id, incident_id),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id)
);

-- What an ambulance has to know of a resident. Everything in it is sealed.
CREATE TABLE resident_health (
    organisation_id UUID NOT NULL, resident_id UUID NOT NULL, changed_at TIMESTAMPTZ NOT NULL, record BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, resident_id),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id)
);
