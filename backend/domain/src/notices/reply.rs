//! What somebody answers by text message.

use crate::words::words;

words! {
    /// What an offer's yes is known by.
    pub enum TokenKind {
        /// A few digits, typed on the phone that they were sent to.
        Code = "code",
        /// A long word in a link, for the app.
        Link = "link",
    }
}

/// An answer to an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Yes, to the offer with this code.
    Yes(String),
    /// No, to the offer with this code.
    No(String),
    /// None of ours.
    Unclear,
}

/// Digits of a code that is typed on a phone.
pub const CODE_DIGITS: usize = 4;

/// Reads an answer: `1 CODE` or `CODE` is yes, `2 CODE` is no. Full-width digits and any signs
/// between them are as good: phones of older people type those.
pub fn read(text: &str) -> Reply {
    let plain = text.chars().map(|sign| match sign {
        '０'..='９' => char::from_u32(u32::from(sign) - u32::from('０') + u32::from('0')),
        _ => Some(sign),
    });
    let plain: String = plain.flatten().collect();
    let mut numbers = plain
        .split(|sign: char| !sign.is_ascii_digit())
        .filter(|number| !number.is_empty());
    match (numbers.next(), numbers.next(), numbers.next()) {
        (Some(code), None, None) if code.len() == CODE_DIGITS => Reply::Yes(code.to_owned()),
        (Some("1"), Some(code), None) if code.len() == CODE_DIGITS => Reply::Yes(code.to_owned()),
        (Some("2"), Some(code), None) if code.len() == CODE_DIGITS => Reply::No(code.to_owned()),
        (Some(joined), None, None) if joined.len() == CODE_DIGITS + 1 => match joined.split_at(1) {
            ("1", code) => Reply::Yes(code.to_owned()),
            ("2", code) => Reply::No(code.to_owned()),
            _ => Reply::Unclear,
        },
        _ => Reply::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_it_is_typed_a_yes_is_a_yes() {
        let yes = Reply::Yes("4827".to_owned());
        for text in [
            "1 4827",
            "4827",
            " 14827 ",
            "１　４８２７",
            "1，4827。",
            "回1 4827去",
        ] {
            assert_eq!(read(text), yes, "{text}");
        }
        assert_eq!(read("2 4827"), Reply::No("4827".to_owned()));
        for text in [
            "", "1", "好的", "3 4827", "1 4827 9", "482", "94827", "1 48 27",
        ] {
            assert_eq!(read(text), Reply::Unclear, "{text}");
        }
    }
}
