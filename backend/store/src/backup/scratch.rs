//! A folder for plain copies: on the disk where the plain database lies already, for its owner only.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::BackupError;

/// Held by one backup at a time, and emptied before and after.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
    _held: File,
}

impl Scratch {
    /// Takes the folder below a data directory.
    ///
    /// # Errors
    /// [`BackupError::Busy`], or a folder that cannot be made.
    pub fn below(data_dir: &Path) -> Result<Self, BackupError> {
        std::fs::create_dir_all(data_dir).map_err(BackupError::at(data_dir))?;
        let lock = data_dir.join("backup.lock");
        let mut opened = OpenOptions::new();
        let opened = opened.create(true).truncate(false).write(true).open(&lock);
        let held = opened.map_err(BackupError::at(&lock))?;
        match held.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::Busy),
            Err(TryLockError::Error(error)) => return Err(BackupError::Io(lock, error)),
        }
        let folder = data_dir.join("backup.scratch");
        // What a killed backup left behind holds everything in clear.
        let _ = std::fs::remove_dir_all(&folder);
        let made = DirBuilder::new().mode(0o700).create(&folder);
        made.map_err(BackupError::at(&folder))?;
        Ok(Self {
            folder,
            _held: held,
        })
    }

    /// Where a copy of this name goes.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
