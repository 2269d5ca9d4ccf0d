//! A command that ends by itself: run with a deadline, outputs kept apart.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use server::stages::monotonic;

/// Between two looks.
const LOOK: Duration = Duration::from_millis(5);
/// Deadline when none is named.
const WITHIN: Duration = Duration::from_secs(30);

/// A command line that is about to be run.
#[derive(Debug)]
pub struct Invocation {
    command: Command,
    input: Vec<u8>,
    within: Duration,
}

/// How it ended.
#[derive(Debug)]
pub struct Finished {
    /// Exit code; `None` after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
}

impl Finished {
    /// The last line of standard output that says something.
    pub fn last_line(&self) -> &str {
        self.stdout
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default()
    }
}

impl Invocation {
    /// Without input, with the usual deadline.
    pub fn new(command: Command) -> Self {
        Self {
            command,
            input: Vec::new(),
            within: WITHIN,
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Gives it standard input.
    #[must_use]
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// Sets the deadline.
    #[must_use]
    pub fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// Runs it; after the deadline it is killed.
    ///
    /// # Errors
    /// When it cannot be started, or did not end in time.
    pub fn run(mut self) -> anyhow::Result<Finished> {
        // Files and not pipes: nobody has to read while it runs.
        let mut input = tempfile::tempfile()?;
        input.write_all(&self.input)?;
        input.seek(SeekFrom::Start(0))?;
        let (stdout, stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
        self.command
            .stdin(Stdio::from(input))
            .stdout(stdout.try_clone()?)
            .stderr(stderr.try_clone()?);
        let began = monotonic();
        let mut child = self
            .command
            .spawn()
            .with_context(|| format!("{:?}", self.command))?;
        let status = loop {
            match child.try_wait()? {
                Some(status) => break status,
                None if began.elapsed() > self.within => {
                    child.kill()?;
                    child.wait()?;
                    let said = text(stderr)?;
                    bail!(
                        "{:?} did not end in {:?}: {said}",
                        self.command,
                        self.within
                    );
                }
                None => std::thread::sleep(LOOK),
            }
        };
        let took = began.elapsed();
        Ok(Finished {
            code: status.code(),
            stdout: text(stdout)?,
            stderr: text(stderr)?,
            took,
        })
    }
}

fn text(mut file: File) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
