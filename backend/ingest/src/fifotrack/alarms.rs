//! What the alarm number of a report means.

use domain::devices::Alarm;

/// The alarm of a number. The maker's list calls 25 "man down" and 22 "no movement".
pub fn of_number(number: u32) -> Option<Alarm> {
    Some(match number {
        2 => Alarm::Sos,
        14 | 17 => Alarm::LowBattery,
        15 => Alarm::PowerCut,
        16 => Alarm::PowerRestored,
        18 => Alarm::Overspeed,
        20 => Alarm::Fault,
        21 => Alarm::Vibration,
        22 => Alarm::NoMovement,
        25 | 31 => Alarm::Fall,
        33 => Alarm::GeofenceExit,
        34 => Alarm::GeofenceEnter,
        40 | 41 => Alarm::Temperature,
        53 => Alarm::PowerOn,
        54 => Alarm::PowerOff,
        _ => return None,
    })
}
