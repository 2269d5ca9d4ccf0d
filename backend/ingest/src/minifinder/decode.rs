//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{DeviceEvent, DeviceUid, EventKey, Protocol, Recency};
use domain::time::Timestamp;

use super::alarms;
use crate::bytes::bit;
use crate::protocol::{DecodeError, Envelope};
use crate::{fields, keys, places};

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let text = content(bytes)?;
    let (kind, rest) = text.split_once(',').unwrap_or((text, ""));
    let named =
        (kind.len() == 1 && kind.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(kind);
    let kind = named.ok_or(DecodeError::new(1, "message type unreadable"))?;
    let login = match kind {
        "1" => Some(imei(rest).ok_or(DecodeError::new(3, "identity unreadable"))?),
        _ => None,
    };
    let mut event = DeviceEvent::new(
        Protocol::Minifinder,
        envelope.sender(login),
        kind,
        EventKey(String::new()),
    );
    let word = |at: usize| rest.split(',').nth(at).unwrap_or_default().trim();
    match kind {
        "1" | "5" => event.battery_pct = fields::percent(word(2)),
        "A" | "B" | "C" | "D" => {
            let flags = u32::from_str_radix(word(6), 16).ok();
            // A has no flags, and so no word for a fix.
            let flags = flags.filter(|_| kind != "A").unwrap_or(0);
            event.device_time = time(word(0), word(1));
            if let (Some(lat), Some(lon)) = (fields::number(word(2)), fields::number(word(3))) {
                event.fix = places::fix(lat, lon, flags & 3 != 0);
            }
            if kind != "A" {
                event.charging = Some(bit(flags, 22));
                event.battery_pct = fields::percent(word(8));
            }
            event.alarms = alarms::of_flags(flags);
            event.is_alarm = event.alarms.iter().any(|alarm| !alarms::is_state(*alarm));
            if kind == "B" {
                event.recency = Recency::Stored;
            }
        }
        _ => {}
    }
    event.key = keys::of(&event, text.as_bytes());
    Ok(event)
}

/// Reads who a frame claims to come from: only a login does.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    imei(content(bytes).ok()?.strip_prefix("1,")?)
}

/// What stands between the marks; the closing one may be missing.
fn content(bytes: &[u8]) -> Result<&str, DecodeError> {
    let text = fields::text(bytes).ok_or(DecodeError::new(0, "not text"))?;
    let text = text.strip_suffix(';').unwrap_or(text);
    text.strip_prefix('!')
        .ok_or(DecodeError::new(0, "no frame starts here"))
}

fn imei(rest: &str) -> Option<DeviceUid> {
    let id = rest.split(',').next()?.trim();
    let is_imei = id.len() == 15 && id.bytes().all(|b| b.is_ascii_digit());
    DeviceUid::parse(id).filter(|_| is_imei)
}

/// `d/m/y` and `h:m:s`, with one digit or two.
fn time(date: &str, time: &str) -> Option<Timestamp> {
    let three = |text: &str, mark| {
        let mut parts = text.split(mark).map(fields::digits);
        Some([parts.next()??, parts.next()??, parts.next()??])
    };
    let [day, month, year] = three(date, '/')?;
    let [hour, minute, second] = three(time, ':')?;
    places::moment([2000 + year, month, day, hour, minute, second], 0)
}
