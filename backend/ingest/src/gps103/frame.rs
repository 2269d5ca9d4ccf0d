//! Finds frames: `##,imei:…;`, `imei:…;`, a bare IMEI and `;`. Line ends and, in one form, `*` end
//! them as well.

use crate::protocol::{Progress, Split};

/// The longest frame that is waited for; pictures come in such pieces.
const LONGEST: usize = 4096;
const MARK: &[u8] = b"imei:";

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    match buffer.first() {
        None => return Split::NeedMore,
        Some(byte) if is_start(*byte) => {}
        Some(_) => {
            let found = buffer.iter().position(|byte| is_start(*byte));
            return Split::Garbage {
                skip: found.unwrap_or(buffer.len()),
            };
        }
    }
    for at in seen.scanned.max(1)..buffer.len().min(LONGEST) {
        match buffer[at] {
            b';' => return Split::Frame { end: at + 1 },
            b'\r' | b'\n' => return Split::Frame { end: at },
            b'*' => match buffer.get(at + 1) {
                None => {
                    seen.scanned = at;
                    return Split::Likely { end: at + 1 };
                }
                Some(b';') => {}
                Some(_) => return Split::Frame { end: at + 1 },
            },
            // A head where none belongs: the end of this frame is lost.
            b'#' if buffer[at - 1] == b'#' && at > 1 => return Split::Garbage { skip: at - 1 },
            b':' if restarts(buffer, at) => return Split::Garbage { skip: at - 4 },
            _ => {}
        }
    }
    if buffer.len() > LONGEST {
        return Split::Garbage { skip: LONGEST };
    }
    seen.scanned = buffer.len();
    Split::NeedMore
}

/// Whether the `:` at `at` ends an `imei:` that starts another frame: in this one it stands first,
/// behind `##,` or behind a bare IMEI.
fn restarts(buffer: &[u8], at: usize) -> bool {
    let Some(start) = (at + 1).checked_sub(MARK.len()) else {
        return false;
    };
    let before = &buffer[..start];
    let belongs = before.is_empty() || before == b"##," || before.iter().all(u8::is_ascii_digit);
    buffer[start..].starts_with(MARK) && !belongs
}

fn is_start(byte: u8) -> bool {
    byte == b'#' || byte == b'i' || byte.is_ascii_digit()
}
