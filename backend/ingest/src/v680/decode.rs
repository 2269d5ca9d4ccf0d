//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Fix, Protocol, Record};
use domain::time::Timestamp;

use crate::protocol::{DecodeError, Envelope};
use crate::{fields, keys, places};

/// The fields of a frame, which begins with an IMEI or, where a clone sent that alone, does not.
struct Frame<'a> {
    uid: Option<DeviceUid>,
    /// From the number that says how good the fix is.
    fields: Vec<&'a str>,
}

/// Says what a whole frame means. An unknown kind is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let text = fields::text(bytes).ok_or(DecodeError::new(0, "not text"))?;
    let frame = take_apart(text)?;
    let word = |at: usize| frame.fields.get(at).copied().unwrap_or_default().trim();
    let kind = match frame.fields.is_empty() {
        true => "login",
        false => word(2),
    };
    let event = DeviceEvent::new(
        Protocol::V680,
        envelope.sender(frame.uid.clone()),
        kind,
        EventKey(String::new()),
    );
    let alarms = alarms(kind, word(4), &frame.fields);
    let has_fix = fields::digits(word(0)).is_some_and(|number| number > 0);
    let records: Vec<_> = places_of(&frame.fields)
        .map(|(fix, at)| Record {
            fix: fix.map(|fix| Fix {
                valid: fix.valid && has_fix,
                ..fix
            }),
            ..Record::at(at).with_alarms(alarms.clone())
        })
        .collect();
    // The first place is that of the event; the others are the way since then.
    let first = records.first().cloned();
    let first = first.unwrap_or_else(|| Record::at(None).with_alarms(alarms));
    let mut event = event.with_records(vec![first]);
    if records.len() > 1 {
        event.records = records;
    }
    event.key = keys::of(&event, text.as_bytes());
    Ok(event)
}

/// Reads who a frame claims to come from.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    take_apart(fields::text(bytes)?).ok()?.uid
}

fn take_apart(text: &str) -> Result<Frame<'_>, DecodeError> {
    let content = text.trim_end_matches('#');
    let mut fields: Vec<_> = content.split('#').collect();
    let Some(rest) = content.strip_prefix('#') else {
        // Without an IMEI: the rest of a frame that was sent in two.
        let is_rest = fields.len() >= 6 && fields::digits(fields[0]).is_some();
        return match is_rest {
            true => Ok(Frame { uid: None, fields }),
            false => Err(DecodeError::new(0, "no frame starts here")),
        };
    };
    let imei = rest.split('#').next().unwrap_or_default();
    let is_imei = (15..=17).contains(&imei.len()) && imei.bytes().all(|b| b.is_ascii_digit());
    let uid = DeviceUid::parse(imei).filter(|_| is_imei);
    // The nothing before the first mark, the IMEI, and the user's name or number.
    fields.drain(..fields.len().min(3));
    Ok(Frame {
        uid: Some(uid.ok_or(DecodeError::new(1, "identity unreadable"))?),
        fields,
    })
}

/// A pendant says why in the second byte of its status; others in a word.
fn alarms(kind: &str, status: &str, fields: &[&str]) -> Vec<Alarm> {
    let is_status = status.len() == 16 && status.bytes().all(|b| b.is_ascii_hexdigit());
    let is_pendant = fields.iter().any(|field| field.starts_with("accesstype="));
    let code = status.get(2..4).filter(|_| is_status && is_pendant);
    let mut alarms = match code {
        Some("01") => vec![Alarm::Sos],
        Some("09") => vec![Alarm::Fall],
        _ => vec![],
    };
    if kind == "SOS" && alarms.is_empty() {
        // The tables do not confirm the word; a life may hang on it all the same.
        alarms.push(Alarm::Unspecified);
    }
    alarms
}

/// Every `longitude,E,latitude,N,…` with the date and time behind it.
fn places_of<'a>(
    fields: &'a [&str],
) -> impl Iterator<Item = (Option<Fix>, Option<Timestamp>)> + 'a {
    fields.iter().enumerate().filter_map(|(at, field)| {
        let mut words = field.split(',').map(str::trim);
        let (lon, east) = (words.next()?, words.next()?);
        let (lat, north) = (words.next()?, words.next()?);
        if !matches!((east, north), ("E" | "W", "N" | "S")) {
            return None;
        }
        let (mut lon, mut lat) = (fields::number(lon)?, fields::number(lat)?);
        // Degrees, unless that is off the globe: then degrees and minutes.
        if lat > 90.0 || lon > 180.0 {
            lon = places::degrees_minutes(lon);
            lat = places::degrees_minutes(lat);
        }
        let lat = if north == "S" { -lat } else { lat };
        let lon = if east == "W" { -lon } else { lon };
        let moment = places::moment_of_reversed(
            fields.get(at + 1).copied().unwrap_or_default().trim(),
            fields.get(at + 2).copied().unwrap_or_default().trim(),
        );
        Some((places::fix(lat, lon, true), moment))
    })
}
