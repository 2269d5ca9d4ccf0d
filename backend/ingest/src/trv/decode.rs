//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol, Reading};

use super::frame::{Head, head};
use crate::protocol::{DecodeError, Envelope};
use crate::{fields, keys, places};

/// A frame taken apart, before its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// `IW` or `TRV`.
    pub(super) vendor: &'a str,
    /// Four characters, e.g. `AP10`.
    pub(super) kind: &'a str,
    /// All between type and `#`, names of networks cut off where they are no text.
    pub(super) content: &'a str,
}

/// Takes a frame apart; its `#` may be missing.
pub(super) fn take_apart(bytes: &[u8]) -> Result<Frame<'_>, DecodeError> {
    let Head::Whole(vendor) = head(bytes) else {
        return Err(DecodeError::new(0, "no frame starts here"));
    };
    let bytes = bytes.strip_suffix(b"#").unwrap_or(bytes);
    // Wireless networks have names in any encoding; what stands before them is what counts.
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    };
    let parts = text
        .split_at_checked(vendor)
        .and_then(|(vendor, rest)| Some((vendor, rest.split_at_checked(4)?)));
    let (vendor, (kind, content)) = parts.ok_or(DecodeError::new(0, "cut short"))?;
    Ok(Frame {
        vendor,
        kind,
        content,
    })
}

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let frame = take_apart(bytes)?;
    let login = match frame.kind {
        "AP00" => Some(imei(&frame).ok_or(DecodeError::new(6, "identity unreadable"))?),
        _ => None,
    };
    let mut event = DeviceEvent::new(
        Protocol::Trv,
        envelope.sender(login),
        frame.kind,
        EventKey(String::new()),
    );
    let words = frame.content.trim_start_matches(',');
    let word = |at: usize| words.split(',').nth(at).unwrap_or_default().trim();
    let mut read = |reading, text: &str, least: f64| {
        if let Some(value) = fields::number(text).filter(|value| *value >= least) {
            event.readings.insert(reading, value);
        }
    };
    match frame.kind {
        "AP49" => read(Reading::HeartRate, word(0), 1.0),
        "APHT" | "APHP" => {
            read(Reading::HeartRate, word(0), 1.0);
            read(Reading::Systolic, word(1), 1.0);
            read(Reading::Diastolic, word(2), 1.0);
            // 0 and 1 mean "no reading".
            read(Reading::BloodOxygen, word(3), 2.0);
            read(Reading::BloodSugar, word(4), 0.1);
            read(Reading::Temperature, word(5), 1.0);
        }
        "AP50" => {
            read(Reading::Temperature, word(0), 1.0);
            event.battery_pct = fields::percent(word(1));
        }
        "AP03" | "CP01" => {
            if frame.kind == "AP03" {
                read(Reading::Steps, word(1), 0.0);
            }
            event.battery_pct = battery(word(0));
            // Behind the interval and seven settings: locked, supply, moving.
            event.charging = match word(0).as_bytes().get(27) {
                Some(b'1') => Some(true),
                Some(b'2') => Some(false),
                _ => None,
            };
        }
        "AP01" | "AP10" | "YP03" | "YP14" => located(&frame, &mut event),
        _ => {}
    }
    event.key = keys::of(&event, frame.content.as_bytes());
    Ok(event)
}

/// Reads who a frame claims to come from: only a login does.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    let frame = take_apart(bytes).ok()?;
    (frame.kind == "AP00").then(|| imei(&frame)).flatten()
}

fn imei(frame: &Frame<'_>) -> Option<DeviceUid> {
    let id = frame.content.split(',').next()?;
    DeviceUid::parse(id).filter(|uid| uid.is_named() && id.bytes().all(|b| b.is_ascii_digit()))
}

/// Signal, satellites and battery, three digits each.
fn battery(status: &str) -> Option<u8> {
    fields::percent(status.get(6..9)?)
}

/// `yymmdd`, `A` or `V`, latitude, longitude, speed, `hhmmss`, course, status; then the cell and, in
/// an alarm, its code.
fn located(frame: &Frame<'_>, event: &mut DeviceEvent) {
    let fixed = frame.content;
    let at = |from: usize, to: usize| fixed.get(from..to).unwrap_or_default();
    let north = fixed.find(['N', 'S']).filter(|at| *at < 32);
    let east = fixed.find(['E', 'W']).filter(|at| *at < 48);
    if let (Some(north), Some(east)) = (north, east) {
        let side = |digits: &str, negative| {
            let value = places::degrees_minutes(fields::number(digits)?);
            Some(if negative { -value } else { value })
        };
        let lat = side(at(7, north), fixed.as_bytes()[north] == b'S');
        let lon = side(at(north + 1, east), fixed.as_bytes()[east] == b'W');
        if let (Some(lat), Some(lon)) = (lat, lon) {
            event.fix = places::fix(lat, lon, at(6, 7) == "A");
        }
        // Five characters of speed, six of time, six of course.
        let date = fields::pairs(at(0, 6));
        let time = fields::pairs(at(east + 6, east + 12));
        if let (Some([year, month, day]), Some([hour, minute, second])) = (date, time) {
            let parts = [2000 + year, month, day, hour, minute, second];
            event.device_time = places::moment(parts, 0);
        }
        event.battery_pct = battery(at(east + 18, east + 27));
    }
    if frame.kind == "AP10" {
        let code = fixed.split(',').nth(5).unwrap_or_default().trim();
        event.alarms = match code {
            "01" => vec![Alarm::Sos],
            "05" | "06" => vec![Alarm::Fall],
            "00" => vec![],
            // A code nobody told us, or none: a life may hang on it.
            _ => vec![Alarm::Unspecified],
        };
        event.is_alarm = !event.alarms.is_empty();
    }
}
