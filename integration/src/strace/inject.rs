//! Calls that the tracer makes fail.

use std::ffi::OsString;
use std::path::Path;

/// The n-th call of each thread on the database or its log fails.
#[derive(Clone, Copy, Debug)]
pub struct Injection {
    /// Which call.
    pub call: &'static str,
    /// How it fails.
    pub error: &'static str,
    /// Which of them.
    pub at: u32,
    /// Whether all after it fail too.
    pub forever: bool,
}

impl Injection {
    /// The tracer's words; it steps aside, so that the pid is the server's.
    pub fn wrapper(&self, database: &Path, trace: &Path) -> Vec<OsString> {
        let and_after = if self.forever { "+" } else { "" };
        let Self {
            call, error, at, ..
        } = self;
        let inject = format!("inject={call}:error={error}:when={at}{and_after}");
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        let words = ["strace", "-D", "-f", "-qq", "-e", &inject, "-P"];
        let mut words: Vec<OsString> = words.into_iter().map(OsString::from).collect();
        words.extend([database.into(), "-P".into(), log, "-o".into(), trace.into()]);
        words
    }
}
