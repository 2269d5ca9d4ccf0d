//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Fix, Protocol, Reading, Recency};
use domain::time::Timestamp;

use super::bits::Status;
use super::frame::unescape;
use super::head::{self, Probe};
use super::position;
use crate::fields;
use crate::keys;
use crate::protocol::{DecodeError, Envelope};

/// Fields that are looked at; cells, networks and voice bytes behind them stay in the raw frame.
const MAX_FIELDS: usize = 24;

/// An id that no identifier can be.
const UNREADABLE: DecodeError = DecodeError::new(4, "id unreadable");

/// A frame taken apart, before its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchFrame<'a> {
    /// Two letters or digits, repeated in replies.
    pub vendor: &'a str,
    /// Who sent it, in characters that an identifier may have.
    pub id: &'a str,
    /// Four hex digits, repeated in replies.
    pub serial: Option<&'a str>,
    /// The length it declares, right or wrong.
    pub len_declared: usize,
    /// The message type as sent, e.g. `UD_LTE`.
    pub kind: &'a str,
    /// The first comma-separated fields, empty where there are fewer; field 0 is the type.
    pub fields: [&'a [u8]; MAX_FIELDS],
    /// All bytes between head and closing bracket.
    pub content: &'a [u8],
}

impl WatchFrame<'_> {
    /// A field as text without surrounding blanks; empty when it is missing or not text.
    pub fn text(&self, index: usize) -> &str {
        let raw = self.fields.get(index).copied().unwrap_or_default();
        std::str::from_utf8(raw).unwrap_or_default().trim()
    }
}

/// Families of message types; suffixes such as `_LTE` do not change the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// `AL…`: an alarm with position fields.
    Alarm,
    /// `UD2`: a position that was stored and is sent later.
    StoredPosition,
    /// `UD…`, `WT…`: a position.
    Position,
    /// `LK`: link keep-alive.
    Link,
    /// Heart rate.
    HeartRate,
    /// Blood pressure.
    BloodPressure,
    /// Blood oxygen.
    Oxygen,
    /// `TEMP`: temperature.
    Temperature,
    /// `btemp2`: a flag, then the temperature.
    FlaggedTemperature,
    /// `TKQ`, `TKQ2`: asks for waiting voice messages.
    VoiceQuery,
    /// `INIT`: first contact.
    Init,
    /// `JXTK`: a numbered voice chunk.
    VoiceChunk,
    /// Anything else: kept, without meaning.
    Other,
}

impl Class {
    /// Tells the family of a message type.
    pub fn of(kind: &str) -> Self {
        match kind {
            _ if kind.starts_with("AL") => Self::Alarm,
            _ if kind.starts_with("UD2") => Self::StoredPosition,
            _ if kind.starts_with("UD") || kind.starts_with("WT") => Self::Position,
            "LK" => Self::Link,
            "TKQ" | "TKQ2" => Self::VoiceQuery,
            "INIT" => Self::Init,
            "JXTK" => Self::VoiceChunk,
            _ => Self::of_reading(kind),
        }
    }

    /// Firmware writes the types of readings in capitals or not.
    fn of_reading(kind: &str) -> Self {
        const NAMES: [(&str, Class); 7] = [
            ("heart", Class::HeartRate),
            ("pulse", Class::HeartRate),
            ("bphrt", Class::BloodPressure),
            ("blood", Class::BloodPressure),
            ("oxygen", Class::Oxygen),
            ("temp", Class::Temperature),
            ("btemp2", Class::FlaggedTemperature),
        ];
        let named = NAMES
            .iter()
            .find(|(name, _)| kind.eq_ignore_ascii_case(name));
        named.map_or(Self::Other, |(_, class)| *class)
    }
}

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(frame: &[u8], _envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let plain = unescape(frame);
    let frame = take_apart(&plain)?;
    let class = Class::of(frame.kind);
    let mut event = DeviceEvent::new(
        Protocol::Watch,
        DeviceUid::parse(frame.id).ok_or(UNREADABLE)?,
        frame.kind,
        keys::of_content(frame.kind, frame.content),
    );
    match class {
        Class::Alarm | Class::StoredPosition | Class::Position => {
            located(&frame, class, &mut event)
        }
        Class::Link => {
            event.battery_pct = fields::percent(frame.text(3));
            read(&mut event, Reading::Steps, frame.text(1), 0.0);
        }
        Class::HeartRate => read(&mut event, Reading::HeartRate, frame.text(1), 1.0),
        Class::BloodPressure => {
            read(&mut event, Reading::Systolic, frame.text(1), 1.0);
            read(&mut event, Reading::Diastolic, frame.text(2), 1.0);
            read(&mut event, Reading::HeartRate, frame.text(3), 1.0);
        }
        // 0 and 1 mean "no reading".
        Class::Oxygen => read(&mut event, Reading::BloodOxygen, frame.text(2), 2.0),
        Class::Temperature => read(&mut event, Reading::Temperature, frame.text(1), 1.0),
        Class::FlaggedTemperature => read(&mut event, Reading::Temperature, frame.text(2), 1.0),
        Class::VoiceQuery | Class::Init | Class::VoiceChunk | Class::Other => {}
    }
    Ok(event)
}

