//! The server behind `strace`: what it really did with sockets and files, in the order it did it.

mod inject;
mod mqtt;
mod parse;
mod witness;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use server::stages::monotonic;

pub use inject::Injection;
pub use mqtt::witness_mqtt;
pub use parse::{Call, Kind};
pub use witness::{Witnessed, witness};

/// Calls that bring bytes, take bytes away, or make them durable.
const TRACED: &str =
    "trace=recvfrom,read,readv,recvmsg,sendto,write,writev,sendmsg,pwrite64,fsync,fdatasync";
/// Bytes shown of each buffer; a frame is shorter.
const SHOWN: &str = "160";
/// How long the tracer may need to write down the end.
const WRITTEN_WITHIN: Duration = Duration::from_secs(20);

/// A trace that is being written.
#[derive(Clone, Debug)]
pub struct Trace {
    file: PathBuf,
}

impl Trace {
    /// A trace into a file of its own.
    pub fn into_file(file: PathBuf) -> Self {
        Self { file }
    }

    /// The tracer's words; it steps aside, so that the pid is the server's.
    pub fn wrapper(&self) -> Vec<OsString> {
        let fixed = [
            "strace", "-D", "-f", "-ttt", "-T", "-y", "-s", SHOWN, "-e", TRACED, "-o",
        ];
        let file = self.file.clone().into_os_string();
        fixed
            .into_iter()
            .map(OsString::from)
            .chain([file])
            .collect()
    }

    /// Whether this machine lets a process be traced.
    pub fn is_possible(folder: &Path) -> bool {
        let probe = folder.join("probe.trace");
        let traced = std::process::Command::new("strace")
            .args(["-f", "-e", "trace=fsync", "-o"])
            .arg(&probe)
            .arg("true")
            .output();
        traced.is_ok_and(|output| output.status.success()) && probe.exists()
    }

    /// Reads the trace of a server that was killed, once the tracer has written all of it.
    ///
    /// # Errors
    /// When there is none, or when it holds no traffic or no sync: then nothing was measured.
    pub fn read(&self, pid: u32) -> anyhow::Result<Vec<Call>> {
        let began = monotonic();
        let (head, end) = (format!("{pid} "), " +++");
        let text = loop {
            let bytes = std::fs::read(&self.file).context("reading the trace")?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let mut last = text.lines().rev().take(200);
            if last.any(|line| line.starts_with(&head) && line.ends_with(end)) {
                break text;
            }
            ensure!(began.elapsed() < WRITTEN_WITHIN, "the trace does not end");
            std::thread::sleep(Duration::from_millis(100));
        };
        let calls = parse::calls(&text);
        let count = |kind: Kind| calls.iter().filter(|call| call.kind == kind).count();
        let (read, written, synced) = (
            count(Kind::Received),
            count(Kind::Sent),
            count(Kind::Synced),
        );
        ensure!(read > 0 && written > 0, "the trace holds no traffic");
        ensure!(synced > 0, "the trace holds no fsync");
        Ok(calls)
    }
}
