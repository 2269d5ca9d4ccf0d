//! A real Mosquitto on a spare port, with its sessions on disk.

use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use server::stages::monotonic;
use tempfile::TempDir;

use crate::process::spare_port;
use crate::scorecard::say;

/// How long a start may take.
const START_WITHIN: Duration = Duration::from_secs(10);

/// A running broker. Killed when dropped.
#[derive(Debug)]
pub struct Mosquitto {
    /// Where it listens.
    pub at: SocketAddr,
    child: Child,
    _folder: TempDir,
}

impl Mosquitto {
    /// Starts one; `None`, said aloud, where there is none.
    ///
    /// # Errors
    /// When it is there and does not start.
    pub fn start() -> anyhow::Result<Option<Self>> {
        let program = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"]
            .into_iter()
            .find(|path| std::path::Path::new(path).is_file())
            .unwrap_or("mosquitto");
        let found = Command::new(program).arg("-h").output();
        if found.is_err() {
            say("skipped: no Mosquitto");
            return Ok(None);
        }
        let (folder, at) = (tempfile::tempdir()?, spare_port()?);
        let config = folder.path().join("mosquitto.conf");
        let text = format!(
            "listener {} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n\
             log_dest file {}\n",
            at.port(),
            folder.path().join("log").display()
        );
        std::fs::write(&config, text)?;
        let child = Command::new(program)
            .arg("-c")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("starting Mosquitto")?;
        let mut broker = Self {
            at,
            child,
            _folder: folder,
        };
        broker.await_port()?;
        Ok(Some(broker))
    }

    fn await_port(&mut self) -> anyhow::Result<()> {
        let began = monotonic();
        while began.elapsed() < START_WITHIN {
            if TcpStream::connect(self.at).is_ok() {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("Mosquitto ended at start: {status}");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("Mosquitto does not listen")
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        // An error means that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
