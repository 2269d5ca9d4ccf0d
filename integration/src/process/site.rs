//! Where a server lives: its data, its ports, its database, and what it was seeded with.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tempfile::TempDir;

use super::{Invocation, Program, without_settings};
use crate::postgres::PostgresDatabase;
use crate::tcp_proxy::TcpProxy;

/// How long seeding may take.
const SEED_WITHIN: Duration = Duration::from_secs(120);
/// Bytes of a log that are worth showing.
const SHOWN: usize = 2_000;

/// A place for one server; it stays the same over restarts.
#[derive(Clone, Debug)]
pub struct Site {
    /// Where HTTP is served.
    pub http: SocketAddr,
    /// Where watches connect.
    pub watch: SocketAddr,
    /// Where MQTT devices connect.
    pub mqtt: SocketAddr,
    /// The database address when it is not the file in the data directory.
    pub database_url: Option<String>,
    dir: Arc<TempDir>,
    database: Option<Arc<PostgresDatabase>>,
}

/// What seeding leaves behind, kept for places to come.
#[derive(Clone, Debug)]
pub struct Seeded {
    files: Vec<(OsString, Vec<u8>)>,
    told: String,
}

impl Seeded {
    /// Seeds the small district once.
    ///
    /// # Errors
    /// When seeding fails.
    pub fn small() -> anyhow::Result<Self> {
        let site = Site::seeded_sqlite()?;
        let mut files = Vec::new();
        for entry in std::fs::read_dir(site.data_dir())? {
            let entry = entry?;
            files.push((entry.file_name(), std::fs::read(entry.path())?));
        }
        let told = std::fs::read_to_string(site.told())?;
        Ok(Self { files, told })
    }
}

impl Site {
    /// An empty place on SQLite.
    ///
    /// # Errors
    /// When there is no room or no port.
    pub fn empty() -> anyhow::Result<Self> {
        Ok(Self {
            http: spare_port()?,
            watch: spare_port()?,
            mqtt: spare_port()?,
            database_url: None,
            dir: Arc::new(TempDir::new()?),
            database: None,
        })
    }

    /// A place on SQLite, seeded with the small district.
    ///
    /// # Errors
    /// When seeding fails.
    pub fn seeded_sqlite() -> anyhow::Result<Self> {
        let site = Self::empty()?;
        site.seed()?;
        Ok(site)
    }

    /// A place of its own with the files of a seeded one, in memory: there a sync costs nothing,
    /// and nothing that is measured there is a time of a disk.
    ///
    /// # Errors
    /// When there is no room or no port.
    pub fn in_memory(seeded: &Seeded) -> anyhow::Result<Self> {
        let memory = Path::new("/dev/shm");
        let dir = match memory.is_dir() {
            true => TempDir::new_in(memory)?,
            false => TempDir::new()?,
        };
        let site = Self {
            dir: Arc::new(dir),
            ..Self::empty()?
        };
        std::fs::create_dir(site.data_dir())?;
        for (name, bytes) in &seeded.files {
            let file = site.data_dir().join(name);
            std::fs::write(&file, bytes)?;
            // The key file is refused when others may read it.
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600))?;
        }
        site.keep_told(&seeded.told)?;
        Ok(site)
    }

    /// A place with the same data and other ports, for a second server beside the first.
    ///
    /// # Errors
    /// When there is no port.
    pub fn beside(&self) -> anyhow::Result<Self> {
        Ok(Self {
            http: spare_port()?,
            watch: spare_port()?,
            mqtt: spare_port()?,
            ..self.clone()
        })
    }

    /// A seeded place on a PostgreSQL database of its own, dropped with it.
    ///
    /// # Errors
    /// When the database cannot be made or seeded.
    pub fn seeded_postgres(database: PostgresDatabase) -> anyhow::Result<Self> {
        let site = Self {
            database_url: Some(database.url().to_owned()),
            database: Some(Arc::new(database)),
            ..Self::empty()?
        };
        site.seed()?;
        Ok(site)
    }

    /// Puts a recording proxy between the server and its PostgreSQL database.
    ///
    /// # Errors
    /// When the site has no such database, or no port is left.
    pub fn behind_proxy(&mut self, hold: Duration) -> anyhow::Result<TcpProxy> {
        let database = self.database.as_ref().context("a PostgreSQL database")?;
        let proxy = TcpProxy::start(hold, database.place()?)?;
        self.database_url = Some(database.through(proxy.port())?);
        Ok(proxy)
    }

    fn seed(&self) -> anyhow::Result<()> {
        let program = Program::shipped()?;
        let seeded = Invocation::new(self.command(&program))
            .args(["seed", "--scale", "small"])
            .within(SEED_WITHIN)
            .run()?;
        ensure!(seeded.code == Some(0), "seeding failed: {}", seeded.stderr);
        self.keep_told(&seeded.stdout)
    }

    /// Keeps what seeding told, for [`Site::token`].
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep_told(&self, told: &str) -> anyhow::Result<()> {
        Ok(std::fs::write(self.told(), told)?)
    }

    /// The access token of a role, as seeding told it once.
    ///
    /// # Errors
    /// When the place was not seeded, or no such role was told.
    pub fn token(&self, role: &str) -> anyhow::Result<String> {
        let told = std::fs::read_to_string(self.told()).context("a seeded place")?;
        let mut rows = told.lines().map(str::split_whitespace);
        let row = rows.find_map(|mut row| (row.next() == Some(role)).then_some(row));
        let token = row.and_then(Iterator::last);
        Ok(token
            .with_context(|| format!("a token for {role}"))?
            .to_owned())
    }

    fn told(&self) -> PathBuf {
        self.dir.path().join("seeded.txt")
    }

    /// A command line of a program with the settings of this place.
    pub fn command(&self, program: &Program) -> Command {
        let mut words = program
            .wrapper
            .iter()
            .cloned()
            .chain([program.path.clone().into()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words);
        without_settings(&mut command);
        command
            .current_dir(self.dir.path())
            .env("ANLIN_DATA_DIR", self.data_dir())
            .env("ANLIN_HTTP_LISTEN", self.http.to_string())
            .env("ANLIN_WATCH_LISTEN", self.watch.to_string())
            .env("ANLIN_MQTT_LISTEN", self.mqtt.to_string());
        if let Some(url) = &self.database_url {
            command.env("ANLIN_DATABASE_URL", url);
        }
        if let Some(plant) = program.plant {
            command.env("ANLIN_PLANT", plant);
        }
        for (name, value) in &program.environment {
            command.env(name, value);
        }
        command
    }

    /// Everything of this place.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// Where the server keeps its data.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The SQLite file.
    pub fn sqlite_file(&self) -> PathBuf {
        self.data_dir().join("anlin.db")
    }

    /// What the server wrote on both outputs, over all its starts.
    pub fn output(&self) -> PathBuf {
        self.dir.path().join("output.log")
    }

    /// The end of what the server wrote.
    pub fn output_end(&self) -> String {
        let text = std::fs::read_to_string(self.output()).unwrap_or_default();
        let from = text.char_indices().rev().nth(SHOWN).map_or(0, |(at, _)| at);
        text[from..].to_owned()
    }
}

/// A loopback address with a port that nobody had a moment ago.
///
/// # Errors
/// When no port is left.
pub fn spare_port() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("a spare port")?;
    Ok(listener.local_addr()?)
}
