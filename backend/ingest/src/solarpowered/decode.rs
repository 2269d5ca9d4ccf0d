//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol, Reading, Record};

use super::frame::take_apart;
use crate::bytes::{Reader, bit};
use crate::protocol::{DecodeError, Envelope};
use crate::{keys, places};

/// The bits of item 82.
const MEANINGS: [(u32, Alarm); 4] = [
    (0, Alarm::Tampering),
    (1, Alarm::LowBattery),
    (2, Alarm::Sos),
    (3, Alarm::Fall),
];

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let frame = take_apart(bytes)?;
    let uid = frame
        .uid
        .ok_or(DecodeError::new(1, "identity unreadable"))?;
    let named = Some(uid).filter(|_| frame.checked || envelope.session.uid.is_some());
    let mut event = DeviceEvent::new(
        Protocol::Solarpowered,
        envelope.sender(named),
        &format!("{:02x}", frame.kind),
        EventKey(String::new()),
    );
    let mut record = Record::at(None);
    if frame.kind == 0x11 {
        let mut items = Reader::new(frame.items);
        while let (Ok(tag), Ok(length)) = (items.u8(), items.u8()) {
            // An item that is cut short says what is there.
            let there = usize::from(length).min(items.left());
            let value = Reader::new(items.take(there)?);
            let _ = read(tag, value, &mut record, &mut event);
        }
    }
    let mut event = event.with_records(vec![record]);
    event.key = keys::of(&event, frame.items);
    Ok(event)
}

/// Reads who a frame claims to come from: every head says so.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    take_apart(bytes).ok()?.uid
}

fn read(
    tag: u8,
    mut reader: Reader<'_>,
    record: &mut Record,
    event: &mut DeviceEvent,
) -> Result<(), DecodeError> {
    match tag {
        0x81 => {
            let status = u32::from(reader.u8()?);
            record.device_time = places::moment_of_bytes(reader.array()?, 0);
            let mut side = |negative| {
                let value = f64::from(reader.u32()?) / 1e6;
                Ok::<_, DecodeError>(if negative { -value } else { value })
            };
            let (lat, lon) = (side(bit(status, 3))?, side(bit(status, 2))?);
            // Which bit claims a fix nobody has told us, so none is claimed.
            record.fix = places::fix(lat, lon, false);
            reader.skip(1 + 1)?;
            let volts = f64::from(reader.u8()?) / 50.0;
            event.readings.insert(Reading::BatteryVolts, volts);
        }
        0x82 => {
            // A bit counts only when it is set in both.
            let bits = u32::from(reader.u8()? & reader.u8()?);
            let set = MEANINGS.iter().filter(|(index, _)| bit(bits, *index));
            *record = record
                .clone()
                .with_alarms(set.map(|(_, alarm)| *alarm).collect());
        }
        _ => {}
    }
    Ok(())
}
