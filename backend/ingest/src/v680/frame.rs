//! Finds frames: from `#` and an IMEI to `##`, which an empty field writes as well.
//!
//! `##` ends a frame behind a date and a time, and before the `#` of a next frame; before any other
//! byte it is an empty field; where nothing follows it is likely an end, and so is a date and a time.

use crate::protocol::{Progress, Split};

const END: &[u8; 2] = b"##";
/// Digits of the shortest IMEI.
const MIN_DIGITS: usize = 15;
/// The longest frame that is waited for.
const MAX_FRAME: usize = 4096;

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    match head(buffer) {
        Some(true) => {}
        Some(false) => {
            let next = (1..buffer.len()).find(|&at| head(&buffer[at..]) != Some(false));
            return Split::Garbage {
                skip: next.unwrap_or(buffer.len().max(1)),
            };
        }
        None => return Split::NeedMore,
    }
    let mut at = seen.scanned.max(1 + MIN_DIGITS);
    while at < buffer.len() {
        if at > MAX_FRAME {
            return Split::Garbage { skip: 1 };
        }
        if buffer[at] != b'#' {
            at += 1;
            continue;
        }
        let end = at + END.len();
        match (buffer[at..].starts_with(END), buffer.get(end)) {
            // A single mark between fields, unless a next frame starts with it.
            (false, _) if at + 1 < buffer.len() => match head(&buffer[at..]) {
                // The user's name may be a long number too.
                Some(true) if at > 1 + 2 * MIN_DIGITS => return Split::Garbage { skip: at },
                Some(_) => at += 1,
                None => break,
            },
            (false, _) => break,
            (true, _) if ends_with_moment(&buffer[..at]) => return Split::Frame { end },
            (true, Some(b'#')) => return Split::Frame { end },
            (true, Some(_)) => at = end,
            (true, None) => {
                seen.scanned = at;
                return Split::Likely { end };
            }
        }
    }
    seen.scanned = at;
    // Datagrams may end without the mark.
    match ends_with_moment(buffer) {
        true => Split::Likely { end: buffer.len() },
        false => Split::NeedMore,
    }
}

/// Whether `#` and an IMEI stand at the head; `None` when more must come to say so.
fn head(bytes: &[u8]) -> Option<bool> {
    let rest = match bytes.split_first() {
        None => return None,
        Some((b'#', rest)) => rest,
        Some(_) => return Some(false),
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match rest.get(digits) {
        Some(b'#') => Some((MIN_DIGITS..=MIN_DIGITS + 2).contains(&digits)),
        None if digits <= MIN_DIGITS + 2 => None,
        _ => Some(false),
    }
}

/// Whether the last fields are `ddmmyy` and `hhmmss`, with or without a fraction.
fn ends_with_moment(frame: &[u8]) -> bool {
    let mut fields = frame.rsplit(|byte| *byte == b'#');
    let mut is_next = |has_fraction: bool| {
        let field = fields.next().unwrap_or_default();
        let (digits, fraction) = field.split_at(field.len().min(6));
        digits.len() == 6
            && digits.iter().all(u8::is_ascii_digit)
            && (fraction.is_empty() || (has_fraction && fraction.starts_with(b".")))
    };
    is_next(true) && is_next(false)
}
