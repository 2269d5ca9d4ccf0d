//! The server behind `strace`: what it really did with sockets and files, in the order it did it.

mod parse;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use server::stages::monotonic;

pub use parse::{Call, Kind};

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

/// Compares receipts, syncs and answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Witnessed {
    /// Answers whose frame, receipt and answer are in the trace.
    pub answers: u64,
    /// Answers without a write and a finished sync of the log between receipt and answer.
    pub early: u64,
    /// Alarms whose receipt or answer is not in the trace.
    pub unseen: u64,
}

/// Looks for each pair of frame and answer: the frame is received, then the write-ahead log is
/// written, then it is synced with success, and only then the answer goes out, on the same socket.
pub fn witness(calls: &[Call], alarms: &[(Vec<u8>, Vec<u8>)]) -> Witnessed {
    let of = |kind: Kind| {
        calls
            .iter()
            .filter(move |call| call.kind == kind && call.result >= 0)
    };
    let socket = |call: &&Call| call.target.starts_with("socket:");
    let received: Vec<&Call> = of(Kind::Received).filter(socket).collect();
    let sent: Vec<&Call> = of(Kind::Sent).filter(socket).collect();
    let mut seen = Witnessed::default();
    for (frame, answer) in alarms {
        let pair = sent
            .iter()
            .find(|call| call.carries(answer))
            .and_then(|answered| {
                let frame = received
                    .iter()
                    .rfind(|call| call.carries(frame) && call.left < answered.entered)?;
                (frame.target == answered.target).then_some((frame, answered))
            });
        let Some((frame, answered)) = pair else {
            seen.unseen += 1;
            continue;
        };
        seen.answers += 1;
        seen.early += u64::from(!is_durable_between(calls, frame.left, answered.entered));
    }
    seen
}

/// Whether the log was written and then synced with success, all of it between two lines.
fn is_durable_between(calls: &[Call], after: usize, before: usize) -> bool {
    let from = calls.partition_point(|call| call.entered <= after);
    let mut written = None;
    for call in calls
        .iter()
        .skip(from)
        .take_while(|call| call.entered < before)
    {
        let of_log = call.target.ends_with("-wal") && call.result >= 0;
        match call.kind {
            Kind::Written if of_log => written = written.or(Some(call.left)),
            Kind::Synced if of_log && call.left < before => {
                if written.is_some_and(|left| left < call.entered) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(trace: &str) -> Witnessed {
        let alarms = [(b"[3G*1*AL,1]".to_vec(), b"[3G*1*AL]".to_vec())];
        witness(&parse::calls(trace), &alarms)
    }

    const RECEIVED: &str =
        "7 1.0 recvfrom(9<socket:[5]>, \"[3G*1*AL,1]\", 8192, 0, NULL, NULL) = 11 <0.1>\n";
    const WRITTEN: &str = "8 2.0 pwrite64(4</d/anlin.db-wal>, \"x\", 4096, 24) = 4096 <0.1>\n";
    const SYNC: &str = "8 3.0 fdatasync(4</d/anlin.db-wal>) = 0 <0.1>\n";
    const ANSWERED: &str =
        "7 4.0 sendto(9<socket:[5]>, \"[3G*1*AL]\", 9, MSG_NOSIGNAL, NULL, 0) = 9 <0.1>\n";

    #[test]
    fn write_and_sync_must_lie_between() {
        let early = |lines: &[&str]| judge(&lines.concat());
        let one = |early| Witnessed {
            answers: 1,
            early,
            unseen: 0,
        };
        assert_eq!(early(&[RECEIVED, WRITTEN, SYNC, ANSWERED]), one(0));
        assert_eq!(early(&[RECEIVED, ANSWERED, WRITTEN, SYNC]), one(1));
        assert_eq!(early(&[WRITTEN, SYNC, RECEIVED, ANSWERED]), one(1));
        assert_eq!(early(&[RECEIVED, SYNC, WRITTEN, ANSWERED]), one(1));
        let failed = SYNC.replace("= 0", "= -1 EIO (Input/output error)");
        assert_eq!(early(&[RECEIVED, WRITTEN, &failed, ANSWERED]), one(1));
        let other = SYNC.replace("-wal", "");
        assert_eq!(early(&[RECEIVED, WRITTEN, &other, ANSWERED]), one(1));
        assert_eq!(
            early(&[RECEIVED]),
            Witnessed {
                answers: 0,
                early: 0,
                unseen: 1
            }
        );
    }

    #[test]
    fn a_sync_that_is_not_finished_does_not_count() {
        let begun = "8 3.0 fdatasync(4</d/anlin.db-wal> <unfinished ...>\n";
        let ended = "8 5.0 <... fdatasync resumed>) = 0 <2.0>\n";
        let early = |lines: &[&str]| judge(&lines.concat()).early;
        assert_eq!(early(&[RECEIVED, WRITTEN, begun, ANSWERED, ended]), 1);
        assert_eq!(early(&[RECEIVED, WRITTEN, begun, ended, ANSWERED]), 0);
    }
}
