//! Finds frames: `$$`, the length from the first comma to the star, content, `*` and two digits.
//!
//! The star where the length says is the proof; a length without it is not believed.

use crate::framing::{Checked, Head, checked};
use crate::protocol::{Progress, Split};

const MARK: &[u8; 2] = b"$$";
/// Digits of a length.
const MAX_DIGITS: usize = 4;
/// Star and two digits.
const TAIL: usize = 3;

/// Finds the next frame at the head of `buffer`.
pub fn split(buffer: &[u8], seen: &mut Progress) -> Split {
    checked(buffer, seen, Checked { head, is_right })
}

fn head(bytes: &[u8]) -> Head {
    let Some(rest) = bytes.strip_prefix(MARK) else {
        return match MARK.starts_with(bytes) {
            true => Head::Incomplete,
            false => Head::Not,
        };
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match rest.get(digits) {
        None if digits <= MAX_DIGITS => Head::Incomplete,
        Some(b',') if (1..=MAX_DIGITS).contains(&digits) => {
            let length = rest[..digits]
                .iter()
                .fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
            Head::Whole {
                end: MARK.len() + digits + length + TAIL,
            }
        }
        _ => Head::Not,
    }
}

fn is_right(frame: &[u8]) -> bool {
    match frame.split_last_chunk::<TAIL>() {
        Some((_, [b'*', high, low])) => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        _ => false,
    }
}
