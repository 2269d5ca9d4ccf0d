//! Telephone numbers of accounts.

/// A number in international form, as `+8613800000000`.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

/// Not a number anybody could be rung up under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a telephone number has 5 to 15 digits")]
pub struct NotAPhoneNumber;

impl PhoneNumber {
    /// Reads a number as people write it; one of eleven digits that begins with 1 is a Chinese
    /// mobile number without its country.
    ///
    /// # Errors
    /// [`NotAPhoneNumber`].
    pub fn parse(text: &str) -> Result<Self, NotAPhoneNumber> {
        let plain: String = text
            .chars()
            .filter(|sign| !matches!(sign, ' ' | '-' | '(' | ')' | '.'))
            .collect();
        let (abroad, digits) = match plain.strip_prefix('+').or(plain.strip_prefix("00")) {
            Some(rest) => (true, rest),
            None => (false, plain.as_str()),
        };
        let is_number =
            (5..=15).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
        if !is_number {
            return Err(NotAPhoneNumber);
        }
        Ok(Self(match (abroad, digits) {
            (true, _) => format!("+{digits}"),
            (false, mobile) if mobile.len() == 11 && mobile.starts_with('1') => {
                format!("+86{mobile}")
            }
            (false, local) => local.to_owned(),
        }))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What may be shown of it.
    pub fn masked(&self) -> String {
        let tail = self.0.len().saturating_sub(4);
        format!("***{}", &self.0[tail..])
    }
}

impl std::fmt::Debug for PhoneNumber {
    /// Without the number: it names a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PhoneNumber")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_however_it_is_written() {
        for text in ["13800000001", "+86 138-0000-0001", "0086 138 0000 0001"] {
            let number = PhoneNumber::parse(text).expect(text);
            assert_eq!(number.as_str(), "+8613800000001");
            assert_eq!(number.masked(), "***0001");
        }
        for text in ["", "110", "1380000000a", "+1234567890123456"] {
            assert!(PhoneNumber::parse(text).is_err(), "{text}");
        }
    }
}
