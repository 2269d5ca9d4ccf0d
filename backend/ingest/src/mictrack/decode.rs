//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{DeviceEvent, DeviceUid, EventKey, Protocol, Reading, Record};

use super::alarms;
use crate::protocol::{DecodeError, Envelope};
use crate::{fields, keys, places};

/// The three kinds of lines.
enum Line<'a> {
    /// `MT;type;IMEI;kind;values`.
    Report {
        uid: DeviceUid,
        kind: &'a str,
        values: &'a str,
    },
    /// `IMEI$place$place…`.
    Track { uid: DeviceUid, values: &'a str },
    /// `IMEI command=Success!`, or that without an IMEI.
    Answer { uid: Option<DeviceUid> },
}

/// Says what a whole frame means. An unknown kind is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let text = fields::text(bytes).ok_or(DecodeError::new(0, "not text"))?;
    let (named, kind) = match line(text)? {
        Line::Report { uid, kind, .. } => (Some(uid), kind),
        Line::Track { uid, .. } => (Some(uid), "track"),
        Line::Answer { uid } => (uid, "answer"),
    };
    let mut event = DeviceEvent::new(
        Protocol::Mictrack,
        envelope.sender(named),
        kind,
        EventKey(String::new()),
    );
    match line(text)? {
        Line::Report { kind, values, .. } => {
            let record = report(kind, values, &mut event)?;
            event = event.with_records(vec![record]);
        }
        Line::Track { values, .. } => {
            event = event.with_records(values.split('$').filter_map(place).collect());
        }
        Line::Answer { .. } => {}
    }
    event.key = keys::of(&event, text.as_bytes());
    Ok(event)
}

/// Reads who a frame claims to come from.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    match line(fields::text(bytes)?).ok()? {
        Line::Report { uid, .. } | Line::Track { uid, .. } => Some(uid),
        Line::Answer { uid } => uid,
    }
}

fn line(text: &str) -> Result<Line<'_>, DecodeError> {
    let unreadable = DecodeError::new(0, "identity unreadable");
    if let Some(rest) = text.strip_prefix("MT;") {
        let mut parts = rest.splitn(4, ';').skip(1);
        let uid = imei(parts.next().unwrap_or_default()).ok_or(unreadable)?;
        let kind = parts.next().unwrap_or_default();
        let is_word =
            (1..=8).contains(&kind.len()) && kind.bytes().all(|b| b.is_ascii_alphanumeric());
        let values = parts.next().filter(|_| is_word);
        return match values {
            Some(values) => Ok(Line::Report { uid, kind, values }),
            None => Err(DecodeError::new(text.len(), "cut short")),
        };
    }
    if let Some((id, values)) = text.split_once('$') {
        let uid = imei(id).ok_or(unreadable)?;
        return Ok(Line::Track { uid, values });
    }
    // Only a line that is an answer beyond doubt: half a report must not pass for one.
    let (id, answer) = text.split_once(' ').unwrap_or(("", text));
    match (imei(id), answer.contains('=') && answer.ends_with('!')) {
        (Some(uid), _) => Ok(Line::Answer { uid: Some(uid) }),
        (None, true) if !text.contains([';', '+', '$']) => Ok(Line::Answer { uid: None }),
        _ => Err(DecodeError::new(0, "no frame starts here")),
    }
}

fn imei(text: &str) -> Option<DeviceUid> {
    let is_imei = text.len() == 15 && text.bytes().all(|b| b.is_ascii_digit());
    DeviceUid::parse(text).filter(|_| is_imei)
}

/// Values between `+`: a place (`R0`), networks and cells, or a state (`RH`), then the event's number
/// and millivolts.
fn report(kind: &str, values: &str, event: &mut DeviceEvent) -> Result<Record, DecodeError> {
    let words: Vec<_> = values.split('+').map(str::trim).collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let (time, number, volts) = match kind {
        "R0" | "RH" => (word(1), word(6), word(7)),
        "R1" | "R2" | "R3" | "R12" | "R13" | "Y1" => {
            let (number, volts) = behind_names(&words);
            (word(0), number, volts)
        }
        _ => return Ok(Record::at(None)),
    };
    let number = fields::digits(number).ok_or(DecodeError::new(0, "event unreadable"))?;
    let alarm = alarms::of_number(number);
    let at = places::moment_of_digits(time);
    let mut record = Record::at(at).with_alarms(alarm.into_iter().collect());
    if let Some(millivolts) = fields::digits(volts) {
        let volts = f64::from(millivolts) / 1000.0;
        event.readings.insert(Reading::BatteryVolts, volts);
    }
    if let (Some(lat), Some(lon), "R0") = (fields::number(word(2)), fields::number(word(3)), kind) {
        record.fix = places::fix(lat, lon, true);
    }
    Ok(record)
}

/// The event's number and the millivolts, from the end: names of networks may hold any mark. A count
/// may stand behind them, which never is as large as millivolts are.
fn behind_names<'a>(words: &[&'a str]) -> (&'a str, &'a str) {
    let is_volts = |word: &&&str| word.len() == 4;
    let from_end = |back: usize| words.len().checked_sub(back).and_then(|at| words.get(at));
    match (from_end(1).filter(is_volts), from_end(2), from_end(3)) {
        (Some(volts), Some(number), _) => (number, volts),
        (None, Some(volts), Some(number)) => (number, volts),
        _ => ("", ""),
    }
}

/// `hhmmss.ss,A,ddmm.mmmm,N,dddmm.mmmm,E,speed,course,altitude,ddmmyy`.
fn place(text: &str) -> Option<Record> {
    let words: Vec<_> = text.split(',').map(str::trim).collect();
    let [time, flag, lat, north, lon, east, .., date] = words.as_slice() else {
        return None;
    };
    let lat = places::degrees_minutes(fields::number(lat)?);
    let lon = places::degrees_minutes(fields::number(lon)?);
    let lat = if *north == "S" { -lat } else { lat };
    let lon = if *east == "W" { -lon } else { lon };
    Some(Record {
        fix: places::fix(lat, lon, *flag == "A"),
        ..Record::at(places::moment_of_reversed(date, time))
    })
}
