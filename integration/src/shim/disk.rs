//! The power is cut: what was not synced is gone.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use diesel::prelude::*;
use diesel::sql_types::Text;
use tempfile::TempDir;

use super::{preloaded, torn};
use crate::crash::Instants;
use crate::process::{Program, Site};

/// The data of a site, and what a power cut would leave of it.
#[derive(Debug)]
pub struct Disk {
    live: PathBuf,
    shadow: TempDir,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Disk {
    /// Everything that is there now is taken to be durable.
    ///
    /// # Errors
    /// When there is no room for a second copy.
    pub fn of(site: &Site) -> anyhow::Result<Self> {
        let beside = site.folder().parent().context("a folder lies in one")?;
        let disk = Self {
            live: site.data_dir(),
            shadow: TempDir::new_in(beside)?,
        };
        let log = std::fs::metadata(disk.live.join("anlin.db-wal"));
        let waits = log.is_ok_and(|log| log.len() > 0);
        // Whoever looks into it would move it into the database, and the shadow would not know.
        ensure!(!waits, "the log was not closed");
        copy_all(&disk.live, disk.shadow.path())?;
        Ok(disk)
    }

    /// A program whose syncs this disk keeps.
    ///
    /// # Errors
    /// When the library cannot be built.
    pub fn under(&self, program: Program) -> anyhow::Result<Program> {
        let program = preloaded(program, &self.live)?;
        Ok(program
            .with("SHIM_LIVE", &self.live)
            .with("SHIM_SHADOW", self.shadow.path()))
    }

    /// Puts in place what the cut leaves, after the server was killed: what was synced, and of what
    /// was written since, some sectors if `tears` says so. Returns how many.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn cut(&self, tears: Option<&mut Instants>) -> anyhow::Result<u64> {
        let torn = match tears {
            Some(instants) => torn::tear(&self.live, self.shadow.path(), instants)?,
            None => 0,
        };
        empty(&self.live)?;
        copy_all(self.shadow.path(), &self.live)?;
        Ok(torn)
    }

    /// What SQLite finds wrong with what the cut left. A copy is asked: the one to be served next
    /// must recover by itself.
    ///
    /// # Errors
    /// When it is not even a database.
    pub fn complaints(&self) -> anyhow::Result<Vec<String>> {
        let copy = TempDir::new_in(self.shadow.path().parent().context("a folder")?)?;
        copy_all(&self.live, copy.path())?;
        complaints(&copy.path().join("anlin.db"))
    }
}

/// What SQLite finds wrong with a database that nobody serves.
///
/// # Errors
/// When it is not even a database.
pub fn complaints(database: &Path) -> anyhow::Result<Vec<String>> {
    let mut conn = SqliteConnection::establish(&database.to_string_lossy())?;
    let asked = diesel::sql_query(
        "SELECT integrity_check AS value FROM pragma_integrity_check WHERE value <> 'ok' \
         UNION ALL SELECT 'a reference of ' || \"table\" || ' leads nowhere' \
         FROM pragma_foreign_key_check",
    );
    let words: Vec<Word> = asked.load(&mut conn)?;
    Ok(words.into_iter().map(|word| word.value).collect())
}

/// Copies the files of a folder; none of those here has folders in it.
fn copy_all(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        // A copy that the kill broke off.
        if entry.file_name().to_string_lossy().ends_with(".copy") {
            continue;
        }
        ensure!(entry.file_type()?.is_file(), "{:?}", entry.path());
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

fn empty(folder: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        std::fs::remove_file(entry?.path())?;
    }
    Ok(())
}
