//! Finds frames: `7878 LEN … 0d0a` or `7979 LENLEN … 0d0a`, where LEN may lie.
//!
//! A line end where LEN says ends a frame at once. Network scans (types 17 and 69) and clones write
//! a count or nonsense instead; then the frame ends at a line end that a new head follows. A whole
//! frame with a right checksum inside what another one claims is never swallowed: the claim is
//! junk, for a lost tail must not cost the alarm behind it.

use crate::checksums::crc16_x25;
use crate::protocol::{DecodeError, Progress, Split};

/// The longest content a two-byte length may declare; longer ones are noise.
const MAX_EXTENDED: usize = 4096;
/// How far the end of a frame with a lying length is looked for.
const MAX_LYING: usize = 1024;
/// The shortest thing that is a frame: head, length, type, line end.
const SHORTEST: usize = 6;
const LINE_END: &[u8; 2] = b"\r\n";

/// Finds the next frame at the head of `buffer`; every place is looked at twice at most.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    match head(buffer) {
        Head::Not => {
            return Split::Garbage {
                skip: until_head(buffer, 1),
            };
        }
        Head::Incomplete => return Split::NeedMore,
        Head::Whole { end } => {
            if let Some(found) = within(buffer, end, seen) {
                return found;
            }
            if ends_line(buffer, end) {
                return Split::Frame { end };
            }
            if buffer.len() >= end
                && let Some(found) = beyond(buffer, end, seen)
            {
                return found;
            }
        }
    }
    if buffer.len() >= SHORTEST && buffer.ends_with(LINE_END) {
        return Split::Likely { end: buffer.len() };
    }
    Split::NeedMore
}

/// A frame with a right checksum inside what is claimed: the claim's own tail is lost.
fn within(buffer: &[u8], end: usize, seen: &mut Progress) -> Option<Split> {
    let mut open = None;
    for at in seen.scanned.max(1)..buffer.len().min(end) {
        match head(&buffer[at..]) {
            Head::Not => continue,
            Head::Incomplete => {}
            Head::Whole { end: length } if at + length > end => continue,
            Head::Whole { end: length } => {
                if starts_after_line(buffer, at) {
                    seen.boundary = seen.boundary.or(Some(at));
                }
                match buffer.get(at..at + length) {
                    Some(inner) if is_whole(inner) => {
                        return Some(match seen.boundary {
                            Some(end) => Split::Frame { end },
                            None => Split::Garbage { skip: at },
                        });
                    }
                    Some(_) => continue,
                    None => {}
                }
            }
        }
        // Not all here yet, so this place is looked at again.
        open = open.or(Some(at));
    }
    seen.scanned = open.unwrap_or(buffer.len().min(end));
    None
}

/// The declared length is a lie: the frame ends before the next head.
fn beyond(buffer: &[u8], end: usize, seen: &mut Progress) -> Option<Split> {
    let mut open = None;
    for at in seen.last_close.unwrap_or(1)..buffer.len() {
        if at > end.max(MAX_LYING) {
            return Some(Split::Garbage {
                skip: until_head(buffer, 1),
            });
        }
        match head(&buffer[at..]) {
            Head::Not => continue,
            Head::Incomplete => {}
            // A head after a line end is believed, unless an unfinished one stands before it.
            Head::Whole { .. } if open.is_none() && starts_after_line(buffer, at) => {
                return Some(Split::Frame { end: at });
            }
            Head::Whole { end: length } => match buffer.get(at..at + length) {
                Some(inner) if is_whole(inner) => return Some(Split::Garbage { skip: at }),
                Some(_) => continue,
                None => {}
            },
        }
        open = open.or(Some(at));
    }
    seen.last_close = Some(open.unwrap_or(buffer.len()));
    None
}

fn starts_after_line(buffer: &[u8], at: usize) -> bool {
    at >= SHORTEST && ends_line(buffer, at)
}

/// A frame taken apart, before its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// `7979` instead of `7878`.
    pub extended: bool,
    /// The type.
    pub kind: u8,
    /// Between type and serial.
    pub body: &'a [u8],
    /// Repeated in replies; frames with a lying length have none.
    pub serial: Option<u16>,
    /// The checksum is right.
    pub checked: bool,
}

