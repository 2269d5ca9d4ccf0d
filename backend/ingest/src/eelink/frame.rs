//! Finds frames: packets `6767 type length serial content`, and datagrams `EL length checksum IMEI`
//! with packets behind them.
//!
//! Packets have no checksum. One that starts inside another, or reaches over its end, says that the
//! other lost its tail: four bytes must fit for that, and content hardly ever has them.

use domain::devices::DeviceUid;

use crate::bytes::{Reader, packed_imei};
use crate::framing::{Checked, Head, checked, stands_alone};
use crate::protocol::{DecodeError, Progress, Split};

const MARK: &[u8; 2] = &[0x67, 0x67];
const DATAGRAM: &[u8; 2] = b"EL";
/// Mark, length, checksum, IMEI.
const DATAGRAM_HEAD: usize = 14;
/// Mark, type, length.
const PACKET_HEAD: usize = 5;
/// The longest packet or datagram that is waited for.
const MAX_LENGTH: usize = 4096;

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    if let (true, Head::Whole { end }) = (buffer.starts_with(DATAGRAM), head(buffer)) {
        // Packets inside are its own, unless its checksum is wrong.
        match buffer.get(..end) {
            None => return Split::NeedMore,
            Some(whole) if is_right(whole) => return Split::Frame { end },
            Some(_) => {}
        }
    }
    checked(buffer, seen, Checked { head, is_right })
}

/// One packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packet<'a> {
    /// The type.
    pub(super) kind: u8,
    /// Repeated in the answer.
    pub(super) serial: u16,
    /// Behind the serial.
    pub(super) content: &'a [u8],
}

/// A frame taken apart: who a datagram says it comes from, and its packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// Of the datagram's header.
    pub(super) uid: Option<DeviceUid>,
    /// The header's checksum is right, or there is no header.
    pub(super) checked: bool,
    /// At least one.
    pub(super) packets: Vec<Packet<'a>>,
}

/// Takes a frame apart; what follows the last whole packet is not looked at.
pub(super) fn take_apart(frame: &[u8]) -> Result<Frame<'_>, DecodeError> {
    let mut reader = Reader::new(frame);
    let (mut uid, mut is_checked) = (None, true);
    if frame.starts_with(DATAGRAM) {
        reader.skip(6)?;
        uid = packed_imei(reader.take(8)?);
        is_checked = is_right(frame);
    }
    let mut packets = vec![packet(&mut reader)?];
    while let Ok(next) = packet(&mut reader) {
        packets.push(next);
    }
    Ok(Frame {
        uid,
        checked: is_checked,
        packets,
    })
}

fn packet<'a>(reader: &mut Reader<'a>) -> Result<Packet<'a>, DecodeError> {
    if reader.take(2)? != MARK {
        return Err(DecodeError::new(reader.offset(), "no packet starts here"));
    }
    let kind = reader.u8()?;
    let length = usize::from(reader.u16()?);
    let mut content = Reader::new(reader.take(length)?);
    Ok(Packet {
        kind,
        serial: content.u16()?,
        content: content.rest(),
    })
}

/// Types that devices send; anything else is not taken for a packet.
fn is_known(kind: u8) -> bool {
    matches!(kind, 0x01..=0x07 | 0x12..=0x1f | 0x80 | 0x81)
}

fn head(bytes: &[u8]) -> Head {
    let limited = |end: usize| match end <= MAX_LENGTH {
        true => Head::Whole { end },
        false => Head::Not,
    };
    match bytes {
        [] | [0x67] | [b'E'] => Head::Incomplete,
        [0x67, 0x67, kind, ..] if !is_known(*kind) => Head::Not,
        [0x67, 0x67, _, 0, 0 | 1, ..] => Head::Not,
        [0x67, 0x67, _, high, low, ..] => {
            limited(PACKET_HEAD + usize::from(u16::from_be_bytes([*high, *low])))
        }
        [0x67, 0x67, ..] => Head::Incomplete,
        [b'E', b'L', rest @ ..] => {
            let is_imei =
                |at: usize, byte: &u8| crate::bytes::bcd(*byte).is_some() && (at > 0 || *byte < 10);
            let imei = rest.iter().skip(4).take(8).enumerate();
            if !imei.into_iter().all(|(at, byte)| is_imei(at, byte)) {
                return Head::Not;
            }
            match (rest, rest.get(DATAGRAM_HEAD - 2..DATAGRAM_HEAD)) {
                ([high, low, ..], Some(mark)) if mark == MARK => {
                    limited(4 + usize::from(u16::from_be_bytes([*high, *low])))
                }
                (_, Some(_)) => Head::Not,
                (_, None) => Head::Incomplete,
            }
        }
        _ => Head::Not,
    }
}

fn is_right(frame: &[u8]) -> bool {
    match frame.strip_prefix(DATAGRAM) {
        None => stands_alone(frame, head),
        Some(rest) => {
            let (length, sum) = (rest.get(..2), rest.get(2..4));
            let content = rest.get(4..).unwrap_or_default();
            length == Some(&number(content.len() + 2))
                && sum == Some(&checksum(content).to_be_bytes())
        }
    }
}

/// A length as two bytes.
pub(super) fn number(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap_or(u16::MAX).to_be_bytes()
}

/// The maker's own: the sum turned left by one bit before each byte is added.
pub(super) fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum: u16, byte| {
        sum.rotate_left(1).wrapping_add(u16::from(*byte))
    })
}
