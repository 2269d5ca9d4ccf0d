//! Finds frames: `ab flags length checksum index content`, little endian.

use crate::bytes::Reader;
use crate::checksums::crc16_xmodem;
use crate::framing::{Checked, Head, checked};
use crate::protocol::{DecodeError, Progress, Split};

const MARK: u8 = 0xab;
const HEADER: usize = 8;
/// The longest content that is waited for.
const MAX_CONTENT: usize = 4096;

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    checked(buffer, seen, Checked { head, is_right })
}

/// A frame taken apart, before its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// Wants an answer.
    pub(super) wants_reply: bool,
    /// Repeated in the answer.
    pub(super) index: u16,
    /// The first byte of the content.
    pub(super) kind: u8,
    /// The rest of it: items of length, key, value.
    pub(super) items: &'a [u8],
    /// The checksum is right.
    pub(super) checked: bool,
}

/// Takes a frame apart.
pub(super) fn take_apart(frame: &[u8]) -> Result<Frame<'_>, DecodeError> {
    let mut reader = Reader::new(frame);
    if reader.u8()? != MARK {
        return Err(DecodeError::new(0, "no frame starts here"));
    }
    let flags = reader.u8()?;
    reader.skip(4)?;
    let index = reader.u16_le()?;
    let kind = reader.u8()?;
    Ok(Frame {
        wants_reply: flags & 0x10 != 0,
        index,
        kind,
        items: reader.rest(),
        checked: is_right(frame),
    })
}

fn head(bytes: &[u8]) -> Head {
    match bytes {
        [] => Head::Incomplete,
        [MARK, _, low, high, ..] => match usize::from(u16::from_le_bytes([*low, *high])) {
            length @ 1..=MAX_CONTENT => Head::Whole {
                end: HEADER + length,
            },
            _ => Head::Not,
        },
        [MARK, ..] => Head::Incomplete,
        _ => Head::Not,
    }
}

fn is_right(frame: &[u8]) -> bool {
    let sum = frame
        .get(4..6)
        .map(|sum| u16::from_le_bytes([sum[0], sum[1]]));
    let length = frame
        .get(2..4)
        .map(|at| usize::from(u16::from_le_bytes([at[0], at[1]])));
    let content = frame.get(HEADER..).unwrap_or_default();
    length == Some(content.len()) && sum == Some(crc16_xmodem(content))
}
