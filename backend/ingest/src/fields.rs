//! Fields of text protocols: numbers that are none are `None`, never an error.

/// A number of a field; `None` when it is none.
pub fn number(text: &str) -> Option<f64> {
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'));
    text.parse()
        .ok()
        .filter(|value: &f64| plain && value.is_finite())
}

/// A percentage of a field.
pub fn percent(text: &str) -> Option<u8> {
    text.parse().ok().filter(|value| *value <= 100)
}

/// A run of one to nine decimal digits and nothing else.
pub fn digits(text: &str) -> Option<u32> {
    let plain = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// Pairs of digits such as `240131` as numbers; `None` unless there are exactly `N` pairs.
pub fn pairs<const N: usize>(text: &str) -> Option<[u32; N]> {
    if text.len() != 2 * N || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut out = [0; N];
    for (slot, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *slot = u32::from(pair[0] - b'0') * 10 + u32::from(pair[1] - b'0');
    }
    Some(out)
}

/// A frame as text without line ends; bytes that are no UTF-8 are the caller's error.
pub fn text(frame: &[u8]) -> Option<&str> {
    std::str::from_utf8(frame).ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_none() {
        assert_eq!(number("-3.5"), Some(-3.5));
        for text in ["", "x", "NaN", "inf", "1e400", "--1", " 1"] {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!(
            (percent("100"), percent("101"), percent("")),
            (Some(100), None, None)
        );
        assert_eq!(
            (digits("007"), digits("+7"), digits("")),
            (Some(7), None, None)
        );
    }

    #[test]
    fn pairs_are_exact() {
        assert_eq!(pairs("240131"), Some([24, 1, 31]));
        for text in ["24013", "2401311", "24o131", "24年1"] {
            assert_eq!(pairs::<3>(text), None, "{text}");
        }
    }
}
