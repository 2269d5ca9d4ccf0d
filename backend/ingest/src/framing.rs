//! Splitting that several protocols share.

use crate::protocol::{Progress, Split};

/// What stands at the head of some bytes of a protocol that declares lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// No frame starts here.
    Not,
    /// All of it fits so far.
    Incomplete,
    /// A head that declares its frame.
    Whole {
        /// First byte after the frame.
        end: usize,
    },
}

/// How frames with a declared length and a checksum look.
#[derive(Clone, Copy, Debug)]
pub struct Checked {
    /// Reads a head; must not look further than a few bytes, and must limit the length.
    pub head: fn(&[u8]) -> Head,
    /// Whether a whole frame has the checksum it should have.
    pub is_right: fn(&[u8]) -> bool,
}

/// Finds the next frame by its declared length.
///
/// A frame with a right checksum inside what another one claims is never swallowed: the claim lost
/// its tail, and an alarm may stand behind it. A frame with a wrong checksum is only likely one.
/// Every place is looked at twice at most, unless an unfinished head stands before it.
pub fn checked(buffer: &[u8], seen: &mut Progress, shape: Checked) -> Split {
    let end = match (shape.head)(buffer) {
        Head::Not => {
            return Split::Garbage {
                skip: until_head(buffer, shape),
            };
        }
        Head::Incomplete => return Split::NeedMore,
        Head::Whole { end } => end,
    };
    let limit = buffer.len().min(end);
    if let Some(skip) = inner(buffer, (1, limit), end, &mut seen.scanned, shape) {
        return Split::Garbage { skip };
    }
    let Some(frame) = buffer.get(..end) else {
        return Split::NeedMore;
    };
    if (shape.is_right)(frame) {
        return Split::Frame { end };
    }
    let mut cursor = seen.last_close.unwrap_or(0);
    let found = inner(buffer, (1, limit), usize::MAX, &mut cursor, shape);
    seen.last_close = Some(cursor);
    match found {
        Some(skip) => Split::Garbage { skip },
        None => Split::Likely { end },
    }
}

/// The first place of `range` where a whole frame with a right checksum starts that ends by `last`.
fn inner(
    buffer: &[u8],
    (from, to): (usize, usize),
    last: usize,
    cursor: &mut usize,
    shape: Checked,
) -> Option<usize> {
    let mut open = None;
    for at in (*cursor).max(from)..to {
        match (shape.head)(&buffer[at..]) {
            Head::Not => continue,
            Head::Incomplete => {}
            Head::Whole { end } if at.saturating_add(end) > last => continue,
            Head::Whole { end } => match buffer.get(at..at + end) {
                Some(frame) if (shape.is_right)(frame) => return Some(at),
                Some(_) => continue,
                None => {}
            },
        }
        // Not all here yet, so this place is looked at again.
        open = open.or(Some(at));
    }
    *cursor = open.unwrap_or(to.max(*cursor));
    None
}

fn until_head(buffer: &[u8], shape: Checked) -> usize {
    (1..buffer.len())
        .find(|&at| !matches!((shape.head)(&buffer[at..]), Head::Not))
        .unwrap_or(buffer.len().max(1))
}

/// Whether no other frame starts in a whole one and reaches beyond its end: for protocols without a
/// checksum, where that is what a lost tail looks like.
pub fn stands_alone(frame: &[u8], head: fn(&[u8]) -> Head) -> bool {
    let reaches_out = |at: usize| match head(&frame[at..]) {
        Head::Whole { end } => at.saturating_add(end) > frame.len(),
        Head::Not | Head::Incomplete => false,
    };
    matches!(head(frame), Head::Whole { .. }) && !(1..frame.len()).any(reaches_out)
}

/// How frames between two marks look.
#[derive(Clone, Copy, Debug)]
pub struct Marked {
    /// Bytes a frame may start with; none of them stands inside one.
    pub starts: &'static [u8],
    /// The byte that ends it.
    pub end: u8,
    /// The longest frame that is waited for.
    pub longest: usize,
}

/// Finds the next frame between two marks; a start inside one means that its end is lost.
pub fn marked(buffer: &[u8], seen: &mut Progress, shape: Marked) -> Split {
    let is_start = |byte: &u8| shape.starts.contains(byte);
    match buffer.first() {
        None => return Split::NeedMore,
        Some(byte) if is_start(byte) => {}
        Some(_) => {
            let skip = buffer.iter().position(is_start).unwrap_or(buffer.len());
            return Split::Garbage { skip };
        }
    }
    let from = seen.scanned.max(1);
    let looked = buffer.len().min(shape.longest);
    let rest = buffer.get(from..looked).unwrap_or_default();
    let stops = |byte: &u8| *byte == shape.end || is_start(byte);
    match rest.iter().position(stops).map(|at| from + at) {
        Some(at) if buffer[at] == shape.end => Split::Frame { end: at + 1 },
        Some(at) => Split::Garbage { skip: at },
        None if buffer.len() > shape.longest => Split::Garbage {
            skip: looked.max(1),
        },
        None => {
            seen.scanned = looked.max(from);
            Split::NeedMore
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: Marked = Marked {
        starts: b"!",
        end: b';',
        longest: 8,
    };

    #[test]
    fn marks_end_restart_and_limit() {
        let once = |bytes: &[u8]| marked(bytes, &mut Progress::default(), TEXT);
        assert_eq!(once(b"!a;!b;"), Split::Frame { end: 3 });
        assert_eq!(once(b"!a!b;"), Split::Garbage { skip: 2 });
        assert_eq!(once(b"xx!b;"), Split::Garbage { skip: 2 });
        assert_eq!(once(b"!abc"), Split::NeedMore);
        assert_eq!(once(b"!abcdefgh"), Split::Garbage { skip: 8 });
    }
}
