//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{DeviceEvent, DeviceUid, EventKey, Fix, Protocol, Reading, Recency, Record};
use domain::time::Timestamp;

use super::alarms;
use super::frame::{Frame, take_apart};
use crate::bytes::{Reader, bit};
use crate::protocol::{DecodeError, Envelope};
use crate::{keys, places};

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let frame = take_apart(bytes)?;
    let named = imei(&frame).filter(|_| frame.checked || envelope.session.uid.is_some());
    let mut event = DeviceEvent::new(
        Protocol::Minifinder2,
        envelope.sender(named),
        &format!("{:02x}", frame.kind),
        EventKey(String::new()),
    );
    match frame.kind {
        0x01 | 0x03 => event = reports(&frame, event),
        0x02 => {
            let battery = Items::of(&frame).find(|(key, _)| *key == 0x14);
            let percent = battery.and_then(|(_, value)| value.first().copied());
            event.battery_pct = percent.filter(|percent| *percent <= 100);
        }
        _ => {}
    }
    event.key = keys::of(&event, frame.items);
    Ok(event)
}

/// Reads who a frame claims to come from, decodable or not.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    imei(&take_apart(bytes).ok()?)
}

/// Key 01 of data and requests, key 03 of settings.
fn imei(frame: &Frame<'_>) -> Option<DeviceUid> {
    let wanted = match frame.kind {
        0x01 | 0x03 => 0x01,
        0x02 => 0x03,
        _ => return None,
    };
    let (_, digits) = Items::of(frame).find(|(key, _)| *key == wanted)?;
    let text = std::str::from_utf8(digits.get(..15)?).ok()?;
    DeviceUid::parse(text).filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

/// Length (of key and value), key, value.
struct Items<'a>(Reader<'a>);

impl<'a> Items<'a> {
    fn of(frame: &Frame<'a>) -> Self {
        Self(Reader::new(frame.items))
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let length = self.0.u8().ok()?;
        // An item that is cut short says what is there.
        let there = usize::from(length).min(self.0.left());
        let (key, value) = self.0.take(there).ok()?.split_first()?;
        Some((*key, value))
    }
}

/// Beacons heard, each in an item of its own with a number in its flags: they belong to one report.
const PAIRED_BEACON: u8 = 0x2c;

/// A report being read: it ends where a key comes again.
struct Report {
    keys: [bool; 256],
    time: Option<Timestamp>,
    alarm_time: Option<Timestamp>,
    record: Record,
}

impl Report {
    fn new() -> Self {
        Self {
            keys: [false; 256],
            time: None,
            alarm_time: None,
            record: Record {
                device_time: None,
                recency: Recency::Live,
                fix: None,
                alarms: Vec::new(),
                is_alarm: false,
                battery_pct: None,
            },
        }
    }

    fn finished(self) -> Record {
        Record {
            device_time: self.alarm_time.or(self.time),
            ..self.record
        }
    }
}

fn reports(frame: &Frame<'_>, mut event: DeviceEvent) -> DeviceEvent {
    let mut report = Report::new();
    let mut records = Vec::new();
    for (key, value) in Items::of(frame) {
        if report.keys[usize::from(key)] && key != PAIRED_BEACON {
            records.push(std::mem::replace(&mut report, Report::new()).finished());
        }
        report.keys[usize::from(key)] = true;
        // An item shorter than its key should be says nothing; the next one may.
        let _ = item(&mut report, &mut event, key, value);
    }
    records.push(report.finished());
    event.with_records(records)
}

fn item(
    report: &mut Report,
    event: &mut DeviceEvent,
    key: u8,
    value: &[u8],
) -> Result<(), DecodeError> {
    let mut reader = Reader::new(value);
    let record = &mut report.record;
    match key {
        0x02 => {
            record.alarms = alarms::of_word(reader.u32_le()?);
            record.is_alarm = record.alarms.iter().any(|alarm| !alarms::is_news(*alarm));
            report.alarm_time = reader.u32_le().ok().and_then(places::moment_of_seconds);
        }
        0x14 => record.battery_pct = Some(reader.u8()?).filter(|percent| *percent <= 100),
        0x20 => {
            let (lat, lon) = (reader.i32_le()?, reader.i32_le()?);
            reader.skip(2 + 2 + 2)?;
            record.fix = place(lat, lon, reader.u16_le()? > 0);
        }
        0x23 => {
            reader.skip(6)?;
            record.fix = place(reader.i32_le()?, reader.i32_le()?, true);
        }
        0x24 => {
            report.time = places::moment_of_seconds(reader.u32_le()?);
            let status = reader.u32_le()?;
            event.charging = Some(bit(status, 4));
            if bit(status, 7) {
                record.recency = Recency::Stored;
            }
            let percent = (status >> 24) as u8;
            record.battery_pct = Some(percent).filter(|percent| *percent <= 100);
        }
        0x27 => record.fix = place(reader.i32_le()?, reader.i32_le()?, true),
        // A beacon or network that knows where it is.
        0x26 | 0x28 | 0x2a | 0x2c => {
            let flags = reader.u8()?;
            reader.skip(match key {
                0x2a => 6 + 1,
                0x2c => 6 + 1 + 1 + 1,
                _ => 6 + 1 + 1,
            })?;
            if bit(flags.into(), 7) {
                record.fix = place(reader.i32_le()?, reader.i32_le()?, true);
            }
        }
        0x30 => {
            reader.skip(4)?;
            event
                .readings
                .insert(Reading::Steps, f64::from(reader.u32_le()?));
        }
        0x40 | 0x41 => {
            reader.skip(4)?;
            let reading = match key {
                0x40 => Reading::HeartRate,
                _ => Reading::BloodOxygen,
            };
            // 0 and 1 mean "no reading".
            match reader.u8()? {
                0 | 1 => {}
                value => drop(event.readings.insert(reading, value.into())),
            }
        }
        _ => {}
    }
    Ok(())
}

fn place(lat: i32, lon: i32, valid: bool) -> Option<Fix> {
    places::fix(f64::from(lat) / 1e7, f64::from(lon) / 1e7, valid)
}
