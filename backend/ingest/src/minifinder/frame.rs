//! Finds frames: from `!` to `;`.

use crate::framing::{Marked, marked};
use crate::protocol::{Progress, Split};

const SHAPE: Marked = Marked {
    starts: b"!",
    end: b';',
    longest: 1024,
};

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    marked(buffer, seen, SHAPE)
}
