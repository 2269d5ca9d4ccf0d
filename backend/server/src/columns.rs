//! Columns of a terminal: a hanzi is two cells wide.

/// Cells a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars()
        .map(|letter| if is_wide(letter) { 2 } else { 1 })
        .sum()
}

/// The text with blanks behind it up to a width.
pub(crate) fn left(text: &str, cells: usize) -> String {
    format!("{text}{}", " ".repeat(cells.saturating_sub(width(text))))
}

/// The text with blanks before it up to a width.
pub(crate) fn right(text: &str, cells: usize) -> String {
    format!("{}{text}", " ".repeat(cells.saturating_sub(width(text))))
}

/// A number with commas between thousands.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// CJK punctuation, kana, hanzi and full-width forms (Unicode East Asian Width W and F, roughly).
fn is_wide(letter: char) -> bool {
    matches!(
        u32::from(letter),
        0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hanzi_count_twice() {
        assert_eq!(width("收到数据"), 8);
        assert_eq!(left("收到", 6), "收到  ");
        assert_eq!(right("ms", 5), "   ms");
        assert_eq!(left("longer than wide", 3), "longer than wide");
    }

    #[test]
    fn thousands_are_told_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (3_397, "3,397"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(thousands(number), text);
        }
    }
}
