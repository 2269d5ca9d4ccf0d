//! Chinese numerals for texts that are said aloud.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const PLACES: [(u32, &str); 4] = [(1000, "千"), (100, "百"), (10, "十"), (1, "")];

/// An amount before a measure word: 两, 十二, 一百零五. Above 9999 digit by digit.
pub(crate) fn quantity(number: u32) -> String {
    match number {
        0 => DIGITS[0].to_string(),
        2 => "两".to_owned(),
        3..=9999 | 1 => below_ten_thousand(number),
        _ => digits(&number.to_string()),
    }
}

/// Every Arabic digit as the character it is read as: telephone numbers, identifiers.
pub(crate) fn digits(text: &str) -> String {
    text.chars()
        .map(|c| {
            c.to_digit(10)
                .and_then(|d| DIGITS.get(d as usize))
                .copied()
                .unwrap_or(c)
        })
        .collect()
}

fn below_ten_thousand(number: u32) -> String {
    let mut said = String::new();
    let mut gap = false;
    for (place, name) in PLACES {
        let digit = number / place % 10;
        if digit == 0 {
            gap = !said.is_empty();
            continue;
        }
        if gap {
            said.push(DIGITS[0]);
            gap = false;
        }
        // 十二, not 一十二; but 一百一十.
        if !(place == 10 && digit == 1 && said.is_empty()) {
            said.push(DIGITS[digit as usize]);
        }
        said.push_str(name);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        let table = [
            (0, "零"),
            (1, "一"),
            (2, "两"),
            (9, "九"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (35, "三十五"),
            (100, "一百"),
            (105, "一百零五"),
            (110, "一百一十"),
            (180, "一百八十"),
            (1000, "一千"),
            (1005, "一千零五"),
            (1050, "一千零五十"),
            (1500, "一千五百"),
            (9999, "九千九百九十九"),
            (12345, "一二三四五"),
        ];
        for (number, said) in table {
            assert_eq!(quantity(number), said, "{number}");
        }
    }

    #[test]
    fn a_telephone_number_is_read_digit_by_digit() {
        assert_eq!(digits("请打120。"), "请打一二零。");
    }
}
