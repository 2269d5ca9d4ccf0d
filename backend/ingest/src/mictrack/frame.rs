//! Finds frames: lines. Many devices end none: then a frame ends where the next report starts, or
//! when nothing more comes.

use crate::protocol::{Progress, Split};

const REPORT: &[u8; 3] = b"MT;";
/// The longest line that is waited for.
const MAX_FRAME: usize = 4096;

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    match buffer.first() {
        None => return Split::NeedMore,
        Some(byte) if is_start(*byte) => {}
        Some(_) => {
            let skip = buffer.iter().position(|byte| is_start(*byte));
            return Split::Garbage {
                skip: skip.unwrap_or(buffer.len()),
            };
        }
    }
    let mut at = seen.scanned.max(1);
    while let Some(&byte) = buffer.get(at) {
        if at > MAX_FRAME {
            return Split::Garbage { skip: at };
        }
        if byte == b'\n' {
            return Split::Frame { end: at + 1 };
        }
        let rest = &buffer[at..buffer.len().min(at + REPORT.len())];
        if rest == REPORT {
            return Split::Frame { end: at };
        }
        if REPORT.starts_with(rest) {
            break;
        }
        at += 1;
    }
    seen.scanned = at;
    Split::Likely { end: buffer.len() }
}

/// Reports start with a letter, other lines with an IMEI or a letter.
fn is_start(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}
