//! Gateways for text messages and calls: `[[gateways]]` in the file.

use domain::notices::Channel;
use serde::{Deserialize, Serialize};

use super::{ConfigError, MASK};

/// Shortest key: 128 bits as hexadecimal digits.
const KEY_LENGTH: usize = 32;

/// A provider of one channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// What it is called, in our paths and in receipts.
    pub name: String,
    /// `sms` or `voice`.
    pub channel: Channel,
    /// Where messages are posted.
    pub url: String,
    /// Signs both ways.
    pub key: String,
    /// Lower is asked first.
    #[serde(default)]
    pub order: u16,
    /// Seconds until the next one is asked.
    #[serde(default = "timeout")]
    pub timeout_s: u16,
}

fn timeout() -> u16 {
    3
}

impl Gateway {
    /// Checks all gateways.
    ///
    /// # Errors
    /// A name, channel, address or key that cannot be used.
    pub(super) fn check(all: &[Self]) -> Result<(), ConfigError> {
        let wrong = |what: &str| Err(ConfigError::Value(format!("gateways: {what}")));
        for (index, gateway) in all.iter().enumerate() {
            let name = &gateway.name;
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if name.is_empty() || name.len() > 32 || !name.chars().all(is_plain) {
                return wrong("a name has 1 to 32 of a-z, 0-9 and -");
            }
            if all[..index].iter().any(|other| other.name == *name) {
                return wrong("a name stands twice");
            }
            if !matches!(gateway.channel, Channel::Sms | Channel::Voice) {
                return wrong("channel is sms or voice");
            }
            if !gateway.url.starts_with("https://") && !gateway.url.starts_with("http://") {
                return wrong("url begins with https:// or http://");
            }
            if gateway.key.len() < KEY_LENGTH {
                return wrong("a key has at least 32 characters");
            }
            if !(1..=30).contains(&gateway.timeout_s) {
                return wrong("timeout_s is 1 to 30");
            }
        }
        Ok(())
    }

    /// The same without its key.
    pub(super) fn masked(&self) -> Self {
        Self {
            key: MASK.to_owned(),
            url: super::mask_userinfo(&self.url),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_that_could_not_work_is_refused() {
        let good = Gateway {
            name: "first".to_owned(),
            channel: Channel::Sms,
            url: "https://sms.example/messages".to_owned(),
            key: "k".repeat(32),
            order: 0,
            timeout_s: 3,
        };
        assert!(Gateway::check(std::slice::from_ref(&good)).is_ok());
        assert!(Gateway::check(&[good.clone(), good.clone()]).is_err());
        let changes: [fn(&mut Gateway); 5] = [
            |it| it.name = "A/b".to_owned(),
            |it| it.channel = Channel::Push,
            |it| it.url = "ftp://x".to_owned(),
            |it| it.key = "short".to_owned(),
            |it| it.timeout_s = 0,
        ];
        for change in changes {
            let mut bad = good.clone();
            change(&mut bad);
            assert!(Gateway::check(&[bad]).is_err());
        }
        assert!(!format!("{:?}", good.masked()).contains("kkk"));
    }
}
