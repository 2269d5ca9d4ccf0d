//! Milesight GS524N: six bytes, the last makes their sum zero.

use domain::devices::Alarm;

use super::meaning::{Meaning, Uplink};
use crate::protocol::DecodeError;

/// Reads its only message. A wrong sum is said and forgiven: LoRaWAN itself has checked the bytes,
/// and no smoke may be lost by it.
pub(super) fn read(uplink: Uplink<'_>) -> Result<Meaning, DecodeError> {
    let &[versions, kind, battery, concentration, temperature, _] = uplink.bytes else {
        return Err(DecodeError::new(uplink.bytes.len(), "not six bytes"));
    };
    let sum = uplink
        .bytes
        .iter()
        .fold(0_u8, |sum, b| sum.wrapping_add(*b));
    let mut meaning = Meaning::default();
    if sum != 0 {
        meaning.say("checksum_ok", false);
    }
    let (event, alarm) = event(kind & 15);
    meaning.say("version", versions >> 4);
    meaning.say("protocol", versions & 15);
    meaning.say(
        "type",
        if kind >> 4 == 1 {
            "smoke sensor"
        } else {
            "unknown"
        },
    );
    meaning.say("event", event);
    meaning.say("battery", battery);
    meaning.say("concentration", concentration);
    meaning.say("temperature", i8::from_le_bytes([temperature]));
    meaning.battery_pct = Some(battery).filter(|percent| *percent <= 100);
    if let Some(alarm) = alarm {
        meaning.alarm(alarm);
    }
    Ok(meaning)
}

fn event(code: u8) -> (&'static str, Option<Alarm>) {
    match code {
        1 => ("alarm", Some(Alarm::Smoke)),
        2 => ("silent", None),
        4 => ("low battery", Some(Alarm::LowBattery)),
        5 => ("failover", Some(Alarm::Fault)),
        7 => ("normal", None),
        10 => ("removed", Some(Alarm::Tampering)),
        11 => ("installed", None),
        14 => ("testing alarm with normal battery", None),
        15 => ("testing alarm with low battery", Some(Alarm::LowBattery)),
        _ => ("unknown", None),
    }
}
