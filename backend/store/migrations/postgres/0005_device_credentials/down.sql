DROP TABLE replay_windows;
DROP TABLE device_credentials;
