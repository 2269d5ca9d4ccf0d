//! Frames that start with `$`: digits in nibbles.

use domain::devices::{DeviceEvent, DeviceUid};

use super::alarms;
use crate::bytes::{Reader, bit, digits};
use crate::places;
use crate::protocol::DecodeError;

/// Bytes of a frame whose id is an IMEI.
const LONG: usize = 42;

/// The id: ten digits, or fifteen of sixteen.
pub(super) fn uid(frame: &[u8]) -> Option<DeviceUid> {
    let id = match is_long(frame) {
        true => hex::encode(frame.get(1..9)?).get(..15)?.to_owned(),
        false => hex::encode(frame.get(1..6)?),
    };
    DeviceUid::parse(&id).filter(|_| id.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether the id is an IMEI: time and latitude stand where it puts them. The length, which tells when
/// they do not, may be that of a frame that lost its end.
fn is_long(frame: &[u8]) -> bool {
    match (fits(frame, 6), fits(frame, 9)) {
        (true, false) => false,
        (false, true) => true,
        _ => frame.len() == LONG,
    }
}

/// Whether a time and a latitude stand at this place.
fn fits(frame: &[u8], at: usize) -> bool {
    let Some(&[hour, minute, second, day, month, year, ref lat @ ..]) =
        frame.get(at..at + 10).and_then(<[u8]>::first_chunk::<10>)
    else {
        return false;
    };
    let moment = places::moment_of_bcd([year, month, day, hour, minute, second], 0);
    let minutes = digits(lat, 8).map(|value| value % 1_000_000.0);
    moment.is_some() && minutes.is_some_and(|minutes| minutes < 600_000.0)
}

/// Time, latitude, battery, longitude, flags, speed and course, status.
pub(super) fn read(frame: &[u8], event: &mut DeviceEvent) -> Result<(), DecodeError> {
    let mut reader = Reader::new(frame);
    reader.skip(if is_long(frame) { 9 } else { 6 })?;
    let [hour, minute, second, day, month, year] = reader.array()?;
    event.device_time = places::moment_of_bcd([year, month, day, hour, minute, second], 0);
    let lat: [u8; 4] = reader.array()?;
    event.battery_pct = battery(reader.u8()?);
    let lon: [u8; 5] = reader.array()?;
    // The last nibble of the longitude is flags.
    let flags = u32::from(lon[4] & 15);
    let degrees = |bytes, count| Some(places::degrees_minutes(digits(bytes, count)? / 1e4));
    if let (Some(lat), Some(lon)) = (degrees(&lat[..], 8), degrees(&lon[..], 9)) {
        let lat = if bit(flags, 2) { lat } else { -lat };
        let lon = if bit(flags, 3) { lon } else { -lon };
        event.fix = places::fix(lat, lon, bit(flags, 1));
    }
    reader.skip(3)?;
    event.alarms = alarms::of_status(reader.u32()?);
    Ok(())
}

fn battery(byte: u8) -> Option<u8> {
    match byte {
        1..=3 => Some((byte - 1) * 10),
        4..=6 => Some((byte - 1) * 20),
        7..=100 => Some(byte),
        0xf1..=0xf6 => Some(byte - 0xf0),
        _ => None,
    }
}
