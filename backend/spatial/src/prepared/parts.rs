//! A file of named parts, little-endian.
//!
//! ```text
//! magic 8 bytes | version u32 | number of parts u32
//! for each part: name 4 bytes, length u64
//! the parts, one behind the other
//! checksum u64 over everything before it (as in `codec.rs`)
//! ```

use super::PreparedError;
use crate::codec::checksum;
use crate::network::NetworkError;

const MAGIC: [u8; 8] = *b"WALKPREP";
const VERSION: u32 = 1;
const HEAD_BYTES: usize = 16;
const ENTRY_BYTES: usize = 12;
const CHECKSUM_BYTES: usize = 8;
/// More parts than any file has; keeps a damaged number from being believed.
const MOST_PARTS: u32 = 64;

pub(super) const NETWORK: [u8; 4] = *b"NETW";
pub(super) const ORDER: [u8; 4] = *b"ORDR";
pub(super) const HUBS: [u8; 4] = *b"HUBS";
pub(super) const LABELS: [u8; 4] = *b"LABR";

/// A named part of a file.
type Part<'b> = ([u8; 4], &'b [u8]);

/// The file of these parts.
pub(super) fn write(parts: Vec<([u8; 4], Vec<u8>)>) -> Vec<u8> {
    let body: usize = parts.iter().map(|(_, part)| ENTRY_BYTES + part.len()).sum();
    let mut bytes = Vec::with_capacity(HEAD_BYTES + body + CHECKSUM_BYTES);
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend((parts.len() as u32).to_le_bytes());
    for (name, part) in &parts {
        bytes.extend(name);
        bytes.extend((part.len() as u64).to_le_bytes());
    }
    for (_, part) in parts {
        bytes.extend(part);
    }
    bytes.extend(checksum(&bytes).to_le_bytes());
    bytes
}

/// Whether the checksum is that of what stands before it.
pub(super) fn is_sound(bytes: &[u8]) -> bool {
    let split = bytes.split_last_chunk::<CHECKSUM_BYTES>();
    split.is_some_and(|(covered, sum)| checksum(covered).to_le_bytes() == *sum)
}

/// The network file in a prepared one; any other file as it is.
pub(crate) fn network_within(bytes: &[u8]) -> Result<&[u8], NetworkError> {
    let not_ours = |refusal| match refusal {
        PreparedError::Version { found, expected } => NetworkError::Version { found, expected },
        _ => NetworkError::Length,
    };
    match parts(bytes).map_err(not_ours)? {
        None => Ok(bytes),
        Some(parts) => part(&parts, NETWORK, "network").map_err(not_ours),
    }
}

/// The parts of a file, once lengths agree; None for a file that begins otherwise.
pub(super) fn parts(bytes: &[u8]) -> Result<Option<Vec<Part<'_>>>, PreparedError> {
    let Some((head, rest)) = bytes.split_first_chunk::<HEAD_BYTES>() else {
        return Ok(None);
    };
    let [magic, numbers] = [&head[..8], &head[8..]];
    if magic != MAGIC {
        return Ok(None);
    }
    let mut numbers = numbers
        .as_chunks()
        .0
        .iter()
        .map(|word| u32::from_le_bytes(*word));
    let (found, count) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found != VERSION {
        return Err(PreparedError::Version {
            found,
            expected: VERSION,
        });
    }
    let entries = (count <= MOST_PARTS).then_some(count as usize * ENTRY_BYTES);
    let (entries, mut rest) = entries
        .and_then(|length| rest.split_at_checked(length))
        .ok_or(PreparedError::Length)?;
    let mut parts = Vec::with_capacity(count as usize);
    for entry in entries.as_chunks::<ENTRY_BYTES>().0 {
        let [a, b, c, d, length @ ..] = *entry;
        let length = usize::try_from(u64::from_le_bytes(length)).ok();
        let (part, behind) = length
            .and_then(|length| rest.split_at_checked(length))
            .ok_or(PreparedError::Length)?;
        parts.push(([a, b, c, d], part));
        rest = behind;
    }
    (rest.len() == CHECKSUM_BYTES)
        .then_some(Some(parts))
        .ok_or(PreparedError::Length)
}

pub(super) fn part<'b>(
    parts: &[Part<'b>],
    name: [u8; 4],
    called: &'static str,
) -> Result<&'b [u8], PreparedError> {
    let found = parts.iter().find(|(own, _)| *own == name);
    found
        .map(|(_, part)| *part)
        .ok_or(PreparedError::Misfit { part: called })
}
