//! A fresh, filled database for each case, dropped at its end.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use store::{Database, DatabaseUrl, KeyRing, Options, SqlStore};

use crate::people;

/// Names a PostgreSQL server on which databases may be made.
const SERVER: &str = "ANLIN_TEST_POSTGRES";

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A store with two organisations and a few people in it.
pub(crate) struct Ground {
    // Dropped in this order: nobody may be connected when the database goes.
    pub(crate) store: SqlStore,
    pub(crate) database: Database,
    pub(crate) folder: tempfile::TempDir,
    _postgres: Option<Made>,
}

/// A database made for one case.
struct Made {
    server: String,
    name: String,
}

impl Drop for Made {
    fn drop(&mut self) {
        let mut admin = PgConnection::establish(&self.server).expect("server");
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        admin.batch_execute(&drop).expect("dropped");
    }
}

impl Ground {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("anlin.sqlite").display());
        Self::on(&url, folder, None)
    }

    /// `None`, said aloud, when no server is named.
    pub(crate) fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var(SERVER) else {
            say("skipped: no PostgreSQL");
            return None;
        };
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("store_{}_{number}", std::process::id());
        let mut admin = PgConnection::establish(&server).expect("server");
        admin
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .expect("made");
        let (head, _) = server.rsplit_once('/').expect("an address with a database");
        let url = format!("{head}/{name}");
        let folder = tempfile::tempdir().expect("a folder");
        Some(Self::on(&url, folder, Some(Made { server, name })))
    }

    fn on(url: &str, folder: tempfile::TempDir, made: Option<Made>) -> Self {
        let database = open(url, &folder.path().join("keys"));
        database.migrate().expect("migrated");
        people::fill(&database);
        let store = start(&database);
        Self {
            store,
            database,
            folder,
            _postgres: made,
        }
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.database.url(), DatabaseUrl::Sqlite(_))
    }
}

pub(crate) fn open(url: &str, keys: &std::path::Path) -> Database {
    let url = DatabaseUrl::parse(url).expect("an address");
    let keys = KeyRing::load_or_create(keys).expect("keys");
    Database::open(
        &url,
        keys,
        Options {
            pool_size: 3,
            ..Options::default()
        },
    )
    .expect("opened")
}

pub(crate) fn start(database: &Database) -> SqlStore {
    let on_fatal = Box::new(|reason: &str| panic!("fatal: {reason}"));
    SqlStore::start(database.clone(), on_fatal).expect("started")
}

fn say(text: &str) {
    // Not `println!`: the test harness swallows what a passing test prints.
    let _ = writeln!(std::io::stdout().lock(), "\n{text}");
}
