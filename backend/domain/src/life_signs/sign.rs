//! What a sensor's message says of daily life.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::devices::{Alarm, DeviceEvent};
use crate::ids::DeviceId;
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// A sign of daily life.
    pub enum LifeSign {
        /// Water that was used, cubic metres.
        Water = "water",
        /// A door that was opened, times.
        Door = "door",
        /// Somebody moved, times.
        Motion = "motion",
        /// A smoke detector saw smoke or was tested, times.
        Smoke = "smoke",
        /// Electricity that was used, kilowatt-hours.
        Breaker = "breaker",
        /// Steps that were counted.
        Steps = "steps",
        /// A key or button was pressed, times.
        Key = "key",
        /// A meal was collected, times.
        Meal = "meal",
        /// Their code was read somewhere, times.
        Scan = "scan",
        /// Any of them, times.
        Any = "any",
    }
}

/// One reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignReading {
    /// When it came in.
    pub at: Timestamp,
    /// How much there was since the reading before, or 1 for something that happened.
    pub value: f64,
}

/// Readings as they came in, of several sensors of one home in order of time, as amounts: what a
/// meter counts is its difference to before. A meter that was changed or turned back begins anew.
pub fn amounts(sign: LifeSign, told: &[(DeviceId, SignReading)]) -> Vec<SignReading> {
    let mut totals: HashMap<DeviceId, f64> = HashMap::new();
    let used = told.iter().map(|(device, reading)| {
        let value = match totals.insert(*device, reading.value) {
            _ if !sign.is_metered() => reading.value,
            Some(before) => (reading.value - before).max(0.0),
            None => 0.0,
        };
        SignReading {
            at: reading.at,
            value,
        }
    });
    used.collect()
}

/// Amounts of several signs as happenings, in order of time: whatever moved counts once.
pub fn happenings(of_signs: Vec<Vec<SignReading>>) -> Vec<SignReading> {
    let counted = of_signs.into_iter().flatten().map(|reading| SignReading {
        value: f64::from(u8::from(reading.value > 0.0)),
        ..reading
    });
    let mut all: Vec<SignReading> = counted.collect();
    all.sort_by_key(|reading| reading.at);
    all
}

/// Fields of sensors that tell a sign, and how: as makers and bridges name them.
const METERS: &[(LifeSign, &[&str])] = &[
    (
        LifeSign::Water,
        &["water_m3", "water_consumed", "water_total", "water"],
    ),
    (LifeSign::Steps, &["steps", "step_count", "pedometer"]),
    (
        LifeSign::Breaker,
        &["energy_kwh", "energy", "total_energy", "power_consumption"],
    ),
];
/// Fields with the values that mean "it happened".
const HAPPENINGS: &[(LifeSign, &str, &[&str])] = &[
    (LifeSign::Door, "magnet_status", &["open", "opened"]),
    (LifeSign::Door, "door", &["open", "opened", "true"]),
    (LifeSign::Door, "contact", &["false"]),
    (LifeSign::Motion, "occupancy", &["true", "occupied"]),
    (LifeSign::Motion, "presence", &["true", "occupied"]),
    (LifeSign::Motion, "pir", &["trigger", "true"]),
    (LifeSign::Smoke, "smoke", &["true", "alarm"]),
    (
        LifeSign::Key,
        "action",
        &[
            "single", "double", "triple", "hold", "press", "on", "off", "toggle",
        ],
    ),
    (
        LifeSign::Key,
        "button",
        &["true", "pressed", "single", "press"],
    ),
];

impl LifeSign {
    /// Whether its readings are totals of a meter, whose differences count.
    pub fn is_metered(self) -> bool {
        matches!(self, Self::Water | Self::Breaker | Self::Steps)
    }

    /// Whether a person reports it, and no sensor.
    pub fn is_reported(self) -> bool {
        matches!(self, Self::Meal | Self::Scan)
    }

    /// Every sign that is one by itself.
    pub fn single() -> impl Iterator<Item = Self> {
        let all = Self::ALL.iter().copied();
        all.filter(|sign| *sign != Self::Any)
    }

    /// The signs in an event: each with its value.
    pub fn of(event: &DeviceEvent) -> Vec<(Self, f64)> {
        let empty = Map::new();
        let data = event.data.as_ref().unwrap_or(&empty);
        let mut found: Vec<(Self, f64)> = METERS
            .iter()
            .filter_map(|(sign, fields)| {
                let total = fields.iter().find_map(|field| data.get(*field)?.as_f64())?;
                total.is_finite().then_some((*sign, total))
            })
            .collect();
        for (sign, field, values) in HAPPENINGS {
            let said = data.get(*field).and_then(word);
            let happened = said.is_some_and(|said| values.contains(&said.as_str()));
            if happened && !found.iter().any(|(known, _)| known == sign) {
                found.push((*sign, 1.0));
            }
        }
        if event.alarms.contains(&Alarm::Door) && !found.iter().any(|(s, _)| *s == Self::Door) {
            found.push((Self::Door, 1.0));
        }
        found
    }
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_lowercase()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}
