-- PostgreSQL: the same tables as for SQLite, with native uuid, timestamptz and jsonb.
CREATE TABLE installation ("key" TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE organisations (id UUID NOT NULL PRIMARY KEY, name TEXT NOT NULL);

CREATE TABLE divisions (code TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, parent TEXT, kind TEXT NOT NULL);

CREATE TABLE facilities (
    id UUID NOT NULL PRIMARY KEY, category TEXT NOT NULL, name TEXT NOT NULL,
    position JSONB NOT NULL, osm_ref TEXT
);
CREATE INDEX facilities_category ON facilities (category);

CREATE TABLE networks (
    name TEXT NOT NULL, version BIGINT NOT NULL, bytes BYTEA NOT NULL, created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (name, version)
);

CREATE TABLE homes (
    organisation_id UUID NOT NULL REFERENCES organisations (id), id UUID NOT NULL,
    address BYTEA NOT NULL, position JSONB, committee_code TEXT NOT NULL, entry BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, id)
);

CREATE TABLE residents (
    organisation_id UUID NOT NULL, id UUID NOT NULL, home_id UUID NOT NULL,
    name BYTEA NOT NULL, phone BYTEA NOT NULL, birth_year SMALLINT NOT NULL, living_alone BOOLEAN NOT NULL,
    languages JSONB NOT NULL, reading_level TEXT NOT NULL, synthetic BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, home_id) REFERENCES homes (organisation_id, id)
);

CREATE TABLE devices (
    organisation_id UUID NOT NULL REFERENCES organisations (id), id UUID NOT NULL,
    protocol TEXT NOT NULL, uid TEXT NOT NULL, resident_id UUID, model TEXT,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT devices_uid UNIQUE (organisation_id, protocol, uid),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id)
);
-- A frame names its device before its organisation is known.
CREATE INDEX devices_protocol_uid ON devices (protocol, uid);
CREATE INDEX devices_resident ON devices (organisation_id, resident_id);

CREATE TABLE device_states (
    organisation_id UUID NOT NULL, device_id UUID NOT NULL, last_seen_at TIMESTAMPTZ NOT NULL,
    battery_pct SMALLINT, last_fix JSONB, last_fix_at TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, device_id),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id)
);

CREATE TABLE accounts (
    organisation_id UUID NOT NULL REFERENCES organisations (id), id UUID NOT NULL,
    role TEXT NOT NULL, name BYTEA NOT NULL, language TEXT NOT NULL, reading_level TEXT NOT NULL, device_id UUID,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id)
);
CREATE INDEX accounts_id ON accounts (id);
CREATE INDEX accounts_role ON accounts (organisation_id, role, id);

CREATE TABLE access_tokens (
    organisation_id UUID NOT NULL, id UUID NOT NULL, account_id UUID NOT NULL,
    token_sha256 BYTEA NOT NULL, created_at TIMESTAMPTZ NOT NULL, revoked_at TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT access_tokens_sha256 UNIQUE (token_sha256),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);

CREATE TABLE family_links (
    organisation_id UUID NOT NULL, account_id UUID NOT NULL, resident_id UUID NOT NULL,
    PRIMARY KEY (organisation_id, account_id, resident_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id)
);
CREATE INDEX family_links_resident ON family_links (organisation_id, resident_id);

