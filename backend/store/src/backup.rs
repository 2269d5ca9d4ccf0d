//! Backups: one sealed file, taken while the server works, restored and compared before it counts.
//!
//! The file is a line of [`Manifest`] and, behind it, the database's own copy (`VACUUM INTO`,
//! `pg_dump`) in chunks sealed under the key file, which is never part of it. Every byte is
//! authenticated, so a damaged, cut or changed backup does not open (`backend/docs/adr/0026`).

mod container;
mod fingerprint;
mod manifest;
mod postgres;
mod scratch;
mod sqlite;

use std::path::{Path, PathBuf};

use domain::time::Timestamp;

use crate::database::{Database, DatabaseUrl, OpenError};
use crate::sealed::KeyRing;

pub use container::{open_payload, read_manifest};
pub use fingerprint::{Fingerprint, TablePrint};
pub use manifest::{Kind, Manifest};
pub use scratch::Scratch;

/// Told what is done, and how far it is: so much of so much.
pub type Told<'a> = &'a mut dyn FnMut(&str, u64, u64);

/// Why a backup is not made or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file is something else, or its head is damaged.
    #[error("{0} is no backup, or its head is damaged")]
    NotOurs(PathBuf),
    /// Bytes are missing or there are too many.
    #[error("backup is cut short or has grown: {found} bytes where {wanted} were written")]
    Length {
        /// Bytes there are.
        found: u64,
        /// Bytes there were.
        wanted: u64,
    },
    /// Something in it was changed.
    #[error("backup is damaged at byte {0}")]
    Damaged(u64),
    /// The key file does not have its key.
    #[error("the key file has no key {0}, which seals this backup")]
    UnknownKey(u8),
    /// A key of this number is there, and it is another.
    #[error("the key file has another key {0} than the one that seals this backup")]
    WrongKey(u8),
    /// Written by a later version.
    #[error("backup has schema {0}, which this version does not know; use a newer anlin")]
    NewerSchema(String),
    /// What came out is not what went in.
    #[error("restored copy differs from the backed-up database in {0}")]
    Differs(String),
    /// There is something already.
    #[error("{0} is not empty; a backup is restored into an empty database only")]
    NotEmpty(String),
    /// A backup of one kind of database does not fit the other.
    #[error("a backup of {backup} cannot be restored into {target}")]
    OtherKind {
        /// What was backed up.
        backup: &'static str,
        /// Where it should go.
        target: String,
    },
    /// A program of PostgreSQL is missing.
    #[error(
        "{0} is not found; install the PostgreSQL client programs or name their folder with --pg-bin"
    )]
    NoProgram(&'static str),
    /// A program of PostgreSQL failed.
    #[error("{program}: {said}")]
    Program {
        /// Which.
        program: &'static str,
        /// The first line of what it said.
        said: String,
    },
    /// The check by restoring needs a database of its own.
    #[error("the check needs the right to create a database ({0}); --unverified does without it")]
    NoRoomForCheck(String),
    /// Somebody makes a backup at this moment.
    #[error("another backup or restore is running on this data directory")]
    Busy,
    /// The database does not answer.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A statement failed.
    #[error("database: {0}")]
    Database(#[from] diesel::result::Error),
    /// A file or folder does not work.
    #[error("{path}: {source}", path = .0.display(), source = .1)]
    Io(PathBuf, std::io::Error),
    /// The system gives no randomness.
    #[error("no randomness for a backup")]
    NoRandomness,
}

impl BackupError {
    fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io(path, source)
    }
}

/// How a backup is made.
#[derive(Clone, Debug, Default)]
pub struct HowTo {
    /// Folder of `pg_dump` and `pg_restore`; by default where they are usually found.
    pub pg_bin: Option<PathBuf>,
    /// Do without the check by restoring.
    pub unverified: bool,
}

