//! The settings durability rests on: set, read back and compared at every connection.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::conn::Conn;
use crate::database::Options;

/// The oldest PostgreSQL that is tested.
const POSTGRES_AT_LEAST: i64 = 150_000;

/// Pages after which the log is copied back, in the middle of a commit: 16 MiB. With SQLite's own 1,000
/// a storm copies every other commit; more would be read again at the next start.
const WAL_PAGES: u32 = 4_000;
/// Memory of the writer for pages, KiB. With SQLite's own 2,000 a commit of many alarms does not fit
/// and its pages are written more than once.
const WRITER_CACHE_KIB: u32 = 32_768;

/// A setting with which an acknowledged alarm could be lost.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// It has another value.
    #[error("database setting {name} is {found:?} and must be {wanted:?}")]
    Wrong {
        /// Which.
        name: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// It could not be set or read.
    #[error("database setting {name}: {source}")]
    Unreadable {
        /// Which.
        name: &'static str,
        /// Why.
        source: diesel::result::Error,
    },
}

/// Sets what can be set for a connection.
pub(super) fn apply(conn: &mut Conn, options: &Options) -> Result<(), SettingError> {
    let statements = match conn {
        Conn::Sqlite(_) => format!(
            "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864; \
             PRAGMA wal_autocheckpoint = {WAL_PAGES};",
            options.busy_timeout_ms
        ),
        Conn::Postgres(_) => format!(
            "SET synchronous_commit = on; SET statement_timeout = {0}; SET lock_timeout = {0}; \
             SET idle_in_transaction_session_timeout = {0}; SET timezone = 'UTC'; \
             SET client_min_messages = warning;",
            options.statement_timeout_ms
        ),
    };
    #[cfg(feature = "planted-bugs")]
    let statements = crate::plant::settings(statements);
    let failed = |source| SettingError::Unreadable {
        name: "session",
        source,
    };
    conn.batch_execute(&statements).map_err(failed)
}

/// Gives the connection of the writer room for large commits.
pub(super) fn for_writing(conn: &mut Conn) -> Result<(), SettingError> {
    let failed = |source| SettingError::Unreadable {
        name: "cache size",
        source,
    };
    match conn {
        Conn::Sqlite(_) => conn
            .batch_execute(&format!("PRAGMA cache_size = -{WRITER_CACHE_KIB};"))
            .map_err(failed),
        Conn::Postgres(_) => Ok(()),
    }
}

/// Makes a connection refuse writes: every write goes through the writer.
pub(super) fn read_only(conn: &mut Conn) -> Result<(), SettingError> {
    let statement = match conn {
        Conn::Sqlite(_) => "PRAGMA query_only = ON;",
        Conn::Postgres(_) => "SET default_transaction_read_only = on;",
    };
    let failed = |source| SettingError::Unreadable {
        name: "read only",
        source,
    };
    conn.batch_execute(statement).map_err(failed)
}

/// Reads the settings back: what was asked for is not always what one has.
pub(super) fn verify(conn: &mut Conn) -> Result<(), SettingError> {
    match conn {
        Conn::Sqlite(_) => {
            expect(
                conn,
                "journal_mode",
                "wal",
                "SELECT journal_mode AS value FROM pragma_journal_mode",
            )?;
            expect(
                conn,
                "synchronous",
                synchronous(),
                "SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous",
            )?;
            expect(
                conn,
                "foreign_keys",
                "1",
                "SELECT CAST(foreign_keys AS TEXT) AS value FROM pragma_foreign_keys",
            )?;
            at_least(
                conn,
                "busy_timeout",
                1,
                "SELECT timeout AS value FROM pragma_busy_timeout",
            )
        }
        Conn::Postgres(_) => {
            let version = "SELECT current_setting('server_version_num')::bigint AS value";
            at_least(conn, "server_version", POSTGRES_AT_LEAST, version)?;
            expect(
                conn,
                "synchronous_commit",
                "on",
                "SELECT current_setting('synchronous_commit') AS value",
            )?;
            expect(
                conn,
                "fsync",
                "on",
                "SELECT current_setting('fsync') AS value",
            )?;
            expect(
                conn,
                "full_page_writes",
                "on",
                "SELECT current_setting('full_page_writes') AS value",
            )?;
            let timeout =
                "SELECT setting::bigint AS value FROM pg_settings WHERE name = 'statement_timeout'";
            at_least(conn, "statement_timeout", 1, timeout)
        }
    }
}

#[cfg(not(feature = "planted-bugs"))]
fn synchronous() -> &'static str {
    "2"
}

#[cfg(feature = "planted-bugs")]
use crate::plant::synchronous;

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    value: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

fn expect(
    conn: &mut Conn,
    name: &'static str,
    wanted: &'static str,
    sql: &str,
) -> Result<(), SettingError> {
    let read = diesel::sql_query(sql).get_result::<Word>(conn);
    let found = read
        .map_err(|source| SettingError::Unreadable { name, source })?
        .value;
    if found == wanted {
        Ok(())
    } else {
        Err(SettingError::Wrong {
            name,
            found,
            wanted,
        })
    }
}

fn at_least(
    conn: &mut Conn,
    name: &'static str,
    least: i64,
    sql: &str,
) -> Result<(), SettingError> {
    let read = diesel::sql_query(sql).get_result::<Number>(conn);
    let found = read
        .map_err(|source| SettingError::Unreadable { name, source })?
        .value;
    if found >= least {
        return Ok(());
    }
    let wanted = if least == POSTGRES_AT_LEAST {
        "150000 or more"
    } else {
        "set"
    };
    Err(SettingError::Wrong {
        name,
        found: found.to_string(),
        wanted,
    })
}
