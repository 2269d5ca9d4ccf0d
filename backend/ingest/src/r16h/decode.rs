//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol, Recency, Record};

use crate::protocol::{DecodeError, Envelope};
use crate::{fields, keys, places};

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], _envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let (kind, uid, rest) = take_apart(bytes)?;
    let mut event = DeviceEvent::new(Protocol::R16h, uid, kind, EventKey(String::new()));
    if kind == "GPSD" {
        let words: Vec<_> = rest.split(',').map(str::trim).collect();
        event = report(&words, event);
    }
    event.key = keys::of(&event, rest.as_bytes());
    Ok(event)
}

/// Reads who a frame claims to come from: every frame says so.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    Some(take_apart(bytes).ok()?.1)
}

/// Type, IMEI and the rest; the closing mark may be missing.
fn take_apart(bytes: &[u8]) -> Result<(&str, DeviceUid, &str), DecodeError> {
    let text = fields::text(bytes).ok_or(DecodeError::new(0, "not text"))?;
    let text = text.strip_suffix('$').unwrap_or(text);
    let text = text
        .strip_prefix('@')
        .ok_or(DecodeError::new(0, "no frame starts here"))?;
    let mut parts = text.splitn(3, ',');
    let kind = parts.next().unwrap_or_default();
    let is_word = (1..=8).contains(&kind.len()) && kind.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_word {
        return Err(DecodeError::new(1, "message type unreadable"));
    }
    let imei = parts.next().unwrap_or_default().trim();
    let uid = DeviceUid::parse(imei).filter(|_| imei.bytes().all(|b| b.is_ascii_digit()));
    let uid = uid.ok_or(DecodeError::new(1, "identity unreadable"))?;
    Ok((kind, uid, parts.next().unwrap_or_default()))
}

/// `R` or `S` for stored, date, time, place, speed, course, altitude, battery, strap, alarm.
fn report(words: &[&str], mut event: DeviceEvent) -> DeviceEvent {
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let alarm = match word(12) {
        "" => None,
        "SOS" => Some(Alarm::Sos),
        "LBT" => Some(Alarm::LowBattery),
        "ULK" => Some(Alarm::Removed),
        // A word nobody told us: a life may hang on it.
        _ => Some(Alarm::Unspecified),
    };
    let side = |value, side, negative| {
        let value = fields::number(word(value))?;
        Some(if word(side) == negative {
            -value
        } else {
            value
        })
    };
    let (lat, lon) = (side(3, 4, "S"), side(5, 6, "W"));
    let digits = [word(1), word(2)].concat();
    let at = digits.strip_prefix("20").and_then(places::moment_of_digits);
    let record = Record {
        fix: lat
            .zip(lon)
            .and_then(|(lat, lon)| places::fix(lat, lon, true)),
        battery_pct: fields::percent(word(10)),
        recency: match word(0) {
            "S" => Recency::Stored,
            _ => Recency::Live,
        },
        ..Record::at(at).with_alarms(alarm.into_iter().collect())
    };
    event.worn = match word(11) {
        "L" => Some(true),
        "R" => Some(false),
        _ => None,
    };
    event.with_records(vec![record])
}
