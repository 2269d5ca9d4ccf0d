-- Streets, gates and lifts that cannot be used. The reason is sealed: people name people in it.
CREATE TABLE street_closures (
    organisation_id BLOB NOT NULL REFERENCES organisations (id), id BLOB NOT NULL,
    kind TEXT NOT NULL, position TEXT NOT NULL, position_to TEXT, reason BLOB NOT NULL,
    reported_by BLOB NOT NULL, since TEXT NOT NULL, ends_at TEXT, ended_at TEXT,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, reported_by) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX street_closures_since ON street_closures (organisation_id, since, id);
CREATE INDEX street_closures_open ON street_closures (ends_at) WHERE ended_at IS NULL;
