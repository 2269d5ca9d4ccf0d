-- Who may bring messages in over MQTT and HTTPS: a device for itself, or a gateway for its devices.
-- The secret is known by its digest only; the signing key is sealed, because codes are made with it.
CREATE TABLE device_credentials (
    organisation_id UUID NOT NULL REFERENCES organisations (id), id UUID NOT NULL,
    name TEXT NOT NULL, protocol TEXT NOT NULL, device_id UUID, topic_prefix TEXT,
    secret_sha256 BYTEA NOT NULL, signing_key BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL, created_by UUID NOT NULL, revoked_at TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX device_credentials_name ON device_credentials (name) WHERE revoked_at IS NULL;
CREATE INDEX device_credentials_id ON device_credentials (id);
CREATE INDEX device_credentials_device ON device_credentials (organisation_id, device_id);

-- Which signed messages of a device were let in; changed with the frame in one transaction.
CREATE TABLE replay_windows (
    organisation_id UUID NOT NULL, device_id UUID NOT NULL, seen JSONB NOT NULL,
    PRIMARY KEY (organisation_id, device_id),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id)
);
