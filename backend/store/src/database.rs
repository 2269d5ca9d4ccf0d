//! Opening a database, and refusing one that could lose what it acknowledged.

mod settings;
mod url;

use diesel::migration::MigrationSource;
use diesel::r2d2::{ManageConnection, Pool, R2D2Connection};
use diesel::sqlite::Sqlite;
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::time::Duration;

use crate::conn::Conn;
use crate::sealed::KeyRing;

pub use settings::SettingError;
pub use url::DatabaseUrl;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Why a database is not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not an address of either database.
    #[error("database address must be sqlite://PATH or postgres://…")]
    Address,
    /// Nobody answers there. The source is not shown: it may name the password.
    #[error("database does not answer at {0}")]
    Unreachable(String),
    /// It would not keep what it acknowledges.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A migration failed.
    #[error("migration failed: {0}")]
    Migration(String),
    /// A first statement failed.
    #[error("database: {0}")]
    Database(#[from] diesel::result::Error),
    /// A thread could not be started.
    #[error("writer thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// Limits of a database's connections.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Connections for reading; writing has one of its own.
    pub pool_size: u32,
    /// How long SQLite waits for another writer.
    pub busy_timeout_ms: u32,
    /// How long PostgreSQL may take for one statement.
    pub statement_timeout_ms: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pool_size: 8,
            busy_timeout_ms: 5_000,
            statement_timeout_ms: 15_000,
        }
    }
}

/// A database that was found fit to keep alarms.
#[derive(Clone, Debug)]
pub struct Database {
    url: DatabaseUrl,
    keys: KeyRing,
    options: Options,
}

impl Database {
    /// Connects once and checks the settings; creates nothing but an empty SQLite file.
    ///
    /// # Errors
    /// [`OpenError`] when nobody answers or a setting is wrong, naming the setting.
    pub fn open(url: &DatabaseUrl, keys: KeyRing, options: Options) -> Result<Self, OpenError> {
        let database = Self {
            url: url.clone(),
            keys,
            options,
        };
        database.connect()?;
        Ok(database)
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// [`OpenError::Migration`], naming the migration.
    pub fn migrate(&self) -> Result<(), OpenError> {
        let ran = match &mut self.connect()? {
            Conn::Sqlite(conn) => conn.run_pending_migrations(SQLITE).map(|_| ()),
            Conn::Postgres(conn) => conn.run_pending_migrations(POSTGRES).map(|_| ()),
        };
        ran.map_err(|error| OpenError::Migration(error.to_string()))
    }

    /// Migrations that this program has, by their versions, in order.
    pub(crate) fn known_migrations() -> Vec<String> {
        let all = MigrationSource::<Sqlite>::migrations(&SQLITE).unwrap_or_default();
        let mut versions: Vec<String> = all
            .iter()
            .map(|migration| migration.name().version().to_string())
            .collect();
        versions.sort_unstable();
        versions
    }

    /// A fresh connection that may write, with its settings asserted.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn connect(&self) -> Result<Conn, OpenError> {
        let unreachable = |_: ConnectionError| OpenError::Unreachable(self.url.to_string());
        let mut conn = match &self.url {
            DatabaseUrl::Sqlite(path) => {
                Conn::Sqlite(SqliteConnection::establish(path).map_err(unreachable)?)
            }
            DatabaseUrl::Postgres(address) => {
                Conn::Postgres(PgConnection::establish(address).map_err(unreachable)?)
            }
        };
        settings::apply(&mut conn, &self.options)?;
        settings::verify(&mut conn)?;
        Ok(conn)
    }

    /// The connection of the writer.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub(crate) fn connect_writer(&self) -> Result<Conn, OpenError> {
        let mut conn = self.connect()?;
        settings::for_writing(&mut conn)?;
        Ok(conn)
    }

    /// Reads the settings of a connection back.
    ///
    /// # Errors
    /// [`SettingError`], naming the first wrong one.
    pub fn verify(conn: &mut Conn) -> Result<(), SettingError> {
        settings::verify(conn)
    }

    /// Where it is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// Connections for reading, opened when first needed.
    pub(crate) fn readers(&self) -> Pool<Readers> {
        Pool::builder()
            .max_size(self.options.pool_size)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_millis(self.options.busy_timeout_ms.into()))
            .build_unchecked(Readers(self.clone()))
    }
}

/// Makes and checks pooled connections, which may only read.
#[derive(Debug)]
pub(crate) struct Readers(Database);

impl ManageConnection for Readers {
    type Connection = Conn;
    type Error = OpenError;

    fn connect(&self) -> Result<Conn, OpenError> {
        let mut conn = self.0.connect()?;
        settings::read_only(&mut conn)?;
        Ok(conn)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), OpenError> {
        match conn {
            // There is no line that could have gone dead, and the look would cost as much as a read.
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(conn) => Ok(conn.ping()?),
        }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}
