//! Answers to downlinks: they are passed over by their length, so that what follows is read.

use super::super::meaning::Meaning;
use crate::bytes::Reader;
use crate::protocol::DecodeError;

/// Passes over the answer of one setting.
pub(super) fn skip(
    id: u8,
    kind: u8,
    reader: &mut Reader<'_>,
    meaning: &mut Meaning,
) -> Result<(), DecodeError> {
    let at = reader.offset();
    let is_extended = matches!(id, 0xf8 | 0xf9);
    let length = match is_extended {
        true => extended(kind),
        false => plain(kind),
    };
    let length = length.ok_or(DecodeError::new(at, "unknown setting"))?;
    // f8 has the result of the setting behind it.
    let value = reader.take(length + usize::from(id == 0xf8))?;
    meaning.push("settings", format!("{kind:02x}:{}", hex::encode(value)));
    Ok(())
}

fn plain(kind: u8) -> Option<usize> {
    Some(match kind {
        0x04 | 0x10 | 0x27 | 0x28 | 0x2f | 0x3b | 0x3c | 0x3e | 0x40 | 0x42 | 0x4a | 0x64
        | 0x66 | 0x68 | 0x69 | 0x6b | 0x6d | 0x71 | 0x74 | 0x84 | 0x87 | 0x8f | 0xa6 | 0xa8
        | 0xa9 | 0xaa | 0xad | 0xb2 => 1,
        0x02 | 0x03 | 0x17 | 0x95 | 0xa7 | 0xbd => 2,
        0x13 | 0x2d | 0x6a | 0x8a | 0x8e | 0xab | 0xef => 3,
        0x11 | 0x58 | 0x7e | 0x89 | 0xac => 4,
        0x98 | 0x99 => 5,
        0x79 => 6,
        0x35 | 0x88 | 0x96 => 8,
        0x06 => 9,
        0xba => 10,
        0xea => 3,
        _ => return None,
    })
}

fn extended(kind: u8) -> Option<usize> {
    Some(match kind {
        0x10 | 0x3e | 0x3f | 0x40 | 0x42 | 0x43 | 0x48 | 0x4d | 0x4e | 0x86 | 0x87 | 0xb3 => 1,
        0x50 | 0x56 | 0x85 => 2,
        0x52 | 0x53 | 0xb2 | 0xb4 => 3,
        0x41 | 0x4a | 0x4c | 0x91 => 5,
        0x44 | 0x51 | 0xb5 => 6,
        0xb1 => 7,
        0x49 | 0x4b => 9,
        0x4f => 12,
        _ => return None,
    })
}
