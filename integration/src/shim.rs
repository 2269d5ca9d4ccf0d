//! A library of our own in front of a server: a disk that forgets what was not synced, a disk that
//! fails at the n-th call, a wall clock that jumps.

mod disk;
mod torn;

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context as _, ensure};

use crate::process::{Program, Server};

pub use disk::{Disk, complaints};

/// Its source; it is built where the tests run.
const SOURCE: &str = include_str!("shim/faults.c");
/// What it is called in the maps of a process.
const LIBRARY: &str = "libanlin-faults.so";

/// The library, built once for each test program.
fn library() -> anyhow::Result<&'static [u8]> {
    static BUILT: OnceLock<Result<Vec<u8>, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build().map_err(|error| format!("{error:#}")));
    match built {
        Ok(bytes) => Ok(bytes),
        Err(error) => anyhow::bail!("{error}"),
    }
}

fn build() -> anyhow::Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let (source, built) = (folder.path().join("faults.c"), folder.path().join(LIBRARY));
    std::fs::write(&source, SOURCE)?;
    let compiler = Command::new("cc")
        .args(["-O1", "-shared", "-fPIC", "-o"])
        .args([&built, &source])
        .args(["-ldl", "-lpthread"])
        .output()
        .context("cc")?;
    let said = String::from_utf8_lossy(&compiler.stderr);
    ensure!(compiler.status.success(), "cc: {said}");
    Ok(std::fs::read(built)?)
}

/// A program with the library in front of it, which does nothing until it is told to. The library
/// is put beside the file it works with.
fn preloaded(program: Program, beside: &Path) -> anyhow::Result<Program> {
    let folder = beside.parent().context("a file lies in a folder")?;
    let file = folder.join(LIBRARY);
    if !file.exists() {
        std::fs::write(&file, library()?)?;
    }
    Ok(program.with("LD_PRELOAD", file))
}

/// Whether the library is in a running server; without it nothing is measured.
///
/// # Errors
/// When it is not.
pub fn ensure_loaded(server: &Server) -> anyhow::Result<()> {
    let maps = std::fs::read_to_string(format!("/proc/{}/maps", server.pid()))?;
    ensure!(maps.contains(LIBRARY), "the shim is not loaded");
    Ok(())
}

/// The wall clock of a server, off by what the test says.
#[derive(Debug)]
pub struct Clock {
    file: File,
    path: PathBuf,
}

impl Clock {
    /// A clock that is right at first.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn right(path: PathBuf) -> anyhow::Result<Self> {
        let file = File::options()
            .create(true)
            .truncate(true)
            .read(true)
            .write(true)
            .open(&path)?;
        file.write_all_at(&0_i64.to_ne_bytes(), 0)?;
        Ok(Self { file, path })
    }

    /// A program that reads this clock.
    ///
    /// # Errors
    /// When the library cannot be built.
    pub fn of(&self, program: Program) -> anyhow::Result<Program> {
        Ok(preloaded(program, &self.path)?.with("SHIM_CLOCK", &self.path))
    }

    /// Puts the wall clock off by so many seconds, at once.
    ///
    /// # Errors
    /// When the file is gone.
    pub fn set_off_s(&self, seconds: i64) -> anyhow::Result<()> {
        let nanoseconds = seconds * 1_000_000_000;
        Ok(self.file.write_all_at(&nanoseconds.to_ne_bytes(), 0)?)
    }
}

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The medium does not answer.
    Eio,
    /// The medium is full.
    Enospc,
    /// Only half of the bytes are written.
    ShortWrite,
}

impl Failure {
    fn code(self) -> i32 {
        match self {
            Self::Eio => 5,
            Self::Enospc => 28,
            Self::ShortWrite => -1,
        }
    }
}

/// Kinds of calls that are counted, as the library numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// `write`, `pwrite`.
    Write = 1,
    /// `fsync`, `fdatasync`.
    Sync = 2,
    /// `open`, `openat`.
    Open = 4,
    /// `rename`.
    Rename = 8,
    /// `ftruncate`.
    Truncate = 16,
}

/// Which call fails, and how often.
#[derive(Debug)]
pub struct Faults {
    file: File,
    path: PathBuf,
}

impl Faults {
    /// None at first.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn none(path: PathBuf) -> anyhow::Result<Self> {
        let file = File::options()
            .create(true)
            .truncate(true)
            .read(true)
            .write(true)
            .open(&path)?;
        file.write_all_at(&[0; 40], 0)?;
        Ok(Self { file, path })
    }

    /// A program whose files below `live` may fail.
    ///
    /// # Errors
    /// When the library cannot be built.
    pub fn of(&self, program: Program, live: &Path) -> anyhow::Result<Program> {
        let program = preloaded(program, &self.path)?;
        Ok(program
            .with("SHIM_FAULT", &self.path)
            .with("SHIM_LIVE", live))
    }

    /// From now on the `at`-th of these calls fails, and all after it if `forever`.
    ///
    /// # Errors
    /// When the file is gone.
    pub fn set(&self, calls: Calls, how: Failure, at: u32, forever: bool) -> anyhow::Result<()> {
        self.end()?;
        self.file.write_all_at(&(calls as i32).to_ne_bytes(), 0)?;
        self.file.write_all_at(&how.code().to_ne_bytes(), 4)?;
        self.file
            .write_all_at(&i64::from(forever).to_ne_bytes(), 16)?;
        self.file.write_all_at(&[0; 16], 24)?;
        Ok(self.file.write_all_at(&i64::from(at).to_ne_bytes(), 8)?)
    }

    /// From now on nothing fails.
    ///
    /// # Errors
    /// When the file is gone.
    pub fn end(&self) -> anyhow::Result<()> {
        Ok(self.file.write_all_at(&[0; 8], 8)?)
    }

    /// Calls counted, and calls that failed, since it was set.
    ///
    /// # Errors
    /// When the file is gone.
    pub fn counted(&self) -> anyhow::Result<(i64, i64)> {
        let mut counts = [0; 16];
        self.file.read_exact_at(&mut counts, 24)?;
        let number = |from: usize| {
            let bytes = counts[from..from + 8].try_into();
            bytes.map(i64::from_ne_bytes)
        };
        Ok((number(0)?, number(8)?))
    }
}