/// Takes a backup of a database that may be in use, checks it and puts it at `target`.
///
/// Nothing stands at `target` until it was restored beside it and found equal.
///
/// # Errors
/// [`BackupError`]; a file that was there stays as it was.
pub fn take(
    database: &Database,
    target: &Path,
    how: &HowTo,
    scratch: &Scratch,
    now: Timestamp,
    told: Told<'_>,
) -> Result<Manifest, BackupError> {
    let keys = database.keys();
    let copied = match database.url() {
        DatabaseUrl::Sqlite(path) => sqlite::copy(database, Path::new(path), scratch, told)?,
        DatabaseUrl::Postgres(url) => postgres::copy(database, url, how, scratch, told)?,
    };
    let part = beside(target, "part");
    let sealed = container::seal(&copied, &part, keys, now, told);
    let checked = sealed.and_then(|manifest| {
        if !how.unverified {
            check(&part, &manifest, database.url(), how, keys, scratch, told)?;
        }
        put_in_place(&part, target)?;
        Ok(manifest)
    });
    if checked.is_err() {
        // What is not finished is of no use, and its name says so.
        let _ = std::fs::remove_file(&part);
    }
    checked
}

/// Restores a backup into an empty database and compares every table.
///
/// # Errors
/// [`BackupError`]; then the database is as empty as before on SQLite, and on PostgreSQL unless
/// the comparison itself failed.
pub fn restore(
    from: &Path,
    target: &DatabaseUrl,
    keys: &KeyRing,
    how: &HowTo,
    scratch: &Scratch,
    told: Told<'_>,
) -> Result<Manifest, BackupError> {
    let manifest = read_manifest(from)?;
    if let Some(unknown) = manifest.unknown_schema() {
        return Err(BackupError::NewerSchema(unknown.to_owned()));
    }
    match (target, manifest.database) {
        (DatabaseUrl::Sqlite(path), Kind::Sqlite) => {
            sqlite::refuse_full(Path::new(path))?;
            sqlite::restore(from, &manifest, Path::new(path), keys, told)?;
        }
        (DatabaseUrl::Postgres(url), Kind::Postgres) => {
            postgres::refuse_full(url)?;
            let copy = scratch.file("restore.dump");
            open_payload(from, &manifest, keys, &copy, told)?;
            let restored = postgres::restore(&copy, &manifest, url, how, told);
            let _ = std::fs::remove_file(&copy);
            restored?;
        }
        _ => {
            return Err(BackupError::OtherKind {
                backup: manifest.database.as_str(),
                target: target.to_string(),
            });
        }
    }
    Ok(manifest)
}

/// Restores the finished file beside it and compares.
fn check(
    part: &Path,
    manifest: &Manifest,
    url: &DatabaseUrl,
    how: &HowTo,
    keys: &KeyRing,
    scratch: &Scratch,
    told: Told<'_>,
) -> Result<(), BackupError> {
    // Read back from the medium as a stranger would read it.
    let read = read_manifest(part)?;
    if read != *manifest {
        return Err(BackupError::NotOurs(part.to_owned()));
    }
    match url {
        DatabaseUrl::Sqlite(_) => {
            let copy = scratch.file("check.db");
            let checked = open_payload(part, &read, keys, &copy, told)
                .and_then(|()| sqlite::compare(&copy, &read, told));
            let _ = std::fs::remove_file(&copy);
            checked
        }
        DatabaseUrl::Postgres(url) => {
            let copy = scratch.file("check.dump");
            let checked = open_payload(part, &read, keys, &copy, told)
                .and_then(|()| postgres::check(&copy, &read, url, how, told));
            let _ = std::fs::remove_file(&copy);
            checked
        }
    }
}

/// A name in the same folder, so that a rename is one step.
fn beside(target: &Path, ending: &str) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    target.with_file_name(name)
}

fn put_in_place(part: &Path, target: &Path) -> Result<(), BackupError> {
    std::fs::rename(part, target).map_err(BackupError::at(target))?;
    sync_folder(target)
}

/// Without this the name may be gone after a power cut.
fn sync_folder(file: &Path) -> Result<(), BackupError> {
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let opened = std::fs::File::open(folder).and_then(|it| it.sync_all());
    opened.map_err(BackupError::at(folder))
}
