-- How people are reached beside the app, and what became of it.
ALTER TABLE outbox ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
-- The notice that this one repeats on the next channel of its person's plan.
ALTER TABLE outbox ADD COLUMN follows BLOB;
-- The one channel it is for, where the plan is not asked.
ALTER TABLE outbox ADD COLUMN by_channel TEXT;

CREATE TABLE reach (
    organisation_id BLOB NOT NULL, account_id BLOB NOT NULL, phone BLOB, phone_code BLOB,
    "plan" TEXT, updated_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, account_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX reach_account ON reach (account_id);
CREATE INDEX reach_phone ON reach (phone_code);

CREATE TABLE receipts (
    organisation_id BLOB NOT NULL, outbox_id BLOB NOT NULL, channel TEXT NOT NULL, receipt TEXT NOT NULL,
    "at" TEXT NOT NULL, root_id BLOB NOT NULL, account_id BLOB NOT NULL, offer_id BLOB,
    gateway TEXT, reason TEXT, quiet BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, outbox_id, channel, receipt),
    FOREIGN KEY (organisation_id, outbox_id) REFERENCES outbox (organisation_id, id)
);
CREATE INDEX receipts_outbox ON receipts (outbox_id);
CREATE INDEX receipts_root ON receipts (organisation_id, root_id);
CREATE INDEX receipts_offer ON receipts (organisation_id, offer_id) WHERE offer_id IS NOT NULL;
CREATE INDEX receipts_quiet ON receipts (organisation_id, account_id, "at") WHERE quiet;

-- One yes for one offer, known only by its code.
CREATE TABLE acceptance_tokens (
    organisation_id BLOB NOT NULL, offer_id BLOB NOT NULL, kind TEXT NOT NULL, account_id BLOB NOT NULL,
    token_code BLOB NOT NULL, issued_at TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT,
    PRIMARY KEY (organisation_id, offer_id, kind),
    FOREIGN KEY (organisation_id, offer_id) REFERENCES offers (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX acceptance_tokens_code ON acceptance_tokens (token_code);

-- What gateways called back: each has its effect once.
CREATE TABLE gateway_callbacks (
    gateway TEXT NOT NULL, id TEXT NOT NULL, received_at TEXT NOT NULL, done_at TEXT,
    PRIMARY KEY (gateway, id)
);

-- Calls to residents. `due_at` is when somebody has to look: to place it, or to give it up.
CREATE TABLE calls (
    organisation_id BLOB NOT NULL, id BLOB NOT NULL, incident_id BLOB NOT NULL, resident_id BLOB NOT NULL,
    attempt INTEGER NOT NULL, last BOOLEAN NOT NULL, state TEXT NOT NULL, due_at TEXT NOT NULL,
    placed_at TEXT, gateway TEXT, result TEXT, ended_at TEXT,
    generation BIGINT NOT NULL, lease_owner BLOB, leased_until TEXT,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT calls_attempt UNIQUE (organisation_id, incident_id, attempt),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id)
);
CREATE INDEX calls_due ON calls (due_at) WHERE state <> 'ended';
CREATE INDEX calls_id ON calls (id);

-- The weekly trial of each channel of each person.
CREATE TABLE channel_tests (
    organisation_id BLOB NOT NULL, id BLOB NOT NULL, account_id BLOB NOT NULL, channel TEXT NOT NULL,
    sent_at TEXT NOT NULL, receipt TEXT NOT NULL, receipt_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX channel_tests_account ON channel_tests (organisation_id, account_id, channel, sent_at);
CREATE INDEX channel_tests_id ON channel_tests (id);
