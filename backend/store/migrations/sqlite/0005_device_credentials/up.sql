-- Who may bring messages in over MQTT and HTTPS: a device for itself, or a gateway for its devices.
-- The secret is known by its digest only; the signing key is sealed, because codes are made with it.
CREATE TABLE device_credentials (
    organisation_id BLOB NOT NULL REFERENCES organisations (id), id BLOB NOT NULL,
    name TEXT NOT NULL, protocol TEXT NOT NULL, device_id BLOB, topic_prefix TEXT,
    secret_sha256 BLOB NOT NULL, signing_key BLOB NOT NULL,
    created_at TEXT NOT NULL, created_by BLOB NOT NULL, revoked_at TEXT,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX device_credentials_name ON device_credentials (name) WHERE revoked_at IS NULL;
CREATE INDEX device_credentials_id ON device_credentials (id);
CREATE INDEX device_credentials_device ON device_credentials (organisation_id, device_id);

-- Which signed messages of a device were let in; changed with the frame in one transaction.
CREATE TABLE replay_windows (
    organisation_id BLOB NOT NULL, device_id BLOB NOT NULL, seen TEXT NOT NULL,
    PRIMARY KEY (organisation_id, device_id),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id)
);
