//! What the code of a warning packet means.

use domain::devices::Alarm;

/// The code of packets 14 and 04. A warning nobody told us the meaning of may be about a life.
pub fn of_code(code: u8) -> Option<Alarm> {
    Some(match code {
        0x01 => Alarm::PowerOff,
        0x02 => Alarm::Sos,
        0x03 => Alarm::LowBattery,
        0x04 => Alarm::Vibration,
        0x05 => Alarm::Movement,
        0x08 | 0x09 => Alarm::Fault,
        0x25 => Alarm::Removed,
        0x82 => Alarm::Overspeed,
        0x83 => Alarm::GeofenceEnter,
        0x84 => Alarm::GeofenceExit,
        0x85 => Alarm::Collision,
        0x86 => Alarm::Fall,
        // None; in and out of reception; slower than wanted.
        0x00 | 0x06 | 0x07 | 0x81 => return None,
        _ => Alarm::Unspecified,
    })
}
