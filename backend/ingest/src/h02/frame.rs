//! Finds frames: `*…#`, or `$` and 32, 42, 45 or 46 bytes, which nothing declares.
//!
//! All that counts in a binary frame stands in its first 32 bytes (42 with a long id), so what is
//! cut off by a wrong guess is junk and loses nothing.

use crate::framing::{Marked, marked};
use crate::protocol::{Progress, Split};

const TEXT: Marked = Marked {
    starts: b"*",
    end: b'#',
    longest: 1024,
};
/// Lengths of binary frames.
const LENGTHS: [usize; 4] = [32, 42, 45, 46];

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    match buffer.first() {
        None => Split::NeedMore,
        Some(b'*') => marked(buffer, seen, TEXT),
        Some(b'$') => binary(buffer),
        Some(_) => {
            let skip = buffer.iter().position(is_start).unwrap_or(buffer.len());
            Split::Garbage { skip }
        }
    }
}

fn binary(buffer: &[u8]) -> Split {
    let followed = |end: &usize| buffer.get(*end).is_some_and(is_start);
    if let Some(end) = LENGTHS.into_iter().find(followed) {
        return Split::Frame { end };
    }
    if buffer.len() > LENGTHS[3] {
        return Split::Frame { end: LENGTHS[0] };
    }
    match LENGTHS.into_iter().rev().find(|end| *end <= buffer.len()) {
        Some(end) => Split::Likely { end },
        None => Split::NeedMore,
    }
}

fn is_start(byte: &u8) -> bool {
    matches!(byte, b'*' | b'$')
}
