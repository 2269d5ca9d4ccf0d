//! What a device is told to do, whatever the wire.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::words::words;

/// A number a device may call: digits, with or without a plus in front.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DialledNumber(String);

impl DialledNumber {
    /// Reads a number; `None` unless it is 3 to 20 digits behind an optional plus.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let fits = (3..=20).contains(&digits.len());
        (fits && digits.bytes().all(|b| b.is_ascii_digit())).then(|| Self(text.to_owned()))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DialledNumber {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a number to call")
    }
}

impl From<DialledNumber> for String {
    fn from(number: DialledNumber) -> Self {
        number.0
    }
}

/// A command. Not every protocol has a way to say each of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Ring or beep, so that the device is found.
    Ring,
    /// Send a position now.
    Locate,
    /// Call this number.
    CallBack {
        /// Who is called.
        number: DialledNumber,
    },
    /// Take this number as the centre's.
    SetCentre {
        /// The centre.
        number: DialledNumber,
    },
    /// Send positions this often.
    UploadEvery {
        /// Seconds between them.
        seconds: u32,
    },
    /// Say or show this to the resident.
    Speak {
        /// Plain text.
        text: String,
    },
}

words! {
    /// Which command, without what belongs to it.
    pub enum CommandKind {
        /// Ring or beep.
        Ring = "ring",
        /// Send a position now.
        Locate = "locate",
        /// Call a number.
        CallBack = "call_back",
        /// Take a number as the centre's.
        SetCentre = "set_centre",
        /// Send positions at an interval.
        UploadEvery = "upload_every",
        /// Say or show a text.
        Speak = "speak",
    }
}

impl Command {
    /// Which it is.
    pub fn kind(&self) -> CommandKind {
        match self {
            Self::Ring => CommandKind::Ring,
            Self::Locate => CommandKind::Locate,
            Self::CallBack { .. } => CommandKind::CallBack,
            Self::SetCentre { .. } => CommandKind::SetCentre,
            Self::UploadEvery { .. } => CommandKind::UploadEvery,
            Self::Speak { .. } => CommandKind::Speak,
        }
    }
}

impl CommandKind {
    /// Changes the device and says nothing to its wearer, nor anything about them.
    pub fn is_setting(self) -> bool {
        matches!(self, Self::SetCentre | Self::UploadEvery)
    }

    /// How long it is worth sending when nobody says otherwise: a ring in an hour startles, a
    /// setting is right whenever the device comes.
    pub fn usual_life(self) -> TimeDelta {
        if self.is_setting() {
            TimeDelta::days(7)
        } else {
            TimeDelta::minutes(10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_holds_nothing_that_could_end_a_frame() {
        for text in ["110", "13900000001", "+8613900000001"] {
            assert_eq!(DialledNumber::parse(text).expect(text).as_str(), text);
        }
        for text in [
            "",
            "+",
            "12",
            "1,2,3",
            "1]23",
            "123#",
            "１２３",
            "123456789012345678901",
        ] {
            assert_eq!(DialledNumber::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_command_survives_storage_and_a_forged_number_does_not() {
        let number = DialledNumber::parse("13900000001").expect("a number");
        let command = Command::CallBack { number };
        let text = serde_json::to_string(&command).expect("JSON");
        assert_eq!(text, r#"{"command":"call_back","number":"13900000001"}"#);
        assert_eq!(
            serde_json::from_str::<Command>(&text).expect("a command"),
            command
        );
        let forged = text.replace("139", "1]3");
        assert!(serde_json::from_str::<Command>(&forged).is_err());
    }
}
