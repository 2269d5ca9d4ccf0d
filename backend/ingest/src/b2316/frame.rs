//! Finds frames: JSON objects. One that starts as devices write it, `{"imei"`, inside another shows
//! that the other lost its end: in a string its quotes would be escaped.

use crate::protocol::{Progress, Split};

const START: &[u8] = b"{\"imei\"";
/// The longest object that is waited for.
const MAX_FRAME: usize = 16 * 1024;

/// Where a scan is: how deep, in a string, behind an escape. Kept as one number between reads.
#[derive(Clone, Copy, Default)]
struct State {
    depth: usize,
    is_string: bool,
    is_escaped: bool,
}

impl State {
    fn of(kept: Option<usize>) -> Self {
        let kept = kept.unwrap_or(0);
        Self {
            depth: kept >> 2,
            is_string: kept & 1 == 1,
            is_escaped: kept & 2 == 2,
        }
    }

    fn kept(self) -> Option<usize> {
        Some(self.depth << 2 | usize::from(self.is_escaped) << 1 | usize::from(self.is_string))
    }

    fn take(&mut self, byte: u8) {
        match (self.is_string, byte) {
            (true, _) if self.is_escaped => self.is_escaped = false,
            (true, b'\\') => self.is_escaped = true,
            (_, b'"') => self.is_string = !self.is_string,
            (false, b'{') => self.depth += 1,
            (false, b'}') => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    match buffer.first() {
        None => return Split::NeedMore,
        Some(b'{') => {}
        Some(_) => {
            let skip = buffer.iter().position(|byte| *byte == b'{');
            return Split::Garbage {
                skip: skip.unwrap_or(buffer.len()),
            };
        }
    }
    let mut state = State::of(seen.boundary);
    let mut at = seen.scanned;
    while let Some(&byte) = buffer.get(at) {
        if at > MAX_FRAME {
            return Split::Garbage { skip: at };
        }
        if byte == b'{' && at > 0 {
            let rest = &buffer[at..buffer.len().min(at + START.len())];
            if rest == START {
                return Split::Garbage { skip: at };
            }
            if START.starts_with(rest) {
                break;
            }
        }
        state.take(byte);
        at += 1;
        if state.depth == 0 {
            return Split::Frame { end: at };
        }
    }
    seen.scanned = at;
    seen.boundary = state.kept();
    Split::NeedMore
}
