//! Bytes of one frame to a [`DeviceEvent`].

use chrono::TimeDelta;
use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol, Reading};
use domain::time::Timestamp;

use super::{alarms, binary};
use crate::protocol::{DecodeError, Envelope};
use crate::{fields, keys, places};

/// Fields that are looked at; cells behind them stay in the raw frame.
const MAX_FIELDS: usize = 64;

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let mut event = match bytes.first() {
        Some(b'$') => {
            let uid = binary::uid(bytes).ok_or(DecodeError::new(1, "identity unreadable"))?;
            let mut event = new(envelope.sender(Some(uid)), "$");
            binary::read(bytes, &mut event)?;
            event
        }
        _ => text(bytes, envelope)?,
    };
    event.is_alarm = event.alarms.contains(&Alarm::Sos);
    event.key = keys::of(&event, bytes);
    Ok(event)
}

/// Reads who a frame claims to come from, decodable or not.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    match bytes.first()? {
        b'$' => binary::uid(bytes),
        _ => uid(take_apart(bytes).ok()?.get(1)?),
    }
}

/// The fields of a text frame: vendor, id, type, and what the type says.
pub(super) fn take_apart(bytes: &[u8]) -> Result<Vec<&str>, DecodeError> {
    let text = fields::text(bytes).ok_or(DecodeError::new(0, "not text"))?;
    let text = text.strip_suffix('#').unwrap_or(text);
    let text = text
        .strip_prefix('*')
        .ok_or(DecodeError::new(0, "no frame starts here"))?;
    Ok(text.splitn(MAX_FIELDS, ',').map(str::trim).collect())
}

fn new(uid: DeviceUid, kind: &str) -> DeviceEvent {
    DeviceEvent::new(Protocol::H02, uid, kind, EventKey(String::new()))
}

fn uid(text: &str) -> Option<DeviceUid> {
    DeviceUid::parse(text).filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

fn text(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let words = take_apart(bytes)?;
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let named = uid(word(1));
    let kind = word(2);
    let is_kind = (1..=8).contains(&kind.len()) && kind.bytes().all(|b| b.is_ascii_alphanumeric());
    let mut event = new(
        envelope.sender(named),
        if is_kind { kind } else { "unknown" },
    );
    match kind {
        "V0" | "HTBT" => event.battery_pct = fields::percent(word(3)),
        "NBR" | "V3" => stamped(&words, &mut event),
        "LINK" => {
            stamped(&words, &mut event);
            event.battery_pct = fields::percent(word(6));
            if let Some(steps) = fields::digits(word(7)) {
                event.readings.insert(Reading::Steps, steps.into());
            }
        }
        _ => located(&words, &mut event),
    }
    Ok(event)
}

/// Types with a time in front and, at the end, a date and the status.
fn stamped(words: &[&str], event: &mut DeviceEvent) {
    let Some(at) = words.iter().rposition(|word| status(word).is_some()) else {
        return;
    };
    event.alarms = alarms::of_status(status(words[at]).unwrap_or(u32::MAX));
    let time = words.get(3).copied().unwrap_or_default();
    let date = words.get(at.saturating_sub(1)).copied().unwrap_or_default();
    event.device_time = moment(date, time);
}

/// Types with a position, wherever it stands: time, validity, latitude, N/S, longitude, E/W, speed,
/// course, sometimes a battery, date; then the status, sometimes behind three words of the SIM.
fn located(words: &[&str], event: &mut DeviceEvent) {
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let is_place =
        |at: &usize| matches!(word(at + 1), "N" | "S") && matches!(word(at + 3), "E" | "W");
    let Some(at) = (4..words.len().min(24)).find(is_place) else {
        return;
    };
    // A coding scheme in place of the validity counts as a fix.
    let flag = word(at - 1);
    let is_scheme = !flag.is_empty() && flag.bytes().all(|b| b.is_ascii_digit());
    let is_valid = flag == "A" || is_scheme || (word(2) == "VP1" && flag == "B");
    let side = |text, negative| {
        let value = degrees(text)?;
        Some(if negative { -value } else { value })
    };
    let lat = side(word(at), word(at + 1) == "S");
    let lon = side(word(at + 2), word(at + 3) == "W");
    if let (Some(lat), Some(lon)) = (lat, lon) {
        event.fix = places::fix(lat, lon, is_valid);
    }
    let date = [at + 6, at + 7]
        .into_iter()
        .find(|date| word(*date).len() == 6);
    let Some(date) = date else { return };
    let time = match word(2) {
        "VP1" => "000000",
        _ => word(at - 2),
    };
    event.device_time = moment(word(date), time);
    let found = [date + 1, date + 4]
        .into_iter()
        .find_map(|at| status(word(at)));
    event.alarms = found.map(alarms::of_status).unwrap_or_default();
}

fn status(word: &str) -> Option<u32> {
    let is_hex = word.len() == 8 && word.bytes().all(|b| b.is_ascii_hexdigit());
    u32::from_str_radix(word, 16).ok().filter(|_| is_hex)
}

/// Some clocks count on past 59 seconds.
fn moment(date: &str, time: &str) -> Option<Timestamp> {
    let [day, month, year] = fields::pairs(date)?;
    let [hour, minute, second] = fields::pairs(time)?;
    let minute = places::moment([2000 + year, month, day, hour, minute, 0], 0)?;
    Some(minute + TimeDelta::seconds(second.into()))
}

/// `ddmm.mmmm`, the same without its point, or `-dd-mm.mmmm`; the side of the globe says the sign.
fn degrees(text: &str) -> Option<f64> {
    if let Some((degrees, minutes)) = text.strip_prefix('-').and_then(|rest| rest.split_once('-')) {
        return Some(fields::number(degrees)? + fields::number(minutes)? / 60.0);
    }
    let value = fields::number(text)?.abs();
    let plain = if text.contains('.') {
        value
    } else {
        value / 1e4
    };
    Some(places::degrees_minutes(plain))
}
