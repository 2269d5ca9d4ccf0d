//! What the event number of a report means.

use domain::devices::Alarm;

/// The alarm of a number; others tell why it reports, and are none.
pub fn of_number(number: u32) -> Option<Alarm> {
    Some(match number {
        0 => Alarm::PowerOn,
        5 => Alarm::Sos,
        8 => Alarm::LowBattery,
        9 => Alarm::GeofenceEnter,
        10 => Alarm::GeofenceExit,
        12 => Alarm::PowerOff,
        _ => return None,
    })
}
