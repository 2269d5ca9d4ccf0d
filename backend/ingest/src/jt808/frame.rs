//! Finds frames: `7e … checksum 7e`, where 7e and 7d inside are `7d 02` and `7d 01`; some locks send
//! `(text)` in between.
//!
//! One mark may end a frame and start the next, and a lost mark turns all others round: so the
//! checksum, or the declared length, decides whether a mark is an end; if it is none, it is tried as
//! a start.

use std::borrow::Cow;

use crate::bytes::Reader;
use crate::checksums::{luhn, xor};
use crate::protocol::{DecodeError, Progress, Split};
use domain::devices::DeviceUid;

const MARK: u8 = 0x7e;
const ESCAPE: u8 = 0x7d;
/// The longest body the header can declare, escaped throughout, and the header.
const MAX_FRAME: usize = 2 * (1023 + 24);
/// The longest text of a lock.
const MAX_TEXT: usize = 512;

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    let (close, longest) = match buffer.first() {
        None => return Split::NeedMore,
        Some(&MARK) => (MARK, MAX_FRAME),
        Some(b'(') => (b')', MAX_TEXT),
        Some(_) => {
            return Split::Garbage {
                skip: until_start(buffer),
            };
        }
    };
    let from = seen.scanned.max(1);
    let looked = buffer.len().min(longest);
    let rest = buffer.get(from..looked).unwrap_or_default();
    // A start of the other kind inside a text means that its end is lost.
    let stops = |byte: &u8| *byte == close || *byte == MARK;
    let Some(at) = rest.iter().position(stops).map(|at| from + at) else {
        seen.scanned = looked.max(from);
        return match buffer.len() > longest {
            true => Split::Garbage {
                skip: until_start(buffer),
            },
            false => Split::NeedMore,
        };
    };
    match close {
        b')' if buffer[at] == b')' => Split::Frame { end: at + 1 },
        MARK if trust(&unescape(&buffer[1..at])) > Trust::None => Split::Frame { end: at + 1 },
        _ => Split::Garbage { skip: at },
    }
}

/// Undoes the escapes; the marks stay.
pub fn unescape(frame: &[u8]) -> Cow<'_, [u8]> {
    if !frame.contains(&ESCAPE) {
        return Cow::Borrowed(frame);
    }
    let mut plain = Vec::with_capacity(frame.len());
    let mut rest = frame.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        let original = match (byte, rest.peek()) {
            (ESCAPE, Some(1)) => Some(ESCAPE),
            (ESCAPE, Some(2)) => Some(MARK),
            _ => None,
        };
        if original.is_some() {
            rest.next();
        }
        plain.push(original.unwrap_or(byte));
    }
    Cow::Owned(plain)
}

/// Puts escapes and marks around a plain message, checksum added.
pub(super) fn wrap(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 4);
    out.push(MARK);
    for byte in message.iter().copied().chain([xor(message)]) {
        match byte {
            MARK => out.extend_from_slice(&[ESCAPE, 2]),
            ESCAPE => out.extend_from_slice(&[ESCAPE, 1]),
            _ => out.push(byte),
        }
    }
    out.push(MARK);
    out
}

/// How far the bytes between two marks can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trust {
    /// They are no message.
    None,
    /// Checksum or declared length is wrong: what it says is taken, whom it names is not. Both are
    /// needed, because escapes hide flips from the checksum: 7e, 7d xor 03 and 7c xor 02 are the same.
    Doubtful,
    /// Both are right.
    Full,
}

fn trust(message: &[u8]) -> Trust {
    let has_length = message.split_last().is_some_and(|(_, rest)| {
        head(rest).is_ok_and(|head| head.body.len() == usize::from(head.attributes & 0x3ff))
    });
    // The shortest message has a header of 12 bytes.
    match (message.len() > 11 && xor(message) == 0, has_length) {
        (true, true) => Trust::Full,
        (false, false) => Trust::None,
        _ => Trust::Doubtful,
    }
}

/// The message between the marks, escapes undone and checksum taken off, and whether it may name a
/// device. Recorded frames may have lost their escapes already: checksum and length tell.
///
/// # Errors
/// No marks, or nothing between them.
pub(super) fn message(frame: &[u8]) -> Result<(Cow<'_, [u8]>, Trust), DecodeError> {
    let inner = frame
        .strip_prefix(&[MARK])
        .and_then(|rest| rest.strip_suffix(&[MARK]))
        .ok_or(DecodeError::new(0, "no frame starts here"))?;
    let plain = unescape(inner);
    let (first, second) = (trust(&plain), trust(inner));
    let (mut message, trust) = match second > first {
        true => (Cow::Borrowed(inner), second),
        false => (plain, first),
    };
    // No stream yields a frame in which both are wrong; a recording may.
    let trust = trust.max(Trust::Doubtful);
    if message.is_empty() {
        return Err(DecodeError::new(1, "cut short"));
    }
    match &mut message {
        Cow::Borrowed(bytes) => *bytes = &bytes[..bytes.len() - 1],
        Cow::Owned(bytes) => drop(bytes.pop()),
    }
    Ok((message, trust))
}

