-- Whose a device is and was. Rows are ended, never removed: whose an old alarm was stays known.
CREATE TABLE device_bindings (
    organisation_id BLOB NOT NULL, id BLOB NOT NULL, device_id BLOB NOT NULL, resident_id BLOB NOT NULL,
    bound_at TEXT, bound_by BLOB, until_at TEXT, ended_by BLOB, reason TEXT,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT device_bindings_ended CHECK ((until_at IS NULL) = (reason IS NULL)),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id),
    FOREIGN KEY (organisation_id, bound_by) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, ended_by) REFERENCES accounts (organisation_id, id)
);
CREATE UNIQUE INDEX device_bindings_open ON device_bindings (organisation_id, device_id) WHERE until_at IS NULL;
CREATE INDEX device_bindings_device ON device_bindings (organisation_id, device_id, until_at);

-- The one-time code on a device's label, sealed, and its hash to compare with.
CREATE TABLE device_labels (
    organisation_id BLOB NOT NULL, device_id BLOB NOT NULL, code BLOB NOT NULL, code_sha256 BLOB NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, device_id),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id)
);

-- Devices that were handed out and have to show that they work.
CREATE TABLE enrolments (
    organisation_id BLOB NOT NULL, id BLOB NOT NULL, device_id BLOB NOT NULL, resident_id BLOB NOT NULL,
    ordered_by BLOB NOT NULL, ordered_at TEXT NOT NULL, due_at TEXT NOT NULL, proof TEXT NOT NULL,
    state TEXT NOT NULL, proven_at TEXT, test_from TEXT, test_until TEXT, incident_id BLOB,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT enrolments_test CHECK ((test_from IS NULL) = (test_until IS NULL)),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id),
    FOREIGN KEY (organisation_id, ordered_by) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id)
);
CREATE UNIQUE INDEX enrolments_open ON enrolments (organisation_id, device_id) WHERE state IN ('pending', 'overdue');
CREATE INDEX enrolments_ordered ON enrolments (organisation_id, ordered_at, id);

-- Who followed a resident as family until the service ended: evidence, not access.
CREATE TABLE ended_family_links (
    organisation_id BLOB NOT NULL, account_id BLOB NOT NULL, resident_id BLOB NOT NULL,
    ended_at TEXT NOT NULL, ended_by BLOB NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (organisation_id, account_id, resident_id, ended_at),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id)
);
