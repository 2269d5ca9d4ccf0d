//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol, Reading, Recency};

use super::frame::{Frame, take_apart};
use crate::bytes::{Reader, bit, packed_imei};
use crate::protocol::{DecodeError, Envelope};
use crate::{keys, places};

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let frame = take_apart(bytes)?;
    let login = match frame.kind {
        0x01 => Some(imei(&frame).ok_or(DecodeError::new(4, "identity unreadable"))?),
        _ => None,
    };
    let mut event = DeviceEvent::new(
        Protocol::Topin,
        envelope.sender(login),
        &format!("{:02x}", frame.kind),
        EventKey(String::new()),
    );
    // A packet shorter than its type should be means what it says as far as it goes.
    let _ = read(&frame, &mut event);
    event.is_alarm = event.alarms.iter().any(|alarm| !is_state(*alarm));
    event.key = keys::of(&event, frame.body);
    Ok(event)
}

/// Reads who a frame claims to come from: only a login does.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    let frame = take_apart(bytes).ok()?;
    (frame.kind == 0x01).then(|| imei(&frame)).flatten()
}

fn imei(frame: &Frame<'_>) -> Option<DeviceUid> {
    packed_imei(frame.body.get(..8)?)
}

/// A shake and a speed say nothing about the person.
fn is_state(alarm: Alarm) -> bool {
    matches!(alarm, Alarm::Overspeed | Alarm::LowBattery)
}

fn read(frame: &Frame<'_>, event: &mut DeviceEvent) -> Result<(), DecodeError> {
    let mut reader = Reader::new(frame.body);
    if matches!(frame.kind, 0x09 | 0x11 | 0x17 | 0x19) {
        event.recency = Recency::Stored;
    }
    match frame.kind {
        0x08 | 0x09 => {
            event.device_time = places::moment_of_bytes(reader.array()?, 0);
            let (lat, lon) = (coordinate(&mut reader)?, coordinate(&mut reader)?);
            event.fix = places::fix(lat, lon, frame.kind == 0x08);
        }
        0x10 | 0x11 => {
            event.device_time = places::moment_of_bytes(reader.array()?, 0);
            reader.skip(1)?;
            let lat = f64::from(reader.u32()?) / 1_800_000.0;
            let lon = f64::from(reader.u32()?) / 1_800_000.0;
            reader.skip(1)?;
            let flags = u32::from(reader.u16()?);
            let lat = if bit(flags, 10) { lat } else { -lat };
            let lon = if bit(flags, 11) { -lon } else { lon };
            event.fix = places::fix(lat, lon, bit(flags, 12));
            if reader.left() >= 3 {
                reader.skip(2)?;
                event.alarms = alarms(reader.u8()?);
            }
        }
        0x13 => {
            event.battery_pct = Some(reader.u8()?).filter(|percent| *percent <= 100);
            reader.skip(1 + 1 + 1 + 1 + 3)?;
            event.charging = Some(reader.u8()? > 0);
            match reader.u8()? {
                // 0 means "no reading".
                0 => {}
                rate => drop(event.readings.insert(Reading::HeartRate, rate.into())),
            }
        }
        0x17 | 0x18 | 0x19 | 0x69 => {
            event.device_time = places::moment_of_bcd(reader.array()?, 0);
            reader.skip(7 * usize::from(frame.length))?;
            let cells = usize::from(reader.u8()?);
            reader.skip(3 + 5 * cells)?;
            // Some models write longer cells: then what is left is no alarm byte.
            if let [byte] = reader.rest() {
                event.alarms = alarms(*byte);
            }
        }
        0x94 => event.alarms = vec![Alarm::Vibration],
        0x99 => event.alarms = vec![Alarm::Sos],
        _ => {}
    }
    Ok(())
}

/// A byte of degrees, four bits of sign, twenty of millionths.
fn coordinate(reader: &mut Reader<'_>) -> Result<f64, DecodeError> {
    let degrees = f64::from(reader.u8()?);
    let rest = reader.u24()?;
    let value = degrees + f64::from(rest & 0x0f_ffff) / 1e6;
    Ok(if rest >> 20 == 0 { value } else { -value })
}

fn alarms(byte: u8) -> Vec<Alarm> {
    let meanings = [
        (0, Alarm::Vibration),
        (1, Alarm::Overspeed),
        (4, Alarm::LowBattery),
    ];
    let set = meanings
        .iter()
        .filter(|(index, _)| bit(byte.into(), *index));
    Alarm::in_order(set.map(|(_, alarm)| *alarm).collect())
}
