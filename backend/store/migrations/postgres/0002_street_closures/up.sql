-- Streets, gates and lifts that cannot be used. The reason is sealed: people name people in it.
CREATE TABLE street_closures (
    organisation_id UUID NOT NULL REFERENCES organisations (id), id UUID NOT NULL,
    kind TEXT NOT NULL, position JSONB NOT NULL, position_to JSONB, reason BYTEA NOT NULL,
    reported_by UUID NOT NULL, since TIMESTAMPTZ NOT NULL, ends_at TIMESTAMPTZ, ended_at TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, reported_by) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX street_closures_since ON street_closures (organisation_id, since, id);
CREATE INDEX street_closures_open ON street_closures (ends_at) WHERE ended_at IS NULL;
