//! Event keys: what makes a repeat a repeat.

use domain::devices::{Alarm, DeviceEvent, EventKey};
use domain::time::Timestamp;

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

/// The key of content that nothing better tells apart: its kind and a digest of 96 bits.
///
/// The digest only tells a device's own frames apart, so it is quick instead of cryptographic.
pub fn of_content(kind: &str, content: &[u8]) -> EventKey {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digest = digest(content).to_be_bytes();
    let mut key = String::with_capacity(kind.len() + 25);
    key.push_str(kind);
    key.push(':');
    for byte in digest.iter().take(12) {
        for digit in [byte >> 4, byte & 15] {
            key.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
    EventKey(key)
}

/// Two lanes of folded multiplication over words of eight bytes.
fn digest(content: &[u8]) -> u128 {
    const ODD: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93];
    let fold = |a: u64, b: u64| {
        let product = u128::from(a) * u128::from(b);
        (product as u64) ^ (product >> 64) as u64
    };
    let mut lanes = [content.len() as u64 ^ ODD[1], !(content.len() as u64)];
    let mut words = content.chunks_exact(8);
    let mut mix = |word: u64| {
        // Adding an odd constant keeps a word of zeros from emptying a lane.
        lanes[0] = fold(lanes[0] ^ word, ODD[0]).wrapping_add(ODD[1]);
        lanes[1] = fold(lanes[1].rotate_left(23) ^ word, ODD[1]).wrapping_add(ODD[0]);
    };
    for word in words.by_ref() {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(word);
        mix(u64::from_le_bytes(bytes));
    }
    let mut last = [0; 8];
    let rest = words.remainder();
    last[..rest.len()].copy_from_slice(rest);
    mix(u64::from_le_bytes(last));
    mix(ODD[0]);
    u128::from(lanes[0]) << 64 | u128::from(lanes[1])
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
    fn digests_of_like_content_differ() {
        let mut all: Vec<u128> = Vec::new();
        for length in 0..40 {
            all.push(digest(&vec![0; length]));
            for bit in 0..length * 8 {
                let mut content = vec![0; length];
                content[bit / 8] ^= 1 << (bit % 8);
                all.push(digest(&content));
            }
        }
        let count = all.len();
        let mut short: Vec<u128> = all.iter().map(|digest| digest >> 32).collect();
        short.sort_unstable();
        short.dedup();
        assert_eq!(short.len(), count);
    }

    #[test]
    fn alarm_keys_are_moment_and_reasons() {
        let at = "2026-01-02T03:04:05Z".parse().expect("a moment");
        let key = of_alarm(at, &[Alarm::Sos, Alarm::LowBattery]);
        assert_eq!(key.0, "1767323045+sos+low_battery");
    }
}
