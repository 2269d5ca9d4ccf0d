//! The file: a line of manifest, then chunks sealed under one key, each in its own place.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use domain::time::Timestamp;
use sha2::{Digest as _, Sha256};

use super::manifest::FORMAT;
use super::{BackupError, Fingerprint, Kind, Manifest, Told, sync_folder};
use crate::sealed::KeyRing;

/// Plain bytes of a chunk.
const CHUNK: usize = 1 << 20;
/// What sealing adds to it.
const TAG: usize = 16;
/// Longest first line that is looked at.
const HEAD: u64 = 1 << 20;
/// Random first bytes of a nonce; the number of the chunk follows.
const PREFIX: usize = 16;
/// Sealed with every backup, so that a wrong key is told from damage.
const PROOF: &[u8] = b"anlin-backup-key";

/// A copy of a database that is about to be sealed.
pub(super) struct Copied {
    /// Where it lies.
    pub(super) file: std::path::PathBuf,
    /// Of which kind.
    pub(super) kind: Kind,
    /// What is in it.
    pub(super) print: Fingerprint,
    /// When it was read, if that was later than the caller began.
    pub(super) taken_at: Option<Timestamp>,
}

/// Seals a copy into `part`, flushed to the medium, and removes the copy.
pub(super) fn seal(
    copied: &Copied,
    part: &Path,
    keys: &KeyRing,
    now: Timestamp,
    told: Told<'_>,
) -> Result<Manifest, BackupError> {
    let (key, _) = keys.newest();
    let mut nonce = [0; PREFIX];
    getrandom::fill(&mut nonce).map_err(|_| BackupError::NoRandomness)?;
    let (bytes, sha256) = measure(&copied.file)?;
    let lock = Lock::new(keys, key, nonce)?;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        taken_at: copied.taken_at.unwrap_or(now).to_rfc3339(),
        database: copied.kind,
        migrations: copied.print.migrations.clone(),
        tables: copied.print.tables.clone(),
        payload_bytes: bytes,
        payload_sha256: sha256,
        key,
        key_proof: hex::encode(lock.seal(u64::MAX, &[], PROOF)?),
        nonce: hex::encode(nonce),
    };
    let head = serde_json::to_string(&manifest).map_err(|_| BackupError::NotOurs(part.into()))?;
    let at = || BackupError::at(part);
    // One that was left behind by a power cut is written over.
    let _ = std::fs::remove_file(part);
    let mut opened = OpenOptions::new();
    let opened = opened.write(true).create_new(true).mode(0o600).open(part);
    let mut out = opened.map_err(at())?;
    out.write_all(format!("{head}\n").as_bytes())
        .map_err(at())?;
    let place = Sha256::digest(head.as_bytes());
    let mut from = File::open(&copied.file).map_err(BackupError::at(&copied.file))?;
    let mut chunk = Vec::with_capacity(CHUNK);
    for number in 0..chunks(bytes) {
        told("sealing", number * CHUNK as u64, bytes);
        fill(&mut from, &mut chunk, CHUNK).map_err(BackupError::at(&copied.file))?;
        out.write_all(&lock.seal(number, &place, &chunk)?)
            .map_err(at())?;
    }
    told("sealing", bytes, bytes);
    out.sync_all().map_err(at())?;
    sync_folder(part)?;
    std::fs::remove_file(&copied.file).map_err(BackupError::at(&copied.file))?;
    Ok(manifest)
}

/// Reads what a backup says of itself; nothing of it is proven before the payload was opened.
///
/// # Errors
/// [`BackupError::NotOurs`], [`BackupError::Length`] or a file that cannot be read.
pub fn read_manifest(from: &Path) -> Result<Manifest, BackupError> {
    let (manifest, head) = head(from)?;
    let size = std::fs::metadata(from).map_err(BackupError::at(from))?;
    let sealed = manifest
        .payload_bytes
        .checked_add(chunks(manifest.payload_bytes) * TAG as u64)
        .and_then(|it| it.checked_add(head.len() as u64 + 1));
    match sealed {
        Some(wanted) if wanted == size.len() => Ok(manifest),
        wanted => Err(BackupError::Length {
            found: size.len(),
            wanted: wanted.unwrap_or(u64::MAX),
        }),
    }
}

/// Opens the copy inside into a file that must not be there yet; flushed to the medium.
///
/// # Errors
/// [`BackupError`] when a byte is not as it was written; nothing is left behind then.
pub fn open_payload(
    from: &Path,
    manifest: &Manifest,
    keys: &KeyRing,
    to: &Path,
    told: Told<'_>,
) -> Result<(), BackupError> {
    let opened = unseal(from, manifest, keys, to, told);
    if opened.is_err() {
        let _ = std::fs::remove_file(to);
    }
    opened
}

