//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{DeviceEvent, DeviceUid, EventKey, Protocol, Reading, Record};

use super::alarms;
use crate::protocol::{DecodeError, Envelope};
use crate::{fields, keys, places};

/// A frame taken apart, before its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// Who its head says it comes from.
    pub(super) uid: DeviceUid,
    /// Repeated in the answer.
    pub(super) serial: &'a str,
    /// The type.
    pub(super) kind: &'a str,
    /// All between type and star; where it is no text, what stands before that.
    pub(super) content: &'a str,
}

/// Takes a frame apart; its star may be missing.
pub(super) fn take_apart(bytes: &[u8]) -> Result<Frame<'_>, DecodeError> {
    let bytes = bytes.trim_ascii();
    let bytes = bytes
        .strip_prefix(b"$$")
        .ok_or(DecodeError::new(0, "no frame starts here"))?;
    let end = bytes.iter().rposition(|byte| *byte == b'*');
    let bytes = &bytes[..end.unwrap_or(bytes.len())];
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    };
    let mut parts = text.splitn(5, ',');
    let _length = parts.next();
    let imei = parts.next().unwrap_or_default();
    let is_number = (1..=20).contains(&imei.len()) && imei.bytes().all(|b| b.is_ascii_digit());
    let (serial, kind) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let is_word = |word: &str| {
        (1..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if !is_word(serial) || !is_word(kind) {
        return Err(DecodeError::new(2, "message type unreadable"));
    }
    Ok(Frame {
        uid: DeviceUid::parse(imei)
            .filter(|_| is_number)
            .ok_or(DecodeError::new(2, "identity unreadable"))?,
        serial,
        kind,
        content: parts.next().unwrap_or_default(),
    })
}

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], _envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let frame = take_apart(bytes)?;
    let mut event = DeviceEvent::new(
        Protocol::Fifotrack,
        frame.uid.clone(),
        frame.kind,
        EventKey(String::new()),
    );
    let words: Vec<_> = frame.content.split(',').take(12).collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default().trim();
    if frame.kind.starts_with('A') {
        let alarm = fields::digits(word(0)).and_then(alarms::of_number);
        let at = places::moment_of_digits(word(1));
        let mut record = Record::at(at).with_alarms(alarm.into_iter().collect());
        let (lat, lon, flag) = match (frame.kind, word(6)) {
            ("A03", "0") => (word(10), word(11), word(7)),
            // Networks instead of a place.
            ("A03", _) => ("", "", ""),
            _ => (word(3), word(4), word(2)),
        };
        if let (Some(lat), Some(lon)) = (fields::number(lat), fields::number(lon)) {
            record.fix = places::fix(lat, lon, flag == "A");
        }
        if frame.kind == "A03" {
            record.battery_pct = fields::percent(word(4));
            if let Some(volts) = fields::number(word(3)) {
                event.readings.insert(Reading::BatteryVolts, volts);
            }
        }
        event = event.with_records(vec![record]);
    }
    event.key = keys::of(&event, frame.content.as_bytes());
    Ok(event)
}

/// Reads who a frame claims to come from: every head says so.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    Some(take_apart(bytes).ok()?.uid)
}
