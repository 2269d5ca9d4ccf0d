DROP TABLE reported_signs;
DROP TABLE resident_care;
DROP TABLE ladder_sets;
