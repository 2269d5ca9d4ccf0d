-- The ladders that an organisation has set for itself: the highest version counts, the others stay to be read.
CREATE TABLE ladder_sets (
    organisation_id BLOB NOT NULL REFERENCES organisations (id), version INTEGER NOT NULL,
    body TEXT NOT NULL, set_by BLOB NOT NULL, set_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, version),
    FOREIGN KEY (organisation_id, set_by) REFERENCES accounts (organisation_id, id)
);

-- What is feared for a resident, and what their life depends on; no row is the usual.
CREATE TABLE resident_care (
    organisation_id BLOB NOT NULL, resident_id BLOB NOT NULL, risk TEXT NOT NULL, cognition TEXT NOT NULL,
    depends_on BLOB NOT NULL,
    PRIMARY KEY (organisation_id, resident_id),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id)
);

-- Signs of daily life that a person saw: a meal that was collected, a code that was read.
CREATE TABLE reported_signs (
    organisation_id BLOB NOT NULL, resident_id BLOB NOT NULL, sign TEXT NOT NULL, "at" TEXT NOT NULL,
    account_id BLOB NOT NULL,
    PRIMARY KEY (organisation_id, sign, "at", resident_id),
    FOREIGN KEY (organisation_id, resident_id) REFERENCES residents (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
