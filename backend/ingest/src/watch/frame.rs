//! Finds frames in a stream, by brackets; the declared length only breaks ties.
//!
//! Lengths lie (too long and too short), names of wireless networks may hold brackets, commas or a
//! whole forged frame, and reads end anywhere. So a bracket ends a frame for certain when it stands
//! where the length says, or at or after that place. A bracket before that place is only likely the
//! end: the caller waits a moment and takes it when nothing follows. Escaped voice bytes need no care
//! here: an escape holds no bracket.

use std::borrow::Cow;

use super::head::{self, Probe};
use crate::protocol::{Progress, Split};

/// Voice and picture bytes that would read as framing are sent as this byte and 01 to 05.
const ESCAPE: u8 = 0x7d;
/// What 01 to 05 after the escape byte stand for.
const ESCAPED: [u8; 5] = [b'}', b'[', b']', b',', b'*'];

/// Finds the next frame at the head of `buffer`; linear over all calls with the same `seen`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    let declared = match head::probe(buffer) {
        Probe::NotAHead => {
            return Split::Garbage {
                skip: until_bracket(buffer),
            };
        }
        // Shorter than a head, so nothing in it can be an end.
        Probe::Incomplete => return Split::NeedMore,
        Probe::Unreadable { at } => Declared {
            content: at,
            length: 0,
        },
        Probe::Head(head) => Declared {
            content: head.content,
            length: head.declared,
        },
    };
    let mut at = seen.scanned.max(declared.content);
    while let Some(&byte) = buffer.get(at) {
        match look(buffer, at, byte, declared, seen) {
            Step::On => at += 1,
            Step::Wait => break,
            Step::End(end) => return Split::Frame { end },
        }
    }
    seen.scanned = at;
    match seen.boundary.or(seen.last_close) {
        Some(end) => Split::Likely { end },
        None => Split::NeedMore,
    }
}

/// Undoes the escapes of voice and picture bytes.
pub fn unescape(frame: &[u8]) -> Cow<'_, [u8]> {
    if !frame.contains(&ESCAPE) {
        return Cow::Borrowed(frame);
    }
    let mut plain = Vec::with_capacity(frame.len());
    let mut at = 0;
    while let Some(&byte) = frame.get(at) {
        match escaped(frame, at) {
            Some(original) => {
                plain.push(original);
                at += 2;
            }
            None => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    Cow::Owned(plain)
}

#[derive(Clone, Copy)]
struct Declared {
    content: usize,
    length: usize,
}

enum Step {
    On,
    Wait,
    End(usize),
}

fn look(buffer: &[u8], at: usize, byte: u8, declared: Declared, seen: &mut Progress) -> Step {
    let raw = at - declared.content;
    if byte == b']' && raw == declared.length {
        return Step::End(at + 1);
    }
    let past = raw >= declared.length;
    if let (true, Some(boundary)) = (past, seen.boundary) {
        return Step::End(boundary);
    }
    match byte {
        b']' if past => Step::End(at + 1),
        b']' => {
            seen.last_close = Some(at + 1);
            if seen.boundary.is_some() {
                return Step::On;
            }
            match follows(&buffer[at + 1..]) {
                Follows::Unknown => return Step::Wait,
                Follows::NextFrame => seen.boundary = Some(at + 1),
                Follows::MoreContent => {}
            }
            Step::On
        }
        b'[' => match head::probe(&buffer[at..]) {
            Probe::Incomplete => Step::Wait,
            // A frame that lost its end: cut it where the next one starts.
            Probe::Head(_) if past => Step::End(seen.last_close.unwrap_or(at)),
            Probe::Head(_) => {
                seen.boundary = seen.boundary.or(seen.last_close).or(Some(at));
                Step::On
            }
            _ => Step::On,
        },
        _ => Step::On,
    }
}

enum Follows {
    Unknown,
    NextFrame,
    MoreContent,
}

fn follows(rest: &[u8]) -> Follows {
    match rest.first() {
        None => Follows::Unknown,
        Some(b'\r' | b'\n' | 0) => Follows::NextFrame,
        Some(b'[') => match head::probe(rest) {
            Probe::Incomplete => Follows::Unknown,
            Probe::NotAHead => Follows::MoreContent,
            Probe::Unreadable { .. } | Probe::Head(_) => Follows::NextFrame,
        },
        Some(_) => Follows::MoreContent,
    }
}

fn escaped(bytes: &[u8], at: usize) -> Option<u8> {
    let code = bytes
        .get(at + 1)
        .filter(|_| bytes.get(at) == Some(&ESCAPE))?;
    ESCAPED.get(usize::from(*code).checked_sub(1)?).copied()
}

/// Bytes to skip: at least one, up to the next opening bracket.
fn until_bracket(buffer: &[u8]) -> usize {
    let rest = buffer.get(1..).unwrap_or_default();
    rest.iter()
        .position(|&b| b == b'[')
        .map_or(buffer.len(), |at| at + 1)
}

#[cfg(test)]
mod tests;
