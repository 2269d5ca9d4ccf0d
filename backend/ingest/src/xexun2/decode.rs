//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{DeviceEvent, DeviceUid, EventKey, Fix, Protocol, Record};

use super::alarms;
use super::frame::{take_apart, unescape};
use crate::bytes::{Reader, bit, has_check_digit};
use crate::protocol::{DecodeError, Envelope};
use crate::{keys, places};

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let plain = unescape(bytes);
    let frame = take_apart(&plain)?;
    let uid = frame
        .uid()
        .ok_or(DecodeError::new(6, "identity unreadable"))?;
    // The checksum does not cover the head: the IMEI's own check digit does.
    let is_sure = frame.checked && has_check_digit(&uid);
    let named = Some(uid).filter(|_| is_sure || envelope.session.uid.is_some());
    let mut event = DeviceEvent::new(
        Protocol::Xexun2,
        envelope.sender(named),
        &format!("{:02x}", frame.kind),
        EventKey(String::new()),
    );
    if frame.kind == 0x14 {
        let records = reports(frame.body, &mut event);
        event = event.with_records(records);
    }
    event.key = keys::of(&event, frame.body);
    Ok(event)
}

/// Reads who a frame claims to come from: every head says so.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    take_apart(&unescape(bytes)).ok()?.uid()
}

/// A count, as many lengths, and as many reports.
fn reports(body: &[u8], event: &mut DeviceEvent) -> Vec<Record> {
    let mut reader = Reader::new(body);
    let count = reader.u8().unwrap_or(0);
    let mut lengths = Vec::new();
    for _ in 0..count {
        lengths.extend(reader.u16().map(usize::from));
    }
    let mut records = Vec::new();
    for length in lengths {
        // A report that is cut short says what is there.
        let there = length.min(reader.left());
        if there == 0 {
            break;
        }
        let mut record = Record::at(None);
        let content = reader.take(there).map(Reader::new);
        let _ = content.and_then(|content| report(content, &mut record, event));
        records.push(record);
    }
    records
}

fn report(
    mut reader: Reader<'_>,
    record: &mut Record,
    event: &mut DeviceEvent,
) -> Result<(), DecodeError> {
    reader.skip(1)?;
    record.device_time = places::moment_of_seconds(reader.u32()?);
    reader.skip(1)?;
    let battery = reader.u16()?;
    event.charging = Some(bit(battery.into(), 15));
    record.battery_pct = u8::try_from(battery & 0x7fff)
        .ok()
        .filter(|percent| *percent <= 100);
    let mask = u32::from(reader.u8()?);
    if bit(mask, 0) {
        let alarms = alarms::of_word(reader.u32()?);
        *record = record.clone().with_alarms(alarms);
    }
    if bit(mask, 1) {
        record.fix = position(&mut reader)?;
    }
    Ok(())
}

/// A mask, and what it announces: place, networks, cells, distances, speed, exact place, items.
fn position(reader: &mut Reader<'_>) -> Result<Option<Fix>, DecodeError> {
    let mask = u32::from(reader.u8()?);
    let mut fix = None;
    if bit(mask, 0) {
        reader.skip(1)?;
        let (lon, lat) = (f64::from(reader.f32()?), f64::from(reader.f32()?));
        fix = place(lat, lon);
    }
    for (index, bytes) in [(1, 7), (2, 13), (3, 12)] {
        if bit(mask, index) {
            let count = usize::from(reader.u8()?);
            // What stands behind a list that is cut short is lost; the place before it is not.
            if reader.skip(count * bytes).is_err() {
                return Ok(fix);
            }
        }
    }
    if bit(mask, 5) && reader.skip(4).is_err() {
        return Ok(fix);
    }
    if bit(mask, 6) {
        fix = exact_place(reader, 1).unwrap_or(fix);
    }
    if bit(mask, 7) {
        let length = reader.u16().unwrap_or(0);
        let mut items = Reader::new(reader.take(length.into()).unwrap_or_default());
        while let (Ok(tag), Ok(length)) = (items.u8(), items.u16()) {
            let Ok(value) = items.take(length.into()) else {
                break;
            };
            if tag == 0x47 {
                fix = exact_place(&mut Reader::new(value), 0).unwrap_or(fix);
            }
        }
    }
    Ok(fix)
}

/// Longitude and latitude as doubles.
fn exact_place(reader: &mut Reader<'_>, before: usize) -> Result<Option<Fix>, DecodeError> {
    reader.skip(before)?;
    let (lon, lat) = (reader.f64()?, reader.f64()?);
    Ok(place(lat, lon))
}

fn place(lat: f64, lon: f64) -> Option<Fix> {
    places::fix(
        places::degrees_minutes(lat),
        places::degrees_minutes(lon),
        true,
    )
}
