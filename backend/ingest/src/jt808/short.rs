//! Messages 5501 and 5502 of locks: UTC, degrees and minutes in nibbles.

use domain::devices::{Alarm, DeviceEvent, Recency};

use super::alarms;
use crate::bytes::{Reader, bit, digits};
use crate::places;
use crate::protocol::DecodeError;

/// Reads one; 5502 is a position from before, sent without a fix now.
pub(super) fn read(
    event: &mut DeviceEvent,
    reader: &mut Reader<'_>,
    has_fix: bool,
) -> Result<(), DecodeError> {
    let [day, month, year, rest @ ..] = reader.array::<6>()?;
    let [hour, minute, second] = rest;
    event.device_time = places::moment_of_bcd([year, month, day, hour, minute, second], 0);
    let (lat, lon) = (reader.array::<4>()?, reader.array::<5>()?);
    // The last nibble of the longitude is flags.
    let flags = u32::from(lon[4] & 15);
    let degrees = |bytes, count| Some(places::degrees_minutes(digits(bytes, count)? / 1e4));
    if let (Some(lat), Some(lon)) = (degrees(&lat[..], 8), degrees(&lon[..], 9)) {
        let lat = if bit(flags, 1) { lat } else { -lat };
        let lon = if bit(flags, 2) { lon } else { -lon };
        event.fix = places::fix(lat, lon, has_fix);
    }
    if !has_fix {
        event.recency = Recency::Stored;
    }
    reader.skip(2 + 1 + 1 + 4)?;
    match reader.u8()? {
        percent @ 0..=100 => event.battery_pct = Some(percent),
        0xaa | 0xab => event.charging = Some(true),
        _ => {}
    }
    reader.skip(4 + 2)?;
    let product = reader.u8()?;
    reader.skip(2)?;
    let word = u32::from(reader.u16()?);
    let meanings: &[(u32, Alarm)] = match product {
        1 | 2 => &[(0, Alarm::LowBattery)],
        3 => &[
            (0, Alarm::Overspeed),
            (1, Alarm::LowBattery),
            (2, Alarm::Vibration),
            (3, Alarm::LowBattery),
            (5, Alarm::GeofenceEnter),
            (6, Alarm::GeofenceExit),
        ],
        _ => &[],
    };
    let set = meanings.iter().filter(|(index, _)| bit(word, *index));
    event.alarms = Alarm::in_order(set.map(|(_, alarm)| *alarm).collect());
    event.is_alarm = event.alarms.iter().any(|alarm| !alarms::is_state(*alarm));
    Ok(())
}
