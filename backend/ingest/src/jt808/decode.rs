//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol, Recency, Record};
use domain::time::Timestamp;

use super::alarms;
use super::extras::{self, Extras};
use super::frame::{self, Head, Trust};
use super::{short, transparent};
use crate::bytes::{Reader, bit};
use crate::protocol::{DecodeError, Envelope};
use crate::{fields, keys, places};

/// Devices of this standard run on the clock of Beijing.
const EAST_S: i32 = 8 * 3600;
/// A report of a batch that is older than this is history, seconds.
const LATE_S: i64 = 600;

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    if bytes.starts_with(b"(") {
        return text(bytes, envelope);
    }
    let (message, trust) = frame::message(bytes)?;
    let head = frame::head(&message)?;
    let uid = frame::uid(head.id).ok_or(DecodeError::new(5, "identity unreadable"))?;
    // A doubtful frame counts for the device that has spoken before, and names nobody by itself.
    let known = trust == Trust::Full || envelope.session.uid.is_some();
    let uid = if known { uid } else { DeviceUid::unnamed() };
    let mut event = DeviceEvent::new(
        Protocol::Jt808,
        uid,
        &format!("{:04x}", head.kind),
        EventKey(String::new()),
    );
    let mut packet = Packet {
        zone_s: envelope.session.zone_s.unwrap_or(EAST_S),
        model: envelope.model(),
        received_at: envelope.received_at,
        event,
    };
    if !head.is_later_part {
        // A message shorter than its type should be means what it says as far as it goes.
        let _ = packet.read(&head);
    }
    event = packet.event;
    event.key = keys::of(&event, &message);
    Ok(event)
}

/// Reads who a frame claims to come from, decodable or not.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    if bytes.starts_with(b"(") {
        return text(bytes, &Envelope::default())
            .ok()
            .map(|event| event.device_uid);
    }
    match frame::message(bytes) {
        Ok((message, _)) => frame::uid(frame::head(&message).ok()?.id),
        Err(_) => {
            let plain = frame::unescape(bytes.strip_prefix(&[0x7e])?);
            frame::uid(frame::head(&plain).ok()?.id)
        }
    }
}

/// `(id,1,001,WORD,…)` of locks. It has no checksum, so it names nobody.
fn text(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let words = words(bytes).ok_or(DecodeError::new(0, "no text starts here"))?;
    let is_word = |word: &&str| word.bytes().all(|b| b.is_ascii_alphanumeric());
    let kind = words.split(',').nth(3).filter(is_word).unwrap_or("text");
    let key = keys::of_content(kind, bytes);
    Ok(DeviceEvent::new(
        Protocol::Jt808,
        envelope.sender(None),
        kind,
        key,
    ))
}

fn words(bytes: &[u8]) -> Option<&str> {
    fields::text(bytes)?.strip_prefix('(')?.strip_suffix(')')
}

/// A message being read into its event.
pub(super) struct Packet<'a> {
    pub(super) zone_s: i32,
    pub(super) model: &'a str,
    pub(super) received_at: Option<Timestamp>,
    pub(super) event: DeviceEvent,
}

impl Packet<'_> {
    fn read(&mut self, head: &Head<'_>) -> Result<(), DecodeError> {
        let mut reader = Reader::new(head.body);
        match head.kind {
            0x0200 => self.report(&mut reader),
            0x0201 => {
                reader.skip(2)?;
                self.report(&mut reader)
            }
            0x0704 => {
                reader.skip(2)?;
                let is_stored = reader.u8()? > 0;
                self.batch(&mut reader, is_stored, false)
            }
            0x0210 if head.body.len() == 7 => {
                self.event.battery_pct = Some(reader.u8()?).filter(|percent| *percent <= 100);
                self.event.device_time = self.time(&mut reader)?;
                Ok(())
            }
            0x0210 => self.batch(&mut reader, false, true),
            0x0002 if head.body.len() >= 3 => {
                self.event.battery_pct = Some(reader.u8()?).filter(|percent| *percent <= 100);
                Ok(())
            }
            0x0702 => {
                reader.skip(1)?;
                self.event.device_time = self.time(&mut reader)?;
                Ok(())
            }
            0x0900 => transparent::read(self, &mut reader),
            0x5501 | 0x5502 => short::read(&mut self.event, &mut reader, head.kind == 0x5501),
            _ => Ok(()),
        }
    }

    pub(super) fn time(&self, reader: &mut Reader<'_>) -> Result<Option<Timestamp>, DecodeError> {
        Ok(places::moment_of_bcd(reader.array()?, self.zone_s))
    }

    /// Status, latitude, longitude: what every position begins with.
    pub(super) fn coordinates(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        let status = reader.u32()?;
        let lat = f64::from(reader.u32()?) / 1e6;
        let lon = f64::from(reader.u32()?) / 1e6;
        let signed = |value: f64, negative| if negative { -value } else { value };
        self.event.charging = Some(bit(status, 26));
        self.event.fix = places::fix(
            signed(lat, bit(status, 2)),
            signed(lon, bit(status, 3)),
            bit(status, 1),
        );
        Ok(())
    }

    fn report(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        let mut found = alarms::of_word(reader.u32()?, self.model);
        self.event.is_alarm = found.iter().any(|alarm| !alarms::is_state(*alarm));
        self.coordinates(reader)?;
        reader.skip(6)?;
        self.event.device_time = self.time(reader)?;
        let extras = match reader.left() {
            // A fixed block of battery and mileage instead of extras.
            18 => Extras::default(),
            _ => extras::read(reader, self.model),
        };
        found.extend(extras.alarms);
        self.event.battery_pct = extras.battery_pct;
        self.event.charging = extras.charging.or(self.event.charging);
        self.event.readings = extras.readings;
        self.raise(found);
        Ok(())
    }

    /// Adds alarms, in order of urgency.
    pub(super) fn raise(&mut self, found: Vec<Alarm>) {
        self.event.is_alarm |= found.iter().any(|alarm| !alarms::is_state(*alarm));
        self.event.alarms = Alarm::in_order(found);
    }

    fn batch(
        &mut self,
        reader: &mut Reader<'_>,
        is_stored: bool,
        short_lengths: bool,
    ) -> Result<(), DecodeError> {
        let mut records = Vec::new();
        while reader.left() > 2 {
            let length = match short_lengths {
                true => reader.u8()?.into(),
                false => usize::from(reader.u16()?),
            };
            let Ok(content) = reader.take(length) else {
                break;
            };
            let mut one = Packet {
                event: DeviceEvent {
                    records: Vec::new(),
                    ..self.event.clone()
                },
                ..*self
            };
            if one.report(&mut Reader::new(content)).is_err() {
                continue;
            }
            records.push(Record {
                recency: self.recency(one.event.device_time, is_stored),
                device_time: one.event.device_time,
                fix: one.event.fix,
                alarms: one.event.alarms,
                is_alarm: one.event.is_alarm,
                battery_pct: one.event.battery_pct,
            });
        }
        let empty = DeviceEvent::new(
            Protocol::Jt808,
            self.event.device_uid.clone(),
            &self.event.kind,
            EventKey(String::new()),
        );
        self.event = empty.with_records(records);
        Ok(())
    }

    /// Blind spots are marked; a report may also simply be old.
    fn recency(&self, at: Option<Timestamp>, is_stored: bool) -> Recency {
        let is_late = match (at, self.received_at) {
            (Some(at), Some(now)) => (now - at).num_seconds() > LATE_S,
            _ => false,
        };
        if is_stored || is_late {
            Recency::Stored
        } else {
            Recency::Live
        }
    }
}
