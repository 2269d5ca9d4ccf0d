//! Finds frames: mark, type, length of all, serial, IMEI, content.
//!
//! There is no checksum; a head must hold an IMEI, which content hardly ever does.

use domain::devices::DeviceUid;

use crate::bytes::{Reader, bcd, packed_imei};
use crate::framing::{Checked, Head, checked, stands_alone};
use crate::protocol::{DecodeError, Progress, Split};

/// Mark, type, length, serial, IMEI.
pub(super) const HEAD: usize = 15;
/// The longest frame that is waited for.
const MAX_LENGTH: usize = 2048;

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    let is_right = |frame: &[u8]| stands_alone(frame, head);
    checked(buffer, seen, Checked { head, is_right })
}

/// A frame taken apart, before its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// One of the four marks.
    pub(super) mark: u16,
    /// The type.
    pub(super) kind: u8,
    /// Repeated in the answer.
    pub(super) serial: u16,
    /// As eight bytes, repeated in the answer.
    pub(super) imei: &'a [u8],
    /// Who that is.
    pub(super) uid: DeviceUid,
    /// The rest.
    pub(super) content: &'a [u8],
}

impl Frame<'_> {
    /// Sent by a personal or asset tag.
    pub(super) fn is_tag(&self) -> bool {
        self.mark == 0x2727
    }

    /// Says where it is, with an alarm byte.
    pub(super) fn is_position(&self) -> bool {
        matches!(self.kind, 0x02 | 0x04 | 0x13 | 0x14)
    }
}

/// Takes a frame apart; what follows its declared end is not looked at.
pub(super) fn take_apart(bytes: &[u8]) -> Result<Frame<'_>, DecodeError> {
    let mut reader = Reader::new(bytes);
    let mark = reader.u16()?;
    if !matches!(mark, 0x2323 | 0x2525 | 0x2626 | 0x2727) {
        return Err(DecodeError::new(0, "no frame starts here"));
    }
    let kind = reader.u8()?;
    let length = usize::from(reader.u16()?);
    let serial = reader.u16()?;
    let imei = reader.take(8)?;
    let content = reader.rest();
    Ok(Frame {
        mark,
        kind,
        serial,
        imei,
        uid: packed_imei(imei).ok_or(DecodeError::new(7, "identity unreadable"))?,
        content: content
            .get(..length.saturating_sub(HEAD))
            .unwrap_or(content),
    })
}

fn head(bytes: &[u8]) -> Head {
    match bytes {
        [] => return Head::Incomplete,
        [0x23 | 0x25 | 0x26 | 0x27] => return Head::Incomplete,
        [first @ (0x23 | 0x25 | 0x26 | 0x27), second, ..] if first == second => {}
        _ => return Head::Not,
    }
    let imei = bytes.iter().skip(7).take(8).enumerate();
    let is_digits = |(at, byte): (usize, &u8)| bcd(*byte).is_some() && (at > 0 || *byte < 10);
    match bytes.get(3..5) {
        None => Head::Incomplete,
        Some(length) => match usize::from(u16::from_be_bytes([length[0], length[1]])) {
            _ if !imei.into_iter().all(is_digits) => Head::Not,
            HEAD..=MAX_LENGTH if bytes.len() < HEAD => Head::Incomplete,
            end @ HEAD..=MAX_LENGTH => Head::Whole { end },
            _ => Head::Not,
        },
    }
}
