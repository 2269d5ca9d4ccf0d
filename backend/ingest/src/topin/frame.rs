//! Finds frames: `7878 LEN type content 0d0a`. LEN counts the type or not, is the number of networks
//! in a scan and nonsense in a login; so a line end must confirm it, or a next head.

use crate::protocol::{DecodeError, Progress, Split};

const HEAD: &[u8; 2] = &[0x78, 0x78];
const LINE_END: &[u8; 2] = b"\r\n";
/// Head, length, type, line end.
const SHORTEST: usize = 6;
/// The longest scan: 255 networks of 7 bytes and 255 cells of 5.
const LONGEST: usize = 3200;

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    if !HEAD.starts_with(&buffer[..buffer.len().min(2)]) {
        return Split::Garbage {
            skip: until_head(buffer),
        };
    }
    let length = match buffer.get(2) {
        None => return Split::NeedMore,
        // No scan has that many networks: the rest of a lost frame, and the next head.
        Some(&0x78) => return Split::Garbage { skip: 1 },
        Some(&length) => length,
    };
    let declared = [5, 6].map(|rest| usize::from(length) + rest);
    for end in declared {
        if ends_line(buffer, end) {
            return Split::Frame { end };
        }
        if buffer.len() < end {
            return likely(buffer);
        }
    }
    let mut at = seen.scanned.max(3);
    while at + 1 < buffer.len() {
        if at > LONGEST {
            return Split::Garbage {
                skip: until_head(buffer),
            };
        }
        if buffer[at..].starts_with(HEAD) {
            // A head that no line end stands before: the end of this frame is lost.
            return match ends_line(buffer, at) {
                true => Split::Frame { end: at },
                false => Split::Garbage { skip: at },
            };
        }
        at += 1;
    }
    seen.scanned = at;
    likely(buffer)
}

/// A frame taken apart, before its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// Repeated in replies; the number of networks in a scan.
    pub(super) length: u8,
    /// The type.
    pub(super) kind: u8,
    /// Between type and line end.
    pub(super) body: &'a [u8],
}

/// Takes a frame apart; its line end may be missing.
pub(super) fn take_apart(frame: &[u8]) -> Result<Frame<'_>, DecodeError> {
    let content = frame
        .strip_prefix(HEAD)
        .ok_or(DecodeError::new(0, "no frame starts here"))?;
    match content.strip_suffix(LINE_END).unwrap_or(content) {
        [length, kind, body @ ..] => Ok(Frame {
            length: *length,
            kind: *kind,
            body,
        }),
        _ => Err(DecodeError::new(frame.len(), "cut short")),
    }
}

/// All of it, or what stands before another head: an alarm behind a lost tail must be found.
fn likely(buffer: &[u8]) -> Split {
    if !ends_line(buffer, buffer.len()) {
        return Split::NeedMore;
    }
    let inner = buffer.windows(2).skip(3).position(|pair| pair == HEAD);
    Split::Likely {
        end: inner.map_or(buffer.len(), |at| at + 3),
    }
}

fn ends_line(buffer: &[u8], end: usize) -> bool {
    end >= SHORTEST && buffer.get(end - 2..end) == Some(LINE_END)
}

fn until_head(buffer: &[u8]) -> usize {
    (1..buffer.len())
        .find(|&at| HEAD.starts_with(&buffer[at..buffer.len().min(at + 2)]))
        .unwrap_or(buffer.len().max(1))
}
