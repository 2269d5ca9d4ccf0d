//! The second field: alarms are plain words.

use domain::devices::Alarm;

/// What a word means; `tracker`, numbers and words about engines are no alarm here.
pub fn of_word(word: &str) -> Option<Alarm> {
    Some(match word {
        "help me" => Alarm::Sos,
        "low battery" => Alarm::LowBattery,
        "stockade" => Alarm::Geofence,
        "move" => Alarm::Movement,
        "speed" => Alarm::Overspeed,
        "sensor alarm" => Alarm::Vibration,
        "door alarm" => Alarm::Door,
        "ac alarm" => Alarm::PowerCut,
        "accident alarm" => Alarm::Collision,
        "DTC" => Alarm::Fault,
        _ if word.starts_with("T:") => Alarm::Temperature,
        _ => return None,
    })
}
