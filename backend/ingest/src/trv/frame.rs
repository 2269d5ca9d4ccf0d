//! Finds frames: vendor (`IW`, `TRV`), type (`AP01`), content, `#`.
//!
//! The first `#` ends a frame at once, so that no alarm waits. The name of a wireless network may hold
//! one; then the names behind it are junk, which loses nothing: they come last.

use crate::protocol::{Progress, Split};

/// The longest content that is waited for.
const MAX_FRAME: usize = 4096;
/// Vendor and type.
const HEAD: usize = 7;

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    match head(buffer) {
        Head::Incomplete => return Split::NeedMore,
        Head::Not => {
            return Split::Garbage {
                skip: until_head(buffer),
            };
        }
        Head::Whole(_) => {}
    }
    let mut at = seen.scanned.max(HEAD - 1);
    while let Some(&byte) = buffer.get(at) {
        if byte == b'#' {
            return Split::Frame { end: at + 1 };
        }
        match head(&buffer[at..]) {
            // A frame that lost its end: cut it where the next one starts.
            Head::Whole(_) => return Split::Garbage { skip: at },
            Head::Incomplete => break,
            Head::Not => at += 1,
        }
        if at > MAX_FRAME {
            return Split::Garbage {
                skip: until_head(buffer),
            };
        }
    }
    seen.scanned = at;
    Split::NeedMore
}

/// What stands at the head of some bytes.
pub(super) enum Head {
    /// No frame.
    Not,
    /// All of it fits so far.
    Incomplete,
    /// With the length of the vendor.
    Whole(usize),
}

/// Looks for vendor and type.
pub(super) fn head(bytes: &[u8]) -> Head {
    let vendor = if bytes.starts_with(b"TRV") { 3 } else { 2 };
    if bytes.len() < 3 && b"TRV".starts_with(bytes) {
        return Head::Incomplete;
    }
    for at in 0..vendor + 4 {
        let fits = match at {
            _ if at < vendor => u8::is_ascii_uppercase,
            _ if at == vendor => u8::is_ascii_uppercase,
            _ if at == vendor + 1 => |byte: &u8| *byte == b'P',
            _ => |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        };
        match bytes.get(at) {
            None => return Head::Incomplete,
            Some(byte) if !fits(byte) => return Head::Not,
            Some(_) => {}
        }
    }
    // Two letters are a vendor only for this family, or any text would be a frame.
    if vendor == 2 && !bytes.starts_with(b"IW") {
        return Head::Not;
    }
    Head::Whole(vendor)
}

fn until_head(buffer: &[u8]) -> usize {
    (1..buffer.len())
        .find(|&at| !matches!(head(&buffer[at..]), Head::Not))
        .unwrap_or(buffer.len().max(1))
}
