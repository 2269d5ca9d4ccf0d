//! What a backup says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fingerprint::{Fingerprint, TablePrint};
use crate::database::Database;

/// The first value of every backup; another number is another format.
pub(super) const FORMAT: &str = "anlin-backup-1";

/// Which database was backed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A file of SQLite.
    Sqlite,
    /// An archive of `pg_dump`.
    Postgres,
}

impl Kind {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// The first line of a backup, in clear: it names tables and counts, and nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The format of the file.
    pub format: String,
    /// The moment it holds, RFC 3339: nothing that was committed before is missing.
    pub taken_at: String,
    /// Which database.
    pub database: Kind,
    /// Migrations that the schema has, in order.
    pub migrations: Vec<String>,
    /// Rows and hash of every table.
    pub tables: BTreeMap<String, TablePrint>,
    /// Bytes of the copy inside.
    pub payload_bytes: u64,
    /// SHA-256 of the copy inside, in hex.
    pub payload_sha256: String,
    /// Number of the key that seals it.
    pub key: u8,
    /// A word sealed under that key, in hex: another key of the same number is told at once.
    pub key_proof: String,
    /// First 16 bytes of every nonce, in hex.
    pub nonce: String,
}

impl Manifest {
    /// All rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|table| table.rows).sum()
    }

    /// The newest migration that this program does not know, if there is one.
    pub fn unknown_schema(&self) -> Option<&str> {
        let known = Database::known_migrations();
        let mut unknown = self
            .migrations
            .iter()
            .rev()
            .filter(|it| !known.contains(it));
        unknown.next().map(String::as_str)
    }

    /// The first table in which a copy differs, if there is one.
    pub(super) fn difference(&self, found: &Fingerprint) -> Option<String> {
        if self.migrations != found.migrations {
            return Some("its schema".to_owned());
        }
        let mut names: Vec<_> = self.tables.keys().chain(found.tables.keys()).collect();
        names.sort_unstable();
        let mut differing = names
            .into_iter()
            .filter(|name| self.tables.get(*name) != found.tables.get(*name));
        differing.next().map(|name| format!("table {name}"))
    }
}
