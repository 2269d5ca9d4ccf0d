//! Event keys: what makes a repeat a repeat.

use domain::devices::{Alarm, DeviceEvent, EventKey};
use domain::time::Timestamp;
use sha2::{Digest, Sha256};

/// The key of an event: an alarm's reasons and the device's own clock, so that it stays the same
/// when it is sent again under another serial, packet type, position or battery; where the clock
/// is missing, kind and reasons, which the receiver limits to a window of time; for the rest, what
/// it says.
pub fn of(event: &DeviceEvent, content: &[u8]) -> EventKey {
    match (event.is_alarm, event.device_time) {
        (true, Some(at)) => of_alarm(at, &event.alarms),
        (true, None) => {
            let mut key = event.kind.clone();
            push_reasons(&mut key, &event.alarms);
            EventKey(key)
        }
        (false, _) => of_content(&event.kind, content),
    }
}

/// The key of content that nothing better tells apart.
pub fn of_content(kind: &str, content: &[u8]) -> EventKey {
    let digest = Sha256::digest(content);
    let mut key = String::with_capacity(kind.len() + 25);
    key.push_str(kind);
    key.push(':');
    for byte in digest.iter().take(12) {
        for digit in [byte >> 4, byte & 15] {
            key.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    EventKey(key)
}

/// The key of an alarm by the device's own clock: sent again over another packet type, with
/// another serial, position or battery, it stays the same.
pub fn of_alarm(at: Timestamp, alarms: &[Alarm]) -> EventKey {
    use std::fmt::Write as _;
    let mut key = String::with_capacity(24);
    // Writing to a string does not fail.
    let _ = write!(key, "{}", at.timestamp());
    push_reasons(&mut key, alarms);
    EventKey(key)
}

fn push_reasons(key: &mut String, alarms: &[Alarm]) {
    for alarm in alarms {
        key.push('+');
        key.push_str(alarm.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_keys_name_their_kind_and_differ() {
        let key = of_content("LK", b"LK,1,2,81");
        assert_eq!(key.0.len(), 2 + 1 + 24);
        assert!(key.0.starts_with("LK:"));
        assert_ne!(key, of_content("LK", b"LK,1,2,80"));
    }

    #[test]
    fn alarm_keys_are_moment_and_reasons() {
        let at = "2026-01-02T03:04:05Z".parse().expect("a moment");
        let key = of_alarm(at, &[Alarm::Sos, Alarm::LowBattery]);
        assert_eq!(key.0, "1767323045+sos+low_battery");
    }
}
