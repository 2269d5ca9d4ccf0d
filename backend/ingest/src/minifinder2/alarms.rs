//! The word of key 02: which bit means what.

use domain::devices::Alarm;

use crate::bytes::bit;

/// Bits without a direction. Side buttons (13, 14) make calls and are no alarm.
const MEANINGS: &[(u32, Alarm)] = &[
    (0, Alarm::LowBattery),
    (1, Alarm::Overspeed),
    (2, Alarm::Fall),
    (8, Alarm::PowerOff),
    (9, Alarm::PowerOn),
    (10, Alarm::Movement),
    (12, Alarm::Sos),
];

/// All alarms of the word, most urgent first.
pub fn of_word(word: u32) -> Vec<Alarm> {
    let plain = MEANINGS.iter().filter(|(index, _)| bit(word, *index));
    // Fences 1 to 4 are bits 4 to 7; 26 to 29 say which way.
    let fences = (0..4).filter(|fence| bit(word, 4 + fence)).map(|fence| {
        if bit(word, 26 + fence) {
            Alarm::GeofenceEnter
        } else {
            Alarm::GeofenceExit
        }
    });
    Alarm::in_order(plain.map(|(_, alarm)| *alarm).chain(fences).collect())
}

/// What is told and is no alarm.
pub(super) fn is_news(alarm: Alarm) -> bool {
    matches!(alarm, Alarm::PowerOn | Alarm::Movement | Alarm::Overspeed)
}
