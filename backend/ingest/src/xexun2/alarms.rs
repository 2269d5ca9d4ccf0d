//! What the alarm word of a report means.

use domain::devices::Alarm;

use crate::bytes::bit;

const MEANINGS: [(u32, Alarm); 3] = [(0, Alarm::Sos), (1, Alarm::Removed), (15, Alarm::Fall)];

/// All alarms of the word.
pub fn of_word(word: u32) -> Vec<Alarm> {
    let set = MEANINGS.iter().filter(|(index, _)| bit(word, *index));
    set.map(|(_, alarm)| *alarm).collect()
}
