//! What the alarm word of a location report means.

use domain::devices::Alarm;

use crate::bytes::bit;

/// Every bit with a meaning for us. 29 and 30 are collision and rollover; the standard has no fall.
const MEANINGS: &[(u32, Alarm)] = &[
    (0, Alarm::Sos),
    (1, Alarm::Overspeed),
    (4, Alarm::Fault),
    (5, Alarm::Fault),
    (6, Alarm::Fault),
    (7, Alarm::LowBattery),
    (8, Alarm::PowerOff),
    (9, Alarm::Fault),
    (10, Alarm::Fault),
    (11, Alarm::Fault),
    (15, Alarm::Vibration),
    (16, Alarm::Tampering),
    (17, Alarm::Tampering),
    (18, Alarm::LowBattery),
    (20, Alarm::Geofence),
    (26, Alarm::Unspecified),
    (28, Alarm::Movement),
    (29, Alarm::Collision),
    (30, Alarm::Collision),
];
/// The same word of padlocks.
const PADLOCK: &[(u32, Alarm)] = &[
    (0, Alarm::Removed),
    (1, Alarm::Tampering),
    (4, Alarm::Removed),
];
/// The same word of AOVX badges.
const AOVX: &[(u32, Alarm)] = &[(16, Alarm::Movement)];

/// All alarms of the word.
pub fn of_word(word: u32, model: &str) -> Vec<Alarm> {
    let meanings = match model {
        "G-360P" | "G-508P" => PADLOCK,
        "AL300" | "GL100" => AOVX,
        _ => MEANINGS,
    };
    let set = meanings.iter().filter(|(index, _)| bit(word, *index));
    let known = set.filter(|(index, _)| model != "VL300" || *index < 29);
    known.map(|(_, alarm)| *alarm).collect()
}

/// States that a report repeats for as long as they last make no alarm of it.
pub(super) fn is_state(alarm: Alarm) -> bool {
    matches!(
        alarm,
        Alarm::LowBattery
            | Alarm::PowerOff
            | Alarm::PowerCut
            | Alarm::PowerRestored
            | Alarm::Overspeed
            | Alarm::Fault
            | Alarm::Movement
            | Alarm::Vibration
            | Alarm::Temperature
    )
}
