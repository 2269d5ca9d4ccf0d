//! Storage on SQLite and PostgreSQL through one code path.
