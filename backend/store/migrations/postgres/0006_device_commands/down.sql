DROP TABLE device_commands;