/// Takes a frame apart; its escapes must be undone already. The closing bracket may be missing.
pub fn take_apart(frame: &[u8]) -> Result<WatchFrame<'_>, DecodeError> {
    let head = match head::probe(frame) {
        Probe::Head(head) => head,
        Probe::NotAHead => {
            return Err(DecodeError {
                at: 0,
                reason: "no frame starts here",
            });
        }
        Probe::Unreadable { at } => {
            return Err(DecodeError {
                at,
                reason: "head unreadable",
            });
        }
        Probe::Incomplete => {
            return Err(DecodeError {
                at: frame.len(),
                reason: "head cut short",
            });
        }
    };
    let rest = frame.get(head.content..).unwrap_or_default();
    let content = rest.strip_suffix(b"]").unwrap_or(rest);
    let mut fields = [&[][..]; MAX_FIELDS];
    for (slot, field) in fields.iter_mut().zip(content.split(|&b| b == b',')) {
        *slot = field;
    }
    let kind = fields[0].trim_ascii();
    let named = (1..=32).contains(&kind.len())
        && kind
            .iter()
            .all(|&b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let text = |raw| std::str::from_utf8(raw).ok();
    let missing = |at| DecodeError {
        at,
        reason: "message type unreadable",
    };
    Ok(WatchFrame {
        vendor: frame.get(head.vendor).and_then(text).unwrap_or_default(),
        id: frame.get(head.id).and_then(text).ok_or(UNREADABLE)?,
        serial: head.serial.and_then(|at| frame.get(at)).and_then(text),
        len_declared: head.declared,
        kind: text(kind).filter(|_| named).ok_or(missing(head.content))?,
        fields,
        content,
    })
}

/// Reads who a frame claims to come from, decodable or not.
pub fn claimed_uid(frame: &[u8]) -> Option<DeviceUid> {
    let rest = frame.strip_prefix(b"[")?.get(2..)?.strip_prefix(b"*")?;
    let id = rest.split(|&b| b == b'*').next()?;
    DeviceUid::parse(std::str::from_utf8(id).ok()?).filter(|_| rest.len() > id.len())
}

/// Fields 1 to 16 of `UD…`, `AL…` and `WT…`.
fn located(frame: &WatchFrame<'_>, class: Class, event: &mut DeviceEvent) {
    let status = Status::parse(frame.text(16)).unwrap_or_default();
    event.device_time = position::time(frame.text(1), frame.text(2));
    event.fix = fix(frame);
    event.battery_pct = fields::percent(frame.text(13));
    read(event, Reading::Steps, frame.text(14), 0.0);
    event.alarms = status.alarms();
    event.is_alarm = class == Class::Alarm || status.reasons() != 0;
    if class == Class::Alarm && status.reasons() == 0 {
        // Old firmware has four digits and no room for an SOS bit: such an alarm may be one.
        event.alarms.insert(0, Alarm::Unspecified);
    }
    if class == Class::StoredPosition {
        event.recency = Recency::Stored;
    }
    if let Some(at) = event.device_time.filter(|_| event.is_alarm) {
        event.key = alarm_key(at, status);
    }
}

fn fix(frame: &WatchFrame<'_>) -> Option<Fix> {
    let lat = [frame.text(4), frame.text(5)];
    position::fix(frame.text(3), lat, [frame.text(6), frame.text(7)])
}

fn read(event: &mut DeviceEvent, reading: Reading, text: &str, least: f64) {
    if let Some(value) = fields::number(text).filter(|value| *value >= least) {
        event.readings.insert(reading, value);
    }
}

/// The same alarm sent again, also under another type, serial, position or state, has the same key.
fn alarm_key(at: Timestamp, status: Status) -> EventKey {
    EventKey(format!(
        "AL:{}:{:08X}",
        at.format("%d%m%y:%H%M%S"),
        status.reasons()
    ))
}
