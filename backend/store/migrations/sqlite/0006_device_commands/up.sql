-- What devices are told to do. The command is sealed: it holds numbers and words for a person.
CREATE TABLE device_commands (
    organisation_id BLOB NOT NULL, id BLOB NOT NULL, device_id BLOB NOT NULL, command BLOB NOT NULL,
    state TEXT NOT NULL, serial INTEGER NOT NULL, attempts INTEGER NOT NULL,
    asked_by BLOB NOT NULL, asked_at TEXT NOT NULL, deadline_at TEXT NOT NULL, next_at TEXT,
    sent_at TEXT, answered_at TEXT, reason TEXT,
    generation BIGINT NOT NULL, lease_owner BLOB, leased_until TEXT,
    PRIMARY KEY (organisation_id, id),
    -- Nobody has to look at what is over, and somebody has to at what still waits.
    CONSTRAINT device_commands_over CHECK (
        (state <> 'queued' OR next_at IS NOT NULL) AND (state IN ('queued', 'sent') OR next_at IS NULL)),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id),
    FOREIGN KEY (organisation_id, asked_by) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX device_commands_waiting ON device_commands (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX device_commands_deadline ON device_commands (deadline_at) WHERE next_at IS NOT NULL;
CREATE INDEX device_commands_device ON device_commands (organisation_id, device_id, asked_at, id);
