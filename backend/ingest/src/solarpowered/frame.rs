//! Finds frames: `7e IMEI type length items checksum 7e`. The mark may stand inside: the length and
//! the checksum say where a frame ends, and a head must hold an IMEI.

use domain::devices::DeviceUid;

use crate::bytes::{Reader, bcd};
use crate::checksums::xor;
use crate::framing::{Checked, Head, checked};
use crate::protocol::{DecodeError, Progress, Split};

const MARK: u8 = 0x7e;
/// Mark, IMEI, type, length.
const HEAD: usize = 12;
/// The longest content that is waited for.
const MAX_CONTENT: usize = 1024;

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    checked(buffer, seen, Checked { head, is_right })
}

/// A frame taken apart, before its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// Who its head says it comes from.
    pub(super) uid: Option<DeviceUid>,
    /// The type.
    pub(super) kind: u8,
    /// Tag, length, value.
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
    let imei = reader.take(8)?;
    let kind = reader.u8()?;
    let length = usize::from(reader.u16()?);
    let rest = reader.rest();
    Ok(Frame {
        uid: fifteen_digits(imei),
        kind,
        items: rest.get(..length).unwrap_or(rest),
        checked: is_right(frame),
    })
}

/// Fifteen digits and half a byte of fill behind them.
fn fifteen_digits(imei: &[u8]) -> Option<DeviceUid> {
    let digits = hex::encode(imei);
    let digits = digits.get(..15)?;
    let decimal = digits.bytes().all(|byte| byte.is_ascii_digit());
    DeviceUid::parse(digits).filter(|_| decimal)
}

fn head(bytes: &[u8]) -> Head {
    let mut imei = bytes.iter().skip(1).take(7);
    match (bytes, bytes.get(10..HEAD)) {
        ([], _) => Head::Incomplete,
        ([MARK, ..], _) if !imei.all(|byte| bcd(*byte).is_some()) => Head::Not,
        ([MARK, ..], None) => Head::Incomplete,
        ([MARK, ..], Some(length)) => {
            match usize::from(u16::from_be_bytes([length[0], length[1]])) {
                length @ 0..=MAX_CONTENT => Head::Whole {
                    end: HEAD + length + 2,
                },
                _ => Head::Not,
            }
        }
        _ => Head::Not,
    }
}

fn is_right(frame: &[u8]) -> bool {
    let Some((content, [sum, MARK])) = frame.get(1..).and_then(<[u8]>::split_last_chunk) else {
        return false;
    };
    let is_whole = matches!(head(frame), Head::Whole { end } if end == frame.len());
    is_whole && xor(content) == *sum
}