/// The header, and where the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// Message type.
    pub(super) kind: u16,
    /// Body length, encryption, parts, version.
    pub(super) attributes: u16,
    /// Of the header of 2019.
    pub(super) version: Option<u8>,
    /// Six or ten bytes.
    pub(super) id: &'a [u8],
    /// Of the device; one byte in the short messages of locks.
    pub(super) serial: u16,
    /// This is the second or a later part of a message.
    pub(super) is_later_part: bool,
    /// What the message says.
    pub(super) body: &'a [u8],
}

/// Reads the header.
pub(super) fn head(message: &[u8]) -> Result<Head<'_>, DecodeError> {
    let mut reader = Reader::new(message);
    let kind = reader.u16()?;
    let attributes = reader.u16()?;
    let version = match attributes & 0x4000 {
        0 => None,
        _ => Some(reader.u8()?),
    };
    let id = reader.take(if version.is_some() { 10 } else { 6 })?;
    let is_short = matches!(kind, 0x5501 | 0x5502);
    let serial = if is_short {
        reader.u8()?.into()
    } else {
        reader.u16()?
    };
    let mut is_later_part = false;
    if attributes & 0x2000 != 0 && !is_short {
        reader.skip(2)?;
        is_later_part = reader.u16()? > 1;
    }
    Ok(Head {
        kind,
        attributes,
        version,
        id,
        serial,
        is_later_part,
        body: reader.rest(),
    })
}

/// Twelve decimal digits are the number; else a 48-bit number that its check digit completes.
pub(super) fn uid(id: &[u8]) -> Option<DeviceUid> {
    let digits = hex::encode(id);
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        let number = digits.trim_start_matches('0');
        return DeviceUid::parse(if number.is_empty() { "0" } else { number });
    }
    match id {
        [a, b, c, d, e, f] => {
            let number = u64::from_be_bytes([0, 0, *a, *b, *c, *d, *e, *f]);
            DeviceUid::parse(&format!("{number}{}", luhn(number)))
        }
        _ => DeviceUid::parse(&digits),
    }
}

fn until_start(buffer: &[u8]) -> usize {
    let rest = buffer.get(1..).unwrap_or_default();
    rest.iter()
        .position(|&b| b == MARK || b == b'(')
        .map_or(buffer.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reassembly::{Piece, Reassembly};

    #[test]
    fn escapes_are_put_and_undone() {
        let message = [
            0x7e, 0x7d, 0, 4, 9, 9, 9, 9, 9, 9, 0x7d, 0x02, 0x7e, 0x7d, 0x7d, 1,
        ];
        let wire = wrap(&message);
        assert_eq!(wire.iter().filter(|&&b| b == MARK).count(), 2);
        let (plain, trust) = super::message(&wire).expect("a message");
        assert_eq!((plain.as_ref(), trust), (&message[..], Trust::Full));
        assert_eq!(unescape(&[ESCAPE, 3, ESCAPE]).as_ref(), [ESCAPE, 3, ESCAPE]);
    }

    #[test]
    fn a_lost_mark_does_not_turn_the_others_round() {
        let (first, next) = (wrap(&[0; 12]), wrap(&[2, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 7]));
        let bytes = [&first[..first.len() - 1], &next, &next[1..]].concat();
        let mut stream = Reassembly::of(&crate::jt808::CODEC);
        stream.push(&bytes);
        let found: Vec<_> = std::iter::from_fn(|| stream.finish()).collect();
        assert!(found.contains(&Piece::Frame(next)), "{found:?}");
    }

    #[test]
    fn ids_are_numbers_or_numbers_with_a_check_digit() {
        let text = |id: &[u8]| uid(id).map(|uid| uid.to_string());
        assert_eq!(
            text(&[0x01, 0x99, 0x90, 0, 0, 0x01]).as_deref(),
            Some("19990000001")
        );
        assert_eq!(text(&[0; 6]).as_deref(), Some("0"));
        // 0x50d5_f4c3_0001 and its Luhn digit.
        let number = 0x50d5_f4c3_0001_u64;
        let expected = format!("{number}{}", luhn(number));
        assert_eq!(text(&[0x50, 0xd5, 0xf4, 0xc3, 0, 1]), Some(expected));
        let long = [0, 0, 0x08, 0x88, 0x88, 0, 0, 0, 0, 1];
        assert_eq!(text(&long).as_deref(), Some("888880000000001"));
    }
}
