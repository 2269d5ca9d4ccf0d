//! Finds frames: `fc length version type serial IMEI items checksum cf`.

use domain::devices::DeviceUid;

use crate::bytes::{Reader, packed_imei};
use crate::checksums::crc16_ccitt_false;
use crate::framing::{Checked, Head, checked};
use crate::protocol::{DecodeError, Progress, Split};

const START: u8 = 0xfc;
const END: u8 = 0xcf;
/// Version, type, serial, IMEI: the least that a length counts.
const SHORTEST: usize = 11;
/// The longest content that is waited for.
const MAX_CONTENT: usize = 4096;

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    checked(buffer, seen, Checked { head, is_right })
}

/// A frame taken apart, before its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// The type.
    pub(super) kind: u8,
    /// Repeated in the answer.
    pub(super) serial: u8,
    /// As eight bytes, repeated in the answer.
    pub(super) imei: &'a [u8],
    /// Tag, length, value.
    pub(super) items: &'a [u8],
    /// The checksum is right.
    pub(super) checked: bool,
}

impl Frame<'_> {
    /// Who its head says it comes from.
    pub(super) fn uid(&self) -> Option<DeviceUid> {
        packed_imei(self.imei)
    }
}

/// Takes a frame apart.
pub(super) fn take_apart(frame: &[u8]) -> Result<Frame<'_>, DecodeError> {
    let mut reader = Reader::new(frame);
    if reader.u8()? != START {
        return Err(DecodeError::new(0, "no frame starts here"));
    }
    let length = usize::from(reader.u16()?);
    reader.skip(1)?;
    let (kind, serial) = (reader.u8()?, reader.u8()?);
    let imei = reader.take(8)?;
    let rest = reader.rest();
    Ok(Frame {
        kind,
        serial,
        imei,
        items: rest.get(..length.saturating_sub(SHORTEST)).unwrap_or(rest),
        checked: is_right(frame),
    })
}

fn head(bytes: &[u8]) -> Head {
    match bytes {
        [] => Head::Incomplete,
        [START, high, low, ..] => match usize::from(u16::from_be_bytes([*high, *low])) {
            length @ SHORTEST..=MAX_CONTENT => Head::Whole { end: length + 6 },
            _ => Head::Not,
        },
        [START, ..] => Head::Incomplete,
        _ => Head::Not,
    }
}

fn is_right(frame: &[u8]) -> bool {
    let Some((content, [high, low, END])) = frame.get(3..).and_then(<[u8]>::split_last_chunk)
    else {
        return false;
    };
    let declared = frame
        .get(1..3)
        .map(|at| usize::from(u16::from_be_bytes([at[0], at[1]])));
    declared == Some(content.len())
        && crc16_ccitt_false(content) == u16::from_be_bytes([*high, *low])
}
