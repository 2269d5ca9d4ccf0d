//! The status word: alarms are active low, and all of them are reported.

use domain::devices::Alarm;

use crate::bytes::bit;

const MEANINGS: &[(u32, Alarm)] = &[
    (0, Alarm::Vibration),
    (1, Alarm::Sos),
    (2, Alarm::Overspeed),
    (18, Alarm::Sos),
    (19, Alarm::PowerCut),
];

/// All alarms of the word, most urgent first.
pub fn of_status(status: u32) -> Vec<Alarm> {
    let clear = MEANINGS.iter().filter(|(index, _)| !bit(status, *index));
    Alarm::in_order(clear.map(|(_, alarm)| *alarm).collect())
}
