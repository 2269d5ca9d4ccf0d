//! Finds frames: `faaf … faaf`, where `faaf` and `fbbf` inside are `fbbf 01` and `fbbf 02`.
//!
//! One mark may end a frame and start the next, and a lost mark turns all others round: so the
//! declared length decides whether a mark is an end. If it is none, it is tried as a start, unless
//! another mark follows at once, or nothing does.

use std::borrow::Cow;

use domain::devices::DeviceUid;

use crate::bytes::Reader;
use crate::protocol::{DecodeError, Progress, Split};

const MARK: &[u8; 2] = &[0xfa, 0xaf];
const ESCAPE: &[u8; 2] = &[0xfb, 0xbf];
/// Type, serial, IMEI, length, checksum.
const HEAD: usize = 16;
/// The longest frame that is waited for.
const MAX_FRAME: usize = 4096;

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    if !MARK.starts_with(&buffer[..buffer.len().min(2)]) {
        let from = usize::from(!buffer.is_empty());
        return Split::Garbage {
            skip: find(buffer, from).unwrap_or(partial(buffer, from)),
        };
    }
    let from = seen.scanned.max(MARK.len());
    let Some(at) = find(buffer, from) else {
        seen.scanned = partial(buffer, from).max(from);
        return match buffer.len() > MAX_FRAME {
            true => Split::Garbage { skip: MARK.len() },
            false => Split::NeedMore,
        };
    };
    seen.scanned = at;
    let end = at + MARK.len();
    if at == MARK.len() {
        // An end whose start is lost, and a start.
        return Split::Garbage { skip: at };
    }
    if is_whole(&buffer[MARK.len()..at]) {
        return Split::Frame { end };
    }
    let next = &buffer[end..];
    match (next.starts_with(MARK), MARK.starts_with(next)) {
        (true, _) => Split::Frame { end },
        (false, true) => Split::Likely { end },
        (false, false) => Split::Garbage { skip: at },
    }
}

/// A frame taken apart, before its meaning; its marks may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// The type.
    pub(super) kind: u16,
    /// Repeated in the answer.
    pub(super) serial: u16,
    /// Fifteen digits and half a byte of fill, repeated in the answer.
    pub(super) imei: &'a [u8],
    /// Behind the head.
    pub(super) body: &'a [u8],
    /// Length and checksum are right.
    pub(super) checked: bool,
}

impl Frame<'_> {
    /// Who its head says it comes from.
    pub(super) fn uid(&self) -> Option<DeviceUid> {
        let digits = hex::encode(self.imei);
        let digits = digits.get(..15)?;
        let decimal = digits.bytes().all(|byte| byte.is_ascii_digit());
        DeviceUid::parse(digits).filter(|_| decimal)
    }
}

/// Takes a frame apart; its escapes must be undone already.
pub(super) fn take_apart(frame: &[u8]) -> Result<Frame<'_>, DecodeError> {
    let content = frame
        .strip_prefix(MARK)
        .ok_or(DecodeError::new(0, "no frame starts here"))?;
    let mut reader = Reader::new(content.strip_suffix(MARK).unwrap_or(content));
    let (kind, serial) = (reader.u16()?, reader.u16()?);
    let imei = reader.take(8)?;
    let (length, sum) = (usize::from(reader.u16()?), reader.u16()?);
    let body = reader.rest();
    Ok(Frame {
        kind,
        serial,
        imei,
        body,
        checked: length == body.len() && sum == checksum(body),
    })
}

/// Undoes the escapes; the marks stay.
pub fn unescape(frame: &[u8]) -> Cow<'_, [u8]> {
    if !frame.windows(2).any(|pair| pair == ESCAPE) {
        return Cow::Borrowed(frame);
    }
    let mut plain = Vec::with_capacity(frame.len());
    let mut rest = frame;
    while let Some((&first, after)) = rest.split_first() {
        let original = match rest {
            [0xfb, 0xbf, 1, ..] => Some(MARK),
            [0xfb, 0xbf, 2, ..] => Some(ESCAPE),
            _ => None,
        };
        match original {
            Some(pair) => {
                plain.extend_from_slice(pair);
                rest = &rest[3..];
            }
            None => {
                plain.push(first);
                rest = after;
            }
        }
    }
    Cow::Owned(plain)
}

/// Puts escapes and marks around a plain message.
pub(super) fn wrap(message: &[u8]) -> Vec<u8> {
    let mut out = MARK.to_vec();
    let mut rest = message;
    while let Some((&first, after)) = rest.split_first() {
        let code = match rest {
            [0xfa, 0xaf, ..] => Some(1),
            [0xfb, 0xbf, ..] => Some(2),
            _ => None,
        };
        match code {
            Some(code) => {
                out.extend_from_slice(&[0xfb, 0xbf, code]);
                rest = &rest[2..];
            }
            None => {
                out.push(first);
                rest = after;
            }
        }
    }
    out.extend_from_slice(MARK);
    out
}

/// All bytes added, turned round.
pub(super) fn checksum(body: &[u8]) -> u16 {
    !body
        .iter()
        .fold(0, |sum: u16, byte| sum.wrapping_add(u16::from(*byte)))
}

fn is_whole(escaped: &[u8]) -> bool {
    let plain = unescape(escaped);
    let declared = plain.get(HEAD - 4..HEAD - 2);
    let length = plain.len().checked_sub(HEAD).map(|length| length as u16);
    declared.map(|at| u16::from_be_bytes([at[0], at[1]])) == length && length.is_some()
}

fn find(buffer: &[u8], from: usize) -> Option<usize> {
    let rest = buffer.get(from..)?;
    rest.windows(2)
        .position(|pair| pair == MARK)
        .map(|at| from + at)
}

/// Where a mark may be about to start at the end of a buffer, else the end.
fn partial(buffer: &[u8], from: usize) -> usize {
    match buffer.get(from..).and_then(<[u8]>::last) {
        Some(&byte) if byte == MARK[0] => buffer.len() - 1,
        _ => buffer.len(),
    }
}
