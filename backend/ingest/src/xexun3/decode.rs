//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol, Reading};
use domain::time::Timestamp;

use super::alarms;
use super::frame::take_apart;
use crate::bytes::Reader;
use crate::protocol::{DecodeError, Envelope};
use crate::{keys, places};

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let frame = take_apart(bytes)?;
    let uid = frame
        .uid()
        .ok_or(DecodeError::new(6, "identity unreadable"))?;
    let named = Some(uid).filter(|_| frame.checked || envelope.session.uid.is_some());
    let mut event = DeviceEvent::new(
        Protocol::Xexun3,
        envelope.sender(named),
        &format!("{:02x}", frame.kind),
        EventKey(String::new()),
    );
    let mut times = Times::default();
    if frame.kind == 0x20 {
        let mut reader = Reader::new(frame.items);
        while let Ok((tag, value)) = item(&mut reader) {
            // An item shorter than its tag should be says nothing; the next one may.
            let _ = read(tag, Reader::new(value), &mut event, &mut times);
        }
    }
    let has_place = event.fix.is_some();
    event.device_time = times.place.filter(|_| has_place).or(times.latest);
    event.alarms = Alarm::in_order(std::mem::take(&mut event.alarms));
    event.is_alarm = event.alarms.iter().any(|alarm| !alarm.is_news());
    event.key = match times.alarm {
        // The alarm's own time, whenever a place was found.
        Some(at) if event.is_alarm => keys::of_alarm(at, &event.alarms),
        _ => keys::of(&event, frame.items),
    };
    Ok(event)
}

/// Reads who a frame claims to come from: every head says so.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    take_apart(bytes).ok()?.uid()
}

/// The clocks of a frame's items.
#[derive(Clone, Copy, Debug, Default)]
struct Times {
    place: Option<Timestamp>,
    alarm: Option<Timestamp>,
    /// That of the last item that has one.
    latest: Option<Timestamp>,
}

fn item<'a>(reader: &mut Reader<'a>) -> Result<(u8, &'a [u8]), DecodeError> {
    let (tag, length) = (reader.u8()?, reader.u8()?);
    // An item that is cut short says what is there.
    let there = usize::from(length).min(reader.left());
    Ok((tag, reader.take(there)?))
}

fn read(
    tag: u8,
    mut reader: Reader<'_>,
    event: &mut DeviceEvent,
    times: &mut Times,
) -> Result<(), DecodeError> {
    match tag {
        0x64..=0x66 | 0x69 => {
            let at = places::moment_of_seconds(reader.u32()?);
            times.latest = at.or(times.latest);
            match tag {
                0x64 => {
                    times.place = at;
                    let (lat, lon) = (reader.f64()?, reader.f64()?);
                    event.fix = places::fix(lat, lon, true);
                }
                0x69 => {
                    times.alarm = at;
                    event.alarms.extend(alarms::of_code(reader.u8()?));
                }
                _ => {}
            }
        }
        0x6a => return state(reader, event, times),
        _ => {}
    }
    Ok(())
}

/// Battery, network, movement, charger, vitals, time; all ones where there is none.
fn state(
    mut reader: Reader<'_>,
    event: &mut DeviceEvent,
    times: &mut Times,
) -> Result<(), DecodeError> {
    event.battery_pct = Some(reader.u8()?).filter(|percent| *percent <= 100);
    reader.skip(2 + 1 + 1 + 1)?;
    event.charging = Some(reader.u8()? > 0);
    let steps = reader.u16()?;
    let mut insert = |reading, value: Option<f64>| {
        if let Some(value) = value {
            event.readings.insert(reading, value);
        }
    };
    insert(
        Reading::Steps,
        Some(f64::from(steps)).filter(|_| steps != 0xffff),
    );
    let degrees = i8::from_be_bytes(reader.array()?);
    insert(
        Reading::Temperature,
        Some(f64::from(degrees)).filter(|_| degrees != -1),
    );
    // 0 and 1 mean "no reading" as well.
    for (reading, least) in [
        (Reading::BreathingRate, 1),
        (Reading::HeartRate, 1),
        (Reading::Systolic, 1),
        (Reading::Diastolic, 1),
        (Reading::BloodOxygen, 2),
    ] {
        let value = reader.u8()?;
        let is_there = value >= least && value != 0xff;
        insert(reading, Some(f64::from(value)).filter(|_| is_there));
    }
    reader.skip(1)?;
    let seconds = reader.u32()?;
    if seconds != u32::MAX {
        times.latest = places::moment_of_seconds(seconds).or(times.latest);
    }
    Ok(())
}
