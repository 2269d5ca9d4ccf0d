//! What the alarm byte and the terminal information of a packet mean.

use domain::devices::Alarm;

use crate::bytes::bit;

/// The alarm byte of packets 16, 26, 27, a4, a5 and of status packets. Codes that speak of driving
/// (braking, cornering) and unknown ones are none here: `None` is "no reason we know".
pub fn of_code(code: u8, model: &str) -> Option<Alarm> {
    let driven = model.starts_with("LW") || model.starts_with("lw");
    Some(match code {
        0x01 => Alarm::Sos,
        0x23 => Alarm::Fall,
        0x02 => Alarm::PowerCut,
        0x03 | 0x09 => Alarm::Vibration,
        0x04 => Alarm::GeofenceEnter,
        0x05 => Alarm::GeofenceExit,
        0x06 => Alarm::Overspeed,
        0x0e | 0x0f => Alarm::LowBattery,
        0x11 => Alarm::PowerOff,
        0x0c | 0x13 | 0x25 | 0x32 => Alarm::Tampering,
        0x14 => Alarm::Door,
        0x18 if driven => Alarm::Collision,
        0x18 => Alarm::Removed,
        0x19 if driven => return None,
        0x19 => Alarm::LowBattery,
        0x2c | 0xf2 => Alarm::Collision,
        _ => return None,
    })
}

/// Bits 3 to 5 of the terminal information.
pub fn of_terminal(status: u8, has_overspeed: bool) -> Option<Alarm> {
    Some(match status >> 3 & 7 {
        1 => Alarm::Vibration,
        2 => Alarm::PowerCut,
        3 => Alarm::LowBattery,
        4 => Alarm::Sos,
        6 => Alarm::Geofence,
        7 if has_overspeed => Alarm::Overspeed,
        7 => Alarm::Removed,
        _ => return None,
    })
}

/// The event byte of packet 95; its 01 is an SOS only in the long form with a position.
pub fn of_event(code: u8, with_position: bool) -> Option<Alarm> {
    Some(match code {
        0x01 if with_position => Alarm::Sos,
        0x01 => Alarm::Unspecified,
        0x0e => Alarm::LowBattery,
        0x76 => Alarm::Temperature,
        0x80 => Alarm::Vibration,
        0x87 => Alarm::Overspeed,
        0x88 => Alarm::PowerCut,
        0x93 => Alarm::Collision,
        _ => return None,
    })
}

/// The event of module 2b in packet 70.
pub fn of_module(code: u8) -> Option<Alarm> {
    Some(match code {
        0x11 | 0x12 => Alarm::LowBattery,
        0x13 => Alarm::PowerCut,
        0x14 => Alarm::Removed,
        _ => return None,
    })
}

/// Whether the terminal information says that it charges.
pub fn charging(status: u8) -> bool {
    bit(status.into(), 2)
}
