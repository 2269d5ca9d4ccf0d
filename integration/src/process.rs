//! A real `anlin` process: started, watched until it is healthy, killed by its pid.

mod command;
mod site;

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use server::stages::monotonic;

pub use command::{Finished, Invocation};
pub use site::{Seeded, Site, spare_port};

/// How long a start may take, migration and roster included.
const START_WITHIN: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(5);

/// Which program is run, and how.
#[derive(Clone, Debug)]
pub struct Program {
    /// The binary.
    pub path: PathBuf,
    /// The planted bug, for the planted binary only.
    pub plant: Option<&'static str>,
    /// Put in front of the binary, as a tracer.
    pub wrapper: Vec<OsString>,
    /// Variables beside those of the place.
    pub environment: Vec<(&'static str, OsString)>,
}

impl Program {
    /// The binary that is shipped: `ANLIN_BIN`, or `anlin` beside the tests.
    ///
    /// # Errors
    /// When it was not built.
    pub fn shipped() -> anyhow::Result<Self> {
        Ok(Self {
            path: built("ANLIN_BIN", "anlin")?,
            plant: None,
            wrapper: Vec::new(),
            environment: Vec::new(),
        })
    }

    /// The binary with planted bugs, with one of them chosen.
    ///
    /// # Errors
    /// When it was not built.
    pub fn planted(plant: &'static str) -> anyhow::Result<Self> {
        let path = built("ANLIN_PLANTED_BIN", "anlin-planted")?;
        Ok(Self {
            path,
            plant: Some(plant),
            wrapper: Vec::new(),
            environment: Vec::new(),
        })
    }

    /// Sets a variable.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Runs it behind a tracer that leaves the pid to the program.
    #[must_use]
    pub fn behind(mut self, wrapper: Vec<OsString>) -> Self {
        self.wrapper = wrapper;
        self
    }
}

fn built(variable: &str, name: &str) -> anyhow::Result<PathBuf> {
    let path = match std::env::var_os(variable) {
        Some(path) => PathBuf::from(path),
        None => {
            let here = std::env::current_exe()?;
            let deps = here.parent().context("a test lies in a folder")?;
            deps.parent().context("below the target folder")?.join(name)
        }
    };
    ensure!(
        path.is_file(),
        "{name} is not built: {} is missing",
        path.display()
    );
    Ok(path)
}

/// A running server. Killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    site: Site,
    /// When it was started.
    pub spawned: Instant,
    /// How long it took until health was answered.
    pub healthy_after: Duration,
}

impl Server {
    /// Starts a program on a site and waits until it is healthy.
    ///
    /// # Errors
    /// When it ends, or is not healthy in time; with the end of what it wrote.
    pub fn start(site: &Site, program: &Program) -> anyhow::Result<Self> {
        let output = OpenOptions::new()
            .create(true)
            .append(true)
            .open(site.output())?;
        let mut command = site.command(program);
        command
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let spawned = monotonic();
        let child = command
            .spawn()
            .with_context(|| format!("{}", program.path.display()))?;
        let mut server = Self {
            child,
            site: site.clone(),
            spawned,
            healthy_after: LOOK,
        };
        server.await_health()?;
        server.healthy_after = spawned.elapsed();
        if program
            .environment
            .iter()
            .any(|(name, _)| *name == "LD_PRELOAD")
        {
            crate::shim::ensure_loaded(&server)?;
        }
        Ok(server)
    }

    fn await_health(&mut self) -> anyhow::Result<()> {
        while self.spawned.elapsed() < START_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                bail!("anlin ended at start: {status}: {}", self.site.output_end());
            }
            if answers(self.site.http).unwrap_or(false) {
                return Ok(());
            }
            std::thread::sleep(LOOK);
        }
        bail!(
            "anlin is not healthy after {START_WITHIN:?}: {}",
            self.site.output_end()
        )
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it is still there.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// How it ended by itself: its exit code, or -1 after a signal; `None` while it runs.
    pub fn exit_code(&mut self) -> Option<i32> {
        let ended = self.child.try_wait().ok().flatten()?;
        Some(ended.code().unwrap_or(-1))
    }

    /// Kills it with SIGKILL, by its pid, and waits until it is gone.
    pub fn kill(&mut self) {
        // An error means that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Whether health is answered with 200 at this address.
fn answers(http: SocketAddr) -> std::io::Result<bool> {
    let patience = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&http, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(b"GET /v1/ops/health HTTP/1.1\r\nHost: anlin\r\nConnection: close\r\n\r\n")?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    Ok(head.ends_with(b" 200"))
}

/// Variables of this service are not inherited: a suite says what it means.
fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ANLIN_") {
            command.env_remove(&name);
        }
    }
}
