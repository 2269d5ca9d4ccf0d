-- The datum that somebody said this device's source sends; without it the profile of its model says so.
ALTER TABLE devices ADD COLUMN datum TEXT;

-- Written with each frame, in the statement that notes when a device was heard.
ALTER TABLE device_states ADD COLUMN charging BOOLEAN;
ALTER TABLE device_states ADD COLUMN worn BOOLEAN;
ALTER TABLE device_states ADD COLUMN fixless_since TIMESTAMPTZ;
ALTER TABLE device_states ADD COLUMN clock_off_s BIGINT;
ALTER TABLE device_states ADD COLUMN frames BIGINT NOT NULL DEFAULT 0;
-- When somebody has to look whether it is silent; the frame of a silent device asks for a look.
ALTER TABLE device_states ADD COLUMN check_at TIMESTAMPTZ;
ALTER TABLE device_states ADD COLUMN checked_until TIMESTAMPTZ;
-- Written by whoever looks.
ALTER TABLE device_states ADD COLUMN silent_since TIMESTAMPTZ;
ALTER TABLE device_states ADD COLUMN flat_at TIMESTAMPTZ;
ALTER TABLE device_states ADD COLUMN proposed_datum TEXT;
ALTER TABLE device_states ADD COLUMN memory JSONB;
ALTER TABLE device_states ADD COLUMN case_id UUID;
UPDATE device_states SET check_at = last_seen_at;
CREATE INDEX device_states_check ON device_states (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX homes_committee ON homes (organisation_id, committee_code);

-- When no server of this installation listened.
CREATE TABLE downtimes (
    began_at TIMESTAMPTZ NOT NULL PRIMARY KEY, ended_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX downtimes_ended ON downtimes (ended_at);

-- The homes of an area that is not heard: one row a device.
CREATE TABLE outage_homes (
    organisation_id UUID NOT NULL, incident_id UUID NOT NULL, device_id UUID NOT NULL,
    resident_id UUID NOT NULL, silent_since TIMESTAMPTZ NOT NULL, back_at TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, incident_id, device_id),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id)
);

-- Signs of daily life: a meter's total, or 1 for something that happened.
CREATE TABLE life_signs (
    organisation_id UUID NOT NULL, resident_id UUID NOT NULL, sign TEXT NOT NULL, "at" TIMESTAMPTZ NOT NULL,
    device_id UUID NOT NULL, value DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (organisation_id, sign, "at", device_id),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id)
);

-- A rule is tried before it is on; one that is on is looked at when it is due.
CREATE TABLE life_sign_rules (
    organisation_id UUID NOT NULL REFERENCES organisations (id), id UUID NOT NULL,
    condition JSONB NOT NULL, created_by UUID NOT NULL, created_at TIMESTAMPTZ NOT NULL,
    tried_at TIMESTAMPTZ, on_since TIMESTAMPTZ, check_at TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT life_sign_rules_tried CHECK (on_since IS NULL OR tried_at IS NOT NULL),
    FOREIGN KEY (organisation_id, created_by) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX life_sign_rules_check ON life_sign_rules (check_at) WHERE check_at IS NOT NULL;

CREATE TABLE life_sign_misses (
    organisation_id UUID NOT NULL, rule_id UUID NOT NULL, resident_id UUID NOT NULL, incident_id UUID NOT NULL,
    PRIMARY KEY (organisation_id, rule_id, resident_id),
    FOREIGN KEY (organisation_id, rule_id) REFERENCES life_sign_rules (organisation_id, id),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id)
);

-- When nobody is at home: a sign of daily life is not missed then.
CREATE TABLE away_times (
    organisation_id UUID NOT NULL, resident_id UUID NOT NULL, from_at TIMESTAMPTZ NOT NULL, until_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, resident_id, from_at),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id)
);
