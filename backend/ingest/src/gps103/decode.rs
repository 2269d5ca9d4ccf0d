//! Bytes of one frame to a [`DeviceEvent`].

use chrono::{Datelike, TimeDelta, Timelike};
use domain::devices::{DeviceEvent, DeviceUid, EventKey, Protocol, Reading};
use domain::time::Timestamp;

use super::alarms;
use crate::protocol::{DecodeError, Envelope};
use crate::{fields, keys, places};

const HALF_A_DAY: i64 = 12 * 60;

/// A frame taken apart, before its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// Digits, from wherever they stand.
    pub(super) imei: Option<&'a str>,
    /// A bare IMEI stands alone or in front.
    pub(super) is_bare: bool,
    /// Everything behind `imei:`.
    pub(super) rest: Option<&'a str>,
    /// How long the frame is without its end.
    pub(super) length: usize,
}

/// Takes a frame apart; its end may be missing.
pub(super) fn take_apart(bytes: &[u8]) -> Result<Frame<'_>, DecodeError> {
    let text = fields::text(bytes).ok_or(DecodeError::new(0, "not text"))?;
    let text = text.strip_suffix(';').unwrap_or(text);
    let bare = text
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    let rest = text.split_once("imei:").map(|(_, rest)| rest);
    if rest.is_none() && (bare.is_empty() || bare.len() < text.len()) {
        return Err(DecodeError::new(0, "no frame starts here"));
    }
    let named = rest.map(|rest| rest.split(',').next().unwrap_or_default().trim());
    let imei = named.unwrap_or(bare);
    let is_number = !imei.is_empty() && imei.bytes().all(|b| b.is_ascii_digit());
    Ok(Frame {
        imei: is_number.then_some(imei),
        is_bare: !bare.is_empty(),
        rest,
        length: text.len(),
    })
}

/// Says what a whole frame means. An unknown word is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let frame = take_apart(bytes)?;
    let uid = frame.imei.and_then(DeviceUid::parse);
    let words: Vec<&str> = frame
        .rest
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let kind = match word(1) {
        _ if frame.rest.is_none() => "heartbeat",
        "A" | "L" if frame.length <= 30 => "login",
        "" => "report",
        kind => kind,
    };
    let clean: String = kind.chars().filter(|c| !c.is_control()).take(32).collect();
    let mut event = DeviceEvent::new(
        Protocol::Gps103,
        envelope.sender(uid),
        &clean,
        EventKey(String::new()),
    );
    if kind == "OBD" {
        event.device_time = local(word(2)).map(|(day, second)| day + second);
    } else if word(words.len() - 1) == "*" && words.len() > 17 {
        other_form(&words, &mut event);
    } else if frame.rest.is_some() && kind != "login" {
        event.alarms.extend(alarms::of_word(word(1)));
        event.is_alarm = !event.alarms.is_empty();
        event.battery_pct = word(3).strip_suffix('%').and_then(fields::percent);
        if let Some(degrees) = word(1).strip_prefix("T:").and_then(fields::number) {
            event.readings.insert(Reading::Temperature, degrees);
        }
        if word(4) == "F" {
            event.device_time = moment(word(2), word(5), envelope.received_at);
            located(&words, &mut event);
        }
    }
    event.key = keys::of(&event, bytes);
    Ok(event)
}

/// Reads who a frame claims to come from, decodable or not.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    DeviceUid::parse(take_apart(bytes).ok()?.imei?)
}

/// A or V, latitude and longitude as `ddmm.mmmm`, their sides before or behind them or missing.
fn located(words: &[&str], event: &mut DeviceEvent) {
    let mut rest = words.iter().skip(6).copied().peekable();
    let is_valid = rest.next() == Some("A");
    let mut side = |negative: &str, sides: [&str; 2]| {
        let mut is_negative = false;
        let before = rest.next_if(|word| sides.contains(word));
        let value = places::degrees_minutes(fields::number(rest.next()?)?);
        let behind = rest.next_if(|word| sides.contains(word));
        for word in [before, behind].into_iter().flatten() {
            is_negative = word == negative;
        }
        Some(if is_negative { -value } else { value })
    };
    let (lat, lon) = (side("S", ["N", "S"]), side("W", ["E", "W"]));
    if let (Some(lat), Some(lon)) = (lat, lon) {
        event.fix = places::fix(lat, lon, is_valid);
    }
}

/// Time, date, signal, fix, degrees; supply further behind.
fn other_form(words: &[&str], event: &mut DeviceEvent) {
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    if let (Some([hour, minute, second]), Some([day, month, year])) =
        (fields::pairs(word(5)), fields::pairs(word(6)))
    {
        let parts = [2000 + year, month, day, hour, minute, second];
        event.device_time = places::moment(parts, 0);
    }
    let has_fix = fields::digits(word(8)).is_some_and(|fix| fix > 0);
    if let (Some(lat), Some(lon)) = (fields::number(word(9)), fields::number(word(10))) {
        event.fix = places::fix(lat, lon, has_fix);
    }
    event.charging = match word(17) {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    };
}

/// The local stamp `yymmddhhmm` or with seconds, marks between them allowed: minute and seconds.
fn local(text: &str) -> Option<(Timestamp, TimeDelta)> {
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, '/' | ':' | ' '))
        .collect();
    let [year, month, day, hour, minute] = fields::pairs(digits.get(..10)?)?;
    let second = fields::pairs::<1>(digits.get(10..).unwrap_or_default()).map_or(0, |[s]| s);
    let minute = places::moment([2000 + year, month, day, hour, minute, 0], 0)?;
    Some((minute, TimeDelta::seconds(second.into())))
}

/// The fix time is UTC and has no date: the local stamp gives it, less its own distance from UTC.
/// Without a local stamp the moment of receipt gives the date.
fn moment(stamp: &str, utc: &str, received_at: Option<Timestamp>) -> Option<Timestamp> {
    let near = local(stamp).map(|(minute, _)| minute).or(received_at)?;
    let Some([hour, minute, second]) = utc.get(..6).and_then(fields::pairs) else {
        return local(stamp).map(|(minute, _)| minute);
    };
    let wanted = i64::from(hour * 60 + minute);
    let given = i64::from(near.hour() * 60 + near.minute());
    let mut ahead = given - wanted;
    if ahead <= -HALF_A_DAY {
        ahead += 2 * HALF_A_DAY;
    } else if ahead > HALF_A_DAY {
        ahead -= 2 * HALF_A_DAY;
    }
    let [year, month, day] = [near.year().unsigned_abs(), near.month(), near.day()];
    let minute = places::moment([year, month, day, near.hour(), near.minute(), 0], 0)?;
    Some(minute - TimeDelta::minutes(ahead) + TimeDelta::seconds(second.into()))
}
