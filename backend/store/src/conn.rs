//! One connection type for both databases.

use diesel::{PgConnection, SqliteConnection};

/// A connection to either database; queries are written once against this type.
///
/// What it cannot do (`on_conflict`, batch inserts, row locks) is done on the inner connection.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// The bundled SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL 15 or later.
    Postgres(PgConnection),
}