CREATE TABLE responders (
    organisation_id UUID NOT NULL, id UUID NOT NULL, account_id UUID NOT NULL,
    name BYTEA NOT NULL, kind TEXT NOT NULL, skills JSONB NOT NULL, shifts JSONB NOT NULL,
    duty_override BOOLEAN, position JSONB, position_at TIMESTAMPTZ, active BOOLEAN NOT NULL DEFAULT TRUE,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX responders_account ON responders (organisation_id, account_id);

CREATE TABLE push_endpoints (
    organisation_id UUID NOT NULL, id UUID NOT NULL, account_id UUID NOT NULL,
    platform TEXT NOT NULL, token BYTEA NOT NULL, token_sha256 BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL, dropped_at TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
CREATE UNIQUE INDEX push_endpoints_token ON push_endpoints (organisation_id, token_sha256) WHERE dropped_at IS NULL;
CREATE INDEX push_endpoints_sha256 ON push_endpoints (token_sha256);
CREATE INDEX push_endpoints_account ON push_endpoints (account_id);

CREATE TABLE incidents (
    organisation_id UUID NOT NULL REFERENCES organisations (id), id UUID NOT NULL,
    version INTEGER NOT NULL, kind TEXT NOT NULL, alarm_kind TEXT NOT NULL, severity SMALLINT NOT NULL,
    status TEXT NOT NULL, ladder TEXT NOT NULL, rung INTEGER NOT NULL, open_key TEXT,
    resident_id UUID, home_id UUID, device_id UUID, device_uid TEXT, position JSONB,
    opened_at TIMESTAMPTZ NOT NULL, device_time TIMESTAMPTZ, deadline_at TIMESTAMPTZ, next_owner TEXT NOT NULL, repeats INTEGER NOT NULL,
    acknowledged_by UUID, acknowledged_at TIMESTAMPTZ, responder_id UUID, responder_account_id UUID,
    reoffered BOOLEAN NOT NULL, eta_ms BIGINT, accepted_at TIMESTAMPTZ, en_route_at TIMESTAMPTZ, arrived_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ, outcome TEXT, synthetic BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, id),
    -- No state without a deadline, and no key that would keep the next alarm out after the end.
    CONSTRAINT incidents_guarded CHECK ((status = 'closed') = (deadline_at IS NULL)),
    CONSTRAINT incidents_closed_key CHECK (status <> 'closed' OR open_key IS NULL),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id),
    FOREIGN KEY (organisation_id, home_id) REFERENCES homes (organisation_id, id),
    FOREIGN KEY (organisation_id, device_id) REFERENCES devices (organisation_id, id),
    FOREIGN KEY (organisation_id, acknowledged_by) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, responder_id) REFERENCES responders (organisation_id, id)
);
CREATE UNIQUE INDEX incidents_open_key ON incidents (organisation_id, open_key) WHERE open_key IS NOT NULL;
CREATE INDEX incidents_opened ON incidents (organisation_id, opened_at, id);
CREATE INDEX incidents_open ON incidents (organisation_id, opened_at, id) WHERE status <> 'closed';
CREATE INDEX incidents_resident ON incidents (organisation_id, resident_id);

CREATE TABLE frames (
    organisation_id UUID NOT NULL REFERENCES organisations (id), id UUID NOT NULL,
    protocol TEXT NOT NULL, source TEXT NOT NULL, received_at TIMESTAMPTZ NOT NULL, raw BYTEA NOT NULL,
    device_uid TEXT, kind TEXT, decoded BOOLEAN NOT NULL, error TEXT, event JSONB, event_key TEXT,
    incident_id UUID, undecided BOOLEAN NOT NULL, unknown_device BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id)
);
-- Only alarm frames carry a key: telemetry repeats itself and nobody asks twice.
CREATE UNIQUE INDEX frames_event_key ON frames (organisation_id, protocol, device_uid, event_key) WHERE event_key IS NOT NULL;
CREATE INDEX frames_received ON frames (organisation_id, received_at, id);
CREATE INDEX frames_undecoded ON frames (organisation_id, received_at, id) WHERE NOT decoded;
CREATE INDEX frames_unknown ON frames (organisation_id, source, received_at) WHERE unknown_device;
CREATE INDEX frames_undecided ON frames (id) WHERE undecided;

