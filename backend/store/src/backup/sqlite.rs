//! SQLite: `VACUUM INTO` while others read and write, and a file put in place in one step.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::container::{Copied, open_payload};
use super::fingerprint::{Fingerprint, words};
use super::{BackupError, Kind, Manifest, Scratch, Told, beside, sync_folder};
use crate::conn::Conn;
use crate::database::{Database, OpenError};
use crate::sealed::KeyRing;

/// Between two looks at how far the copy is.
const LOOK: Duration = Duration::from_millis(200);
/// Tables that only grow: a copy lies between two counts of the source.
const GROWING: [&str; 3] = ["incidents", "timeline_entries", "audit_entries"];

/// Copies a database that may be written to meanwhile.
pub(super) fn copy(
    database: &Database,
    source: &Path,
    scratch: &Scratch,
    told: Told<'_>,
) -> Result<Copied, BackupError> {
    let file = scratch.file("copy.db");
    let mut conn = database.connect()?;
    let before = growing(&mut conn)?;
    vacuum_into(&mut conn, source, &file, told)?;
    let after = growing(&mut conn)?;
    let print = read(&file, told)?;
    for ((table, least), (_, most)) in before.into_iter().zip(after) {
        let copied = print.tables.get(table).map_or(0, |it| it.rows);
        if copied < least || copied > most {
            return Err(BackupError::Differs(format!("table {table}")));
        }
    }
    Ok(Copied {
        file,
        kind: Kind::Sqlite,
        print,
        taken_at: None,
    })
}

fn vacuum_into(
    conn: &mut Conn,
    source: &Path,
    file: &Path,
    told: Told<'_>,
) -> Result<(), BackupError> {
    let name = file.to_string_lossy().into_owned();
    let size = |file: &Path| std::fs::metadata(file).map_or(0, |it| it.len());
    let total = size(source);
    thread::scope(|scope| {
        let (done, is_done) = channel();
        scope.spawn(move || {
            let copied = diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(name);
            // The other end waits until it is answered.
            let _ = done.send(copied.execute(conn));
        });
        loop {
            match is_done.recv_timeout(LOOK) {
                Ok(copied) => return copied.map(|_| ()).map_err(BackupError::from),
                Err(RecvTimeoutError::Timeout) => told("copying", size(file).min(total), total),
                Err(RecvTimeoutError::Disconnected) => return Err(BackupError::Busy),
            }
        }
    })
}

fn growing(conn: &mut Conn) -> Result<Vec<(&'static str, u64)>, BackupError> {
    let mut counts = Vec::new();
    for table in GROWING {
        let sql = format!("SELECT CAST(COUNT(*) AS TEXT) AS value FROM {table}");
        let count = words(conn, &sql)?.first().and_then(|it| it.parse().ok());
        counts.push((table, count.unwrap_or(0)));
    }
    Ok(counts)
}

/// Refuses a place where something is.
pub(super) fn refuse_full(target: &Path) -> Result<(), BackupError> {
    let journals = ["-wal", "-journal"].map(|ending| {
        let mut name = target.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    });
    let files = [target.to_owned()].into_iter().chain(journals);
    for file in files {
        if std::fs::metadata(&file).is_ok_and(|it| it.len() > 0) {
            return Err(BackupError::NotEmpty(file.display().to_string()));
        }
    }
    Ok(())
}

/// Opens and compares beside the target, then puts it in place without writing over anything.
pub(super) fn restore(
    from: &Path,
    manifest: &Manifest,
    target: &Path,
    keys: &KeyRing,
    told: Told<'_>,
) -> Result<(), BackupError> {
    if let Some(folder) = target.parent().filter(|it| !it.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(BackupError::at(folder))?;
    }
    let part = beside(target, "restoring");
    let _ = std::fs::remove_file(&part);
    let placed = open_payload(from, manifest, keys, &part, told)
        .and_then(|()| compare(&part, manifest, told))
        .and_then(|()| {
            if std::fs::metadata(target).is_ok_and(|it| it.len() == 0) {
                std::fs::remove_file(target).map_err(BackupError::at(target))?;
            }
            // A link is refused where a rename would silently replace what somebody just made.
            std::fs::hard_link(&part, target).map_err(BackupError::at(target))
        });
    let _ = std::fs::remove_file(&part);
    placed?;
    sync_folder(target)
}

/// Whether a copy is sound, and the database that was backed up.
pub(super) fn compare(copy: &Path, manifest: &Manifest, told: Told<'_>) -> Result<(), BackupError> {
    let found = read(copy, told)?;
    match manifest.difference(&found) {
        Some(place) => Err(BackupError::Differs(place)),
        None => Ok(()),
    }
}

/// Reads a copy that nobody writes to, and flushes it.
fn read(copy: &Path, told: Told<'_>) -> Result<Fingerprint, BackupError> {
    let opened = OpenOptions::new().write(true).open(copy);
    opened
        .and_then(|file: File| file.sync_all())
        .map_err(BackupError::at(copy))?;
    let name = copy.to_string_lossy();
    let opened = SqliteConnection::establish(&name)
        .map_err(|_| OpenError::Unreachable(copy.display().to_string()))?;
    let mut conn = Conn::Sqlite(opened);
    conn.batch_execute("PRAGMA query_only = ON")?;
    let sound = words(
        &mut conn,
        "SELECT integrity_check AS value FROM pragma_integrity_check",
    )?;
    let ties = "SELECT CAST(COUNT(*) AS TEXT) AS value FROM pragma_foreign_key_check";
    if sound != ["ok"] || words(&mut conn, ties)? != ["0"] {
        return Err(BackupError::Differs("its structure".to_owned()));
    }
    Ok(Fingerprint::of(&mut conn, told)?)
}
