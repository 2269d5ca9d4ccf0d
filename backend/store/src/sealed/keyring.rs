//! The keys of the sealed columns: in a file of their own, never in code or in the database.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

use hmac::{Hmac, Mac};
use sha2::Sha256;

const HEADER: &str = "anlin-keys-1";
const KEY_BYTES: usize = 32;

/// Why the key file is refused.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read or created.
    #[error("key file: {0}")]
    Io(#[from] std::io::Error),
    /// Others than its owner may read it.
    #[error("key file is open to others; its mode must be 0600")]
    Exposed,
    /// It is not a key file.
    #[error("key file is malformed at line {0}")]
    Malformed(usize),
    /// The system gives no randomness for a new key.
    #[error("no randomness for a key")]
    NoRandomness,
}

/// Numbered keys; the last one seals, all of them open.
#[derive(Clone)]
pub struct KeyRing {
    keys: Arc<Vec<(u8, [u8; KEY_BYTES])>>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRing({} keys)", self.keys.len())
    }
}

impl KeyRing {
    /// Reads the key file; the first start makes one with a fresh key and mode 0600.
    ///
    /// # Errors
    /// [`KeyError`] when it cannot be read or made, is open to others, or is malformed.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        match File::open(path) {
            Ok(file) => Self::read(file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::create(path),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a key file that must be there: a fresh key would open nothing.
    ///
    /// # Errors
    /// [`KeyError`] when it is missing, open to others, or malformed.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        Self::read(File::open(path)?)
    }

    fn create(path: &Path) -> Result<Self, KeyError> {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(|_| KeyError::NoRandomness)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        file.write_all(format!("{HEADER}\n1 {}\n", hex::encode(key)).as_bytes())?;
        // A key that a power cut takes away takes every sealed value with it.
        file.sync_all()?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(Self {
            keys: Arc::new(vec![(1, key)]),
        })
    }

    fn read(mut file: File) -> Result<Self, KeyError> {
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            return Err(KeyError::Exposed);
        }
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self, KeyError> {
        let mut lines = text.lines().enumerate();
        if lines.next().is_none_or(|(_, header)| header != HEADER) {
            return Err(KeyError::Malformed(1));
        }
        let keys: Vec<_> = lines
            .map(|(index, line)| key_line(line).ok_or(KeyError::Malformed(index + 1)))
            .collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err(KeyError::Malformed(2));
        }
        Ok(Self {
            keys: Arc::new(keys),
        })
    }

    /// What stands in a column that is looked up by a value nobody may read there: HMAC-SHA-256
    /// under a key made for one purpose from the oldest key, which rotation keeps, so that what was
    /// made once is found again. Whoever has only the database cannot make it.
    pub(crate) fn digest_for(&self, purpose: &str, value: &[u8]) -> Vec<u8> {
        let oldest = self.keys.first().map(|(_, key)| key.as_slice());
        let key = authenticated(oldest.unwrap_or_default(), purpose.as_bytes());
        authenticated(&key, value)
    }

    pub(crate) fn newest(&self) -> (u8, &[u8; KEY_BYTES]) {
        let (number, key) = &self.keys[self.keys.len() - 1];
        (*number, key)
    }

    pub(crate) fn key(&self, number: u8) -> Option<&[u8; KEY_BYTES]> {
        self.keys
            .iter()
            .find(|(known, _)| *known == number)
            .map(|(_, key)| key)
    }
}

fn key_line(line: &str) -> Option<(u8, [u8; KEY_BYTES])> {
    let (number, key) = line.split_once(' ')?;
    let key = hex::decode(key).ok()?.try_into().ok()?;
    Some((number.parse().ok()?, key))
}

fn authenticated(key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut mac =
        <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(value);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::{Column, SealError, Sealed};
    use super::*;

    #[test]
    fn the_first_start_makes_a_key_that_the_second_reads() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys");
        let first = KeyRing::load_or_create(&path).expect("created");
        let mode = std::fs::metadata(&path)
            .expect("metadata")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let second = KeyRing::load_or_create(&path).expect("read");
        assert_eq!(first.keys, second.keys);
    }

    #[test]
    fn an_exposed_or_malformed_file_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys");
        KeyRing::load_or_create(&path).expect("created");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("chmod");
        assert!(matches!(
            KeyRing::load_or_create(&path),
            Err(KeyError::Exposed)
        ));
        assert!(matches!(
            KeyRing::parse("anlin-keys-1\n1 zz\n"),
            Err(KeyError::Malformed(2))
        ));
        assert!(matches!(KeyRing::parse(""), Err(KeyError::Malformed(1))));
    }

    #[test]
    fn a_value_opens_only_in_its_place_and_under_its_key() {
        let ring = |text: &str| KeyRing::parse(text).expect("a ring");
        let (one, two) = ("11".repeat(32), "22".repeat(32));
        let old = ring(&format!("{HEADER}\n1 {one}\n"));
        let rotated = ring(&format!("{HEADER}\n1 {one}\n2 {two}\n"));
        let row = Uuid::from_u128(1);
        let name = "测试甲".to_owned();
        let sealed = Sealed::seal(&old, Column::RESIDENT_NAME, row, &name).expect("sealed");
        let open = |keys, column, row| sealed.open(keys, column, row);
        assert_eq!(open(&rotated, Column::RESIDENT_NAME, row), Ok(name.clone()));
        assert_eq!(
            open(&old, Column::RESIDENT_PHONE, row),
            Err(SealError::Forged)
        );
        assert_eq!(
            open(&old, Column::RESIDENT_NAME, Uuid::from_u128(2)),
            Err(SealError::Forged)
        );
        let newer = Sealed::seal(&rotated, Column::RESIDENT_NAME, row, &name).expect("sealed");
        let opened = newer.open(&old, Column::RESIDENT_NAME, row);
        assert_eq!(opened, Err(SealError::UnknownKey(2)));
    }
}