CREATE TABLE offers (
    organisation_id UUID NOT NULL, id UUID NOT NULL, incident_id UUID NOT NULL, responder_id UUID NOT NULL,
    account_id UUID NOT NULL, wave INTEGER NOT NULL, state TEXT NOT NULL, walking_ms BIGINT, metres BIGINT,
    method TEXT NOT NULL, reasons JSONB NOT NULL, sent_at TIMESTAMPTZ NOT NULL, expires_at TIMESTAMPTZ NOT NULL, answered_at TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id),
    FOREIGN KEY (organisation_id, responder_id) REFERENCES responders (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX offers_incident ON offers (organisation_id, incident_id);
CREATE INDEX offers_responder ON offers (organisation_id, responder_id, sent_at, id);

CREATE TABLE timeline_entries (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id UUID NOT NULL, id UUID NOT NULL, incident_id UUID NOT NULL, "at" TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL, account_id UUID, facts JSONB NOT NULL,
    CONSTRAINT timeline_entries_id UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX timeline_entries_incident ON timeline_entries (organisation_id, incident_id, seq);
CREATE INDEX timeline_entries_seq ON timeline_entries (organisation_id, seq);

CREATE TABLE timers (
    organisation_id UUID NOT NULL, id UUID NOT NULL, incident_id UUID, frame_id UUID,
    kind TEXT NOT NULL, rung INTEGER NOT NULL, due_at TIMESTAMPTZ NOT NULL, done_at TIMESTAMPTZ,
    generation BIGINT NOT NULL, lease_owner UUID, leased_until TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT timers_subject CHECK ((incident_id IS NULL) <> (frame_id IS NULL)),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id),
    FOREIGN KEY (organisation_id, frame_id) REFERENCES frames (organisation_id, id)
);
CREATE UNIQUE INDEX timers_guard ON timers (organisation_id, incident_id) WHERE done_at IS NULL AND incident_id IS NOT NULL;
CREATE INDEX timers_due ON timers (due_at) WHERE done_at IS NULL;
CREATE INDEX timers_id ON timers (id);
CREATE INDEX timers_frame ON timers (organisation_id, frame_id) WHERE frame_id IS NOT NULL;

CREATE TABLE outbox (
    organisation_id UUID NOT NULL, id UUID NOT NULL, incident_id UUID NOT NULL, offer_id UUID, account_id UUID NOT NULL,
    notice JSONB NOT NULL, priority SMALLINT NOT NULL, created_at TIMESTAMPTZ NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
    generation BIGINT NOT NULL, lease_owner UUID, leased_until TIMESTAMPTZ, next_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ, channel TEXT, last_error TEXT,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id),
    FOREIGN KEY (organisation_id, offer_id) REFERENCES offers (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX outbox_due ON outbox (priority, created_at) WHERE state = 'queued';
CREATE INDEX outbox_id ON outbox (id);
CREATE INDEX outbox_created ON outbox (organisation_id, created_at, id);
CREATE INDEX outbox_incident ON outbox (organisation_id, incident_id, created_at, id);
CREATE INDEX outbox_account ON outbox (organisation_id, account_id, created_at, id);

CREATE TABLE outbox_attempts (
    organisation_id UUID NOT NULL, outbox_id UUID NOT NULL, attempt INTEGER NOT NULL,
    "at" TIMESTAMPTZ NOT NULL, state TEXT NOT NULL, channel TEXT, reason TEXT,
    PRIMARY KEY (organisation_id, outbox_id, attempt),
    FOREIGN KEY (organisation_id, outbox_id) REFERENCES outbox (organisation_id, id)
);

CREATE TABLE idempotency_keys (
    organisation_id UUID NOT NULL, account_id UUID NOT NULL, "key" TEXT NOT NULL,
    incident_id UUID NOT NULL, created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, account_id, "key"),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id)
);

CREATE TABLE audit_entries (
    organisation_id UUID NOT NULL, id UUID NOT NULL, "at" TIMESTAMPTZ NOT NULL, account_id UUID,
    action TEXT NOT NULL, object_kind TEXT NOT NULL, object_id UUID NOT NULL, note BYTEA,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX audit_entries_object ON audit_entries (organisation_id, object_kind, object_id, "at");
