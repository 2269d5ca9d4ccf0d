//! The flags word of a position: which bit means what.

use domain::devices::Alarm;

use crate::bytes::bit;

const MEANINGS: &[(u32, Alarm)] = &[
    (2, Alarm::Fault),
    (6, Alarm::Sos),
    (7, Alarm::Overspeed),
    (8, Alarm::Fall),
    (9, Alarm::Geofence),
    (10, Alarm::Geofence),
    (11, Alarm::Geofence),
    (12, Alarm::LowBattery),
    (14, Alarm::Movement),
    (15, Alarm::Movement),
];

/// All alarms of the word, most urgent first.
pub fn of_flags(flags: u32) -> Vec<Alarm> {
    let set = MEANINGS.iter().filter(|(index, _)| bit(flags, *index));
    Alarm::in_order(set.map(|(_, alarm)| *alarm).collect())
}

/// States that a position repeats for as long as they last make no alarm of it.
pub(super) fn is_state(alarm: Alarm) -> bool {
    matches!(
        alarm,
        Alarm::Fault | Alarm::Overspeed | Alarm::LowBattery | Alarm::Movement
    )
}
