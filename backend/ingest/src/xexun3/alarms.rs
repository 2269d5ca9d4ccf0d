//! What the code of item 69 means.

use domain::devices::Alarm;

/// The alarm of a code; others tell of the SIM card and the like.
pub fn of_code(code: u8) -> Option<Alarm> {
    Some(match code {
        1 => Alarm::Sos,
        2 => Alarm::LowBattery,
        4 => Alarm::Removed,
        5 => Alarm::Movement,
        7 => Alarm::Fall,
        8 => Alarm::Collision,
        11 => Alarm::PowerRestored,
        12 => Alarm::PowerCut,
        13 => Alarm::PowerOn,
        14 => Alarm::PowerOff,
        15 | 16 => Alarm::Door,
        _ => return None,
    })
}