/// Takes a frame apart; its line end may be missing.
pub fn take_apart(frame: &[u8]) -> Result<Frame<'_>, DecodeError> {
    let extended = match frame.get(..2) {
        Some([0x78, 0x78]) => false,
        Some([0x79, 0x79]) => true,
        _ => return Err(DecodeError::new(0, "no frame starts here")),
    };
    let content = frame.strip_suffix(LINE_END).unwrap_or(frame);
    let start = if extended { 4 } else { 3 };
    let (&kind, rest) = content
        .get(start..)
        .and_then(<[u8]>::split_first)
        .ok_or(DecodeError::new(content.len(), "cut short"))?;
    let declared = declared_end(frame).map(|end| end.saturating_sub(2));
    let checked = is_checked(frame);
    let tail = rest
        .len()
        .checked_sub(4)
        .filter(|_| checked || declared == Some(content.len()));
    Ok(Frame {
        extended,
        kind,
        body: rest.get(..tail.unwrap_or(rest.len())).unwrap_or_default(),
        serial: tail
            .and_then(|at| rest.get(at..at + 2))
            .map(|serial| u16::from_be_bytes([serial[0], serial[1]])),
        checked,
    })
}

enum Head {
    Not,
    Incomplete,
    /// With the first byte after the frame it declares.
    Whole {
        end: usize,
    },
}

fn head(buffer: &[u8]) -> Head {
    match buffer {
        [] | [0x78] | [0x79] | [0x78, 0x78] | [0x79, 0x79] | [0x79, 0x79, _] => Head::Incomplete,
        [0x78, 0x78, ..] | [0x79, 0x79, ..] => match declared_end(buffer) {
            Some(end) => Head::Whole { end },
            None => Head::Not,
        },
        _ => Head::Not,
    }
}

/// First byte after the frame its length declares; `None` when that is too long to be one.
fn declared_end(frame: &[u8]) -> Option<usize> {
    match frame {
        [0x78, 0x78, length, ..] => Some(5 + usize::from(*length)),
        [0x79, 0x79, high, low, ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            (length <= MAX_EXTENDED).then_some(6 + length)
        }
        _ => None,
    }
}

fn ends_line(buffer: &[u8], end: usize) -> bool {
    end >= SHORTEST && buffer.get(end - 2..end) == Some(LINE_END)
}

/// Whether a whole frame, line end included or not, has the checksum it should have.
fn is_checked(frame: &[u8]) -> bool {
    let content = frame.strip_suffix(LINE_END).unwrap_or(frame);
    match content.split_last_chunk::<2>() {
        Some((rest, crc)) if rest.len() >= 6 => {
            rest.get(2..).map(crc16_x25) == Some(u16::from_be_bytes(*crc))
        }
        _ => false,
    }
}

/// Whether a frame inside another is whole. Its line end is looked at first: a checksum at every place
/// of a long stream of heads would cost far more than the stream.
fn is_whole(inner: &[u8]) -> bool {
    inner.ends_with(LINE_END) && is_checked(inner)
}

/// Bytes to skip: at least `from`, up to the next place where a head may start.
fn until_head(buffer: &[u8], from: usize) -> usize {
    (from..buffer.len())
        .find(|&at| !matches!(head(&buffer[at..]), Head::Not))
        .unwrap_or(buffer.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gt06::encode::frame;
    use crate::reassembly::{Piece, Reassembly};

    fn pieces(bytes: &[u8]) -> Vec<Piece> {
        let mut stream = Reassembly::of(&crate::gt06::CODEC);
        stream.push(bytes);
        std::iter::from_fn(|| stream.next_piece().or_else(|| stream.finish())).collect()
    }

    #[test]
    fn a_scan_without_a_length_ends_before_the_next_head() {
        let scan = [
            b"\x78\x78\x00\x17",
            &[0x24, 1, 1, 0, 0, 0][..],
            b"\x00\r\x0a",
        ]
        .concat();
        let next = frame(false, 0x13, &[0x40, 6, 4, 0, 2], 7);
        let both = [&scan[..], &next].concat();
        assert_eq!(pieces(&both), [Piece::Frame(scan), Piece::Frame(next)]);
    }

    #[test]
    fn a_lost_tail_does_not_swallow_the_frame_behind_it() {
        let (first, next) = (
            frame(false, 0x12, &[1; 26], 7),
            frame(false, 0x26, &[2; 30], 8),
        );
        let cut = &first[..20];
        let both = [cut, &next].concat();
        assert_eq!(
            pieces(&both),
            [Piece::Junk(cut.to_vec()), Piece::Frame(next)]
        );
    }

    #[test]
    fn a_length_too_long_is_taken_when_nothing_follows() {
        let mut login = frame(false, 0x01, &[0; 8], 7);
        login[2] += 3;
        let mut seen = Progress::default();
        let end = login.len();
        assert_eq!(split(&login, &mut seen), Split::Likely { end });
        assert!(!take_apart(&login).expect("a frame").checked);
    }
}
