//! Where words are shown, and what may be shown there.

use serde::{Deserialize, Serialize};

/// Where a rendition is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// After signing in: everything the person may know.
    Console,
    /// A lock screen: no name, no kind of alarm, no outcome.
    Push,
    /// A text message: as discreet as a push, signed, and short enough for one message.
    Sms,
    /// A telephone call: as discreet as a push, because anybody may pick up, and said aloud.
    Voice,
}

impl Channel {
    /// Every channel.
    pub const ALL: &'static [Self] = &[Self::Console, Self::Push, Self::Sms, Self::Voice];

    /// Which part of a notice is its body here.
    pub(crate) const fn body_part(self) -> &'static str {
        match self {
            Self::Console => "body",
            Self::Push | Self::Sms | Self::Voice => "discreet",
        }
    }
}

impl From<domain::notices::Channel> for Channel {
    fn from(channel: domain::notices::Channel) -> Self {
        match channel {
            domain::notices::Channel::Push => Self::Push,
            domain::notices::Channel::Console => Self::Console,
            domain::notices::Channel::Sms => Self::Sms,
            domain::notices::Channel::Voice => Self::Voice,
        }
    }
}

/// Whether a text fits one text message: 70 UTF-16 units, or 160 in the basic GSM alphabet.
pub(crate) fn fits_one_sms(text: &str) -> bool {
    let basic = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || " .,:;?!'()-/%&+=\"".contains(c));
    text.encode_utf16().count() <= if basic { 160 } else { 70 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_chinese_character_shortens_the_whole_message() {
        assert!(fits_one_sms(&"a".repeat(160)));
        assert!(!fits_one_sms(&"a".repeat(161)));
        assert!(fits_one_sms(&"安".repeat(70)));
        assert!(!fits_one_sms(&format!("{}安", "a".repeat(70))));
    }
}
