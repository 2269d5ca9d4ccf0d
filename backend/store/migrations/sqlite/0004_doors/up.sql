-- How far up a home lies. Plain, because every decision reads it; NULL is unknown.
-- The house counts: 1 is level with the street, -1 the first storey below it, 0 does not exist.
ALTER TABLE homes ADD COLUMN storey INTEGER CHECK (storey BETWEEN -9 AND 120 AND storey <> 0);
ALTER TABLE homes ADD COLUMN lift BOOLEAN;
