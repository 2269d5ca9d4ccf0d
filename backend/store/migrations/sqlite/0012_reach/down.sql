DROP TABLE channel_tests;
DROP TABLE calls;
DROP TABLE gateway_callbacks;
DROP TABLE acceptance_tokens;
DROP TABLE receipts;
DROP TABLE reach;
ALTER TABLE outbox DROP COLUMN by_channel;
ALTER TABLE outbox DROP COLUMN follows;
ALTER TABLE outbox DROP COLUMN step;