fn unseal(
    from: &Path,
    manifest: &Manifest,
    keys: &KeyRing,
    to: &Path,
    told: Told<'_>,
) -> Result<(), BackupError> {
    let (read, head) = head(from)?;
    let not_ours = || BackupError::NotOurs(from.to_owned());
    let nonce = hex::decode(&manifest.nonce)
        .ok()
        .and_then(|it| it.try_into().ok());
    let lock = Lock::new(keys, manifest.key, nonce.ok_or_else(not_ours)?)?;
    let proof = hex::decode(&manifest.key_proof).map_err(|_| not_ours())?;
    let is_the_key = lock
        .open(u64::MAX, &[], &proof)
        .is_some_and(|it| it == PROOF);
    if read != *manifest {
        return Err(not_ours());
    }
    if !is_the_key {
        return Err(BackupError::WrongKey(manifest.key));
    }
    let mut sealed = File::open(from).map_err(BackupError::at(from))?;
    let mut skipped = vec![0; head.len() + 1];
    sealed
        .read_exact(&mut skipped)
        .map_err(BackupError::at(from))?;
    let mut opened = OpenOptions::new();
    let opened = opened.write(true).create_new(true).mode(0o600).open(to);
    let mut out = opened.map_err(BackupError::at(to))?;
    let (place, total) = (Sha256::digest(head.as_bytes()), manifest.payload_bytes);
    let mut sum = Sha256::new();
    let mut chunk = Vec::with_capacity(CHUNK + TAG);
    for number in 0..chunks(total) {
        let done = number * CHUNK as u64;
        told("opening", done, total);
        fill(&mut sealed, &mut chunk, CHUNK + TAG).map_err(BackupError::at(from))?;
        let at = skipped.len() as u64 + number * (CHUNK + TAG) as u64;
        let plain = lock
            .open(number, &place, &chunk)
            .ok_or(BackupError::Damaged(at))?;
        sum.update(&plain);
        out.write_all(&plain).map_err(BackupError::at(to))?;
    }
    told("opening", total, total);
    out.sync_all().map_err(BackupError::at(to))?;
    let whole = hex::encode(sum.finalize()) == manifest.payload_sha256;
    whole.then_some(()).ok_or(BackupError::Damaged(0))
}

fn head(from: &Path) -> Result<(Manifest, String), BackupError> {
    let file = File::open(from).map_err(BackupError::at(from))?;
    let mut line = Vec::new();
    let read = BufReader::new(file.take(HEAD)).read_until(b'\n', &mut line);
    read.map_err(BackupError::at(from))?;
    let not_ours = || BackupError::NotOurs(from.to_owned());
    let line = line.strip_suffix(b"\n").ok_or_else(not_ours)?;
    let text = std::str::from_utf8(line).map_err(|_| not_ours())?;
    let manifest: Manifest = serde_json::from_str(text).map_err(|_| not_ours())?;
    if manifest.format != FORMAT {
        return Err(not_ours());
    }
    Ok((manifest, text.to_owned()))
}

fn chunks(bytes: u64) -> u64 {
    bytes.div_ceil(CHUNK as u64)
}

/// Reads so many bytes, or what is left.
fn fill(from: &mut impl Read, into: &mut Vec<u8>, most: usize) -> std::io::Result<()> {
    into.clear();
    from.take(most as u64).read_to_end(into).map(|_| ())
}

fn measure(file: &Path) -> Result<(u64, String), BackupError> {
    let mut from = File::open(file).map_err(BackupError::at(file))?;
    let mut sum = Sha256::new();
    let bytes = std::io::copy(&mut from, &mut sum).map_err(BackupError::at(file))?;
    Ok((bytes, hex::encode(sum.finalize())))
}

/// The key of one backup.
struct Lock {
    cipher: XChaCha20Poly1305,
    nonce: [u8; PREFIX],
}

impl Lock {
    fn new(keys: &KeyRing, number: u8, nonce: [u8; PREFIX]) -> Result<Self, BackupError> {
        let key = keys.key(number).ok_or(BackupError::UnknownKey(number))?;
        Ok(Self {
            cipher: XChaCha20Poly1305::new(key.into()),
            nonce,
        })
    }

    fn nonce(&self, number: u64) -> Option<XNonce> {
        let nonce = [&self.nonce[..], &number.to_be_bytes()].concat();
        XNonce::try_from(nonce.as_slice()).ok()
    }

    /// Bound to this manifest and this place: nothing can be moved, swapped or left out.
    fn place(number: u64, manifest: &[u8]) -> Vec<u8> {
        [FORMAT.as_bytes(), &number.to_be_bytes(), manifest].concat()
    }

    fn seal(&self, number: u64, manifest: &[u8], plain: &[u8]) -> Result<Vec<u8>, BackupError> {
        let aad = &Self::place(number, manifest);
        let nonce = self.nonce(number).ok_or(BackupError::NoRandomness)?;
        let sealed = self.cipher.encrypt(&nonce, Payload { msg: plain, aad });
        sealed.map_err(|_| BackupError::NoRandomness)
    }

    fn open(&self, number: u64, manifest: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let aad = &Self::place(number, manifest);
        let payload = Payload { msg: sealed, aad };
        self.cipher.decrypt(&self.nonce(number)?, payload).ok()
    }
}
