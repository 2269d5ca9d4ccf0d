//! What the alarm byte means, by the family of the device.

use domain::devices::Alarm;

/// Personal and asset tags (`2727`).
pub fn of_tag(code: u8) -> Option<Alarm> {
    Some(match code {
        1 | 4 => Alarm::Removed,
        2 => Alarm::Tampering,
        3 => Alarm::Sos,
        5 => Alarm::Fall,
        6 => Alarm::LowBattery,
        8 | 30 | 33 | 37 => Alarm::Temperature,
        9 => Alarm::Vibration,
        14 => Alarm::GeofenceEnter,
        15 => Alarm::GeofenceExit,
        16 => Alarm::Movement,
        _ => return None,
    })
}

/// Trackers of vehicles (`2323`, `2525`, `2626`).
pub fn of_vehicle(code: u8) -> Option<Alarm> {
    Some(match code {
        1 => Alarm::PowerCut,
        2 | 24 => Alarm::LowBattery,
        3 => Alarm::Sos,
        4 => Alarm::Overspeed,
        5 => Alarm::GeofenceEnter,
        6 => Alarm::GeofenceExit,
        7 => Alarm::Movement,
        8 | 10 => Alarm::Vibration,
        23 => Alarm::PowerRestored,
        _ => return None,
    })
}

/// Wireless buttons and keys that a tracker hears.
pub fn of_button(code: u8, is_button: bool) -> Option<Alarm> {
    match (code, is_button) {
        (0, true) => Some(Alarm::Sos),
        (1, _) => Some(Alarm::LowBattery),
        _ => None,
    }
}
