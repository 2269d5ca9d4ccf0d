-- What ranking knows of people beside where they are.
ALTER TABLE responders ADD COLUMN languages JSONB NOT NULL DEFAULT '[]';
ALTER TABLE responders ADD COLUMN gender TEXT;
ALTER TABLE responders ADD COLUMN vehicle TEXT NOT NULL DEFAULT 'foot';
ALTER TABLE responders ADD COLUMN committee_code TEXT;
ALTER TABLE responders ADD COLUMN clearance_revoked_at TIMESTAMPTZ;
ALTER TABLE responders ADD COLUMN position_accuracy_m INTEGER;
-- A language is no skill: one word for it, the same as residents have.
UPDATE responders SET languages = '["zh-CN","wuu"]', skills = skills - 'shanghainese'
WHERE skills @> '["shanghainese"]';

ALTER TABLE residents ADD COLUMN requires JSONB NOT NULL DEFAULT '[]';

-- Who stood where when a wave was asked: one row a wave, written with its offers and read as a whole.
CREATE TABLE standings (
    organisation_id UUID NOT NULL, incident_id UUID NOT NULL, wave INTEGER NOT NULL, "at" TIMESTAMPTZ NOT NULL,
    why TEXT NOT NULL, stood JSONB NOT NULL, cover JSONB NOT NULL,
    PRIMARY KEY (organisation_id, incident_id, wave),
    FOREIGN KEY (organisation_id, incident_id) REFERENCES incidents (organisation_id, id)
);

-- Read at every decision: who goes to another incident.
CREATE INDEX incidents_going ON incidents (organisation_id, responder_id) WHERE status <> 'closed' AND responder_id IS NOT NULL;
-- Read now and then: who came home within the last day, and how people answered.
CREATE INDEX incidents_ended ON incidents (closed_at) WHERE responder_id IS NOT NULL;
CREATE INDEX offers_sent ON offers (sent_at);
