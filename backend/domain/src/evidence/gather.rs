//! From what a device says to findings.

use std::collections::BTreeMap;

use crate::devices::{Alarm, DeviceEvent, Reading, Recency};
use crate::geo::Coordinate;
use crate::incidents::{AlarmSignal, Incident, IncidentKind};
use crate::time::Timestamp;

use super::{EvidenceRules, Finding, Item, Known};

/// What a device says of itself and its wearer beside the alarm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    /// On a charger or external supply.
    pub charging: Option<bool>,
    /// On the body.
    pub worn: Option<bool>,
    /// What was measured.
    pub readings: BTreeMap<Reading, f64>,
    /// A radar's stage, as a finding.
    pub stage: Option<Finding>,
    /// A valid fix.
    pub at: Option<Coordinate>,
    /// What was found by other means, such as an uploaded trace.
    pub items: Vec<Item>,
    /// When it was here.
    pub received_at: Option<Timestamp>,
}

impl Observation {
    /// What a decoded frame shows.
    pub fn of(event: &DeviceEvent, received_at: Timestamp) -> Self {
        Self {
            charging: event.charging,
            worn: event.worn,
            readings: event.readings.clone(),
            stage: stage(event),
            at: event.fix.filter(|fix| fix.valid).map(|fix| fix.at),
            items: Vec::new(),
            received_at: Some(received_at),
        }
    }
}

/// Whether an event could add anything to an open incident: cheap, asked of every frame.
pub fn tells(event: &DeviceEvent) -> bool {
    let live = event.recency == Recency::Live && event.quarantine.is_none();
    let has = event.charging.is_some()
        || event.worn.is_some()
        || !event.readings.is_empty()
        || event.fix.is_some_and(|fix| fix.valid)
        || stage(event).is_some();
    live && has && !is_practice(event)
}

/// Simulated, learning or a test: shown, never acted on.
pub fn is_practice(event: &DeviceEvent) -> bool {
    let is_set = |flag| {
        let data = event.data.as_ref();
        data.and_then(|data| data.get(flag)) == Some(&serde_json::Value::Bool(true))
    };
    ["isSimulated", "isLearning", "testMode"]
        .into_iter()
        .any(is_set)
}

/// The stage of a fall that a radar names in its data.
fn stage(event: &DeviceEvent) -> Option<Finding> {
    Some(match event.data.as_ref()?.get("stage")?.as_str()? {
        "fall_detected" | "detected" => Finding::StageDetected,
        "fall_confirmed" | "confirmed" => Finding::StageConfirmed,
        "calling" => Finding::StageCalling,
        "fall_exit" | "exit" | "finished" => Finding::GotUp,
        "canceled" | "cancelled" => Finding::CancelledAtDevice,
        _ => return None,
    })
}

/// What an alarm and all that is known of its device say. `again`: for an incident that is open
/// already.
pub fn gather(
    signal: &AlarmSignal,
    known: &Known,
    again: bool,
    rules: &EvidenceRules,
) -> Vec<Item> {
    let seen = &signal.seen;
    let mut found = vec![Item::plain(spoken(&signal.alarms))];
    if again {
        found.push(Item::plain(Finding::AlarmAgain));
    }
    found.extend(seen.stage.map(Item::plain));
    if signal.recency == Recency::Stored {
        found.push(Item::plain(Finding::Stored));
    }
    let remembered = known.way.as_ref();
    let charging = seen.charging.or_else(|| remembered?.charging);
    let worn = seen.worn.or_else(|| remembered?.worn);
    found.extend(state(charging, worn));
    found.extend(vitals(&seen.readings, rules));
    if let Some(steps) = seen.readings.get(&Reading::Steps) {
        found.push(Item::with(Finding::Steps, whole(*steps)));
    }
    if signal.at.is_some() {
        found.push(Item::plain(Finding::Located));
    }
    found.extend(doubts(known, rules));
    fresh(found, known)
}

/// What a later frame of the resident's devices, or an uploaded trace, adds.
pub fn later(
    seen: &Observation,
    incident: &Incident,
    known: &Known,
    rules: &EvidenceRules,
) -> Vec<Item> {
    let mut found = seen.items.clone();
    found.extend(seen.stage.map(Item::plain));
    found.extend(state(seen.charging, seen.worn));
    found.extend(vitals(&seen.readings, rules));
    let first = |finding| known.items().find(|item| item.finding == finding);
    let steps = seen
        .readings
        .get(&Reading::Steps)
        .map(|steps| whole(*steps));
    let before = first(Finding::Steps).and_then(|item| item.value);
    let since = seen
        .received_at
        .map(|at| (at - incident.opened_at).num_seconds());
    if let (Some(steps), Some(before), Some(since)) = (steps, before, since) {
        let walked = steps - before;
        if walked >= i64::from(rules.walked_steps) {
            found.push(Item::with(Finding::Walked, walked));
        } else if walked == 0 && since >= i64::from(rules.still_s) {
            found.push(Item::with(Finding::Still, since));
        }
    }
    // Only two fixes of a device can be compared: a home is no fix.
    if first(Finding::Located).is_some()
        && let (Some(now), Some(then)) = (seen.at, incident.at)
    {
        let far = now.metres_to(then);
        if far >= f64::from(rules.moved_m) {
            found.push(Item::with(Finding::Moved, whole(far)));
        }
    }
    fresh(found, known)
}

/// Each finding is kept once: a chatty device must not fill the record.
fn fresh(mut found: Vec<Item>, known: &Known) -> Vec<Item> {
    let had = |item: &Item| known.items().any(|old| old.finding == item.finding);
    found.retain(|item| !had(item));
    found.sort_unstable();
    found.dedup_by_key(|item| item.finding);
    found
}

fn spoken(alarms: &[Alarm]) -> Finding {
    match IncidentKind::of_alarms(alarms) {
        IncidentKind::Sos => Finding::Button,
        IncidentKind::Fall => Finding::FallSignal,
        IncidentKind::Unspecified => Finding::NoReason,
        kind if kind.is_hazard() || kind == IncidentKind::Seizure => Finding::HazardSignal,
        _ => Finding::OtherSignal,
    }
}

fn state(charging: Option<bool>, worn: Option<bool>) -> impl Iterator<Item = Item> {
    let worn = worn.map(|worn| {
        if worn {
            Finding::Worn
        } else {
            Finding::NotWorn
        }
    });
    let charging = (charging == Some(true)).then_some(Finding::Charging);
    worn.into_iter().chain(charging).map(Item::plain)
}

/// Zero, and an oxygen of one, mean "no reading" (traps of the device notes) and are left out.
fn vitals(readings: &BTreeMap<Reading, f64>, rules: &EvidenceRules) -> Vec<Item> {
    let told = |reading| {
        let value = readings.get(&reading).copied().map(whole);
        value.filter(|value| *value > 1)
    };
    let outside =
        |value: i64, low: u32, high: u32| value < i64::from(low) || value > i64::from(high);
    let mut found = Vec::new();
    let measured = [
        (
            Reading::HeartRate,
            Finding::HeartRateOdd,
            rules.heart_rate_low,
            rules.heart_rate_high,
        ),
        (
            Reading::BloodOxygen,
            Finding::BloodOxygenLow,
            rules.blood_oxygen_low,
            100,
        ),
        (
            Reading::BreathingRate,
            Finding::BreathingOdd,
            rules.breathing_low,
            rules.breathing_high,
        ),
    ];
    let mut any = false;
    for (reading, finding, low, high) in measured {
        if let Some(value) = told(reading) {
            any = true;
            if outside(value, low, high) {
                found.push(Item::with(finding, value));
            }
        }
    }
    if any && found.is_empty() {
        found.push(Item::plain(Finding::VitalsNormal));
    }
    found
}

fn doubts(known: &Known, rules: &EvidenceRules) -> Vec<Item> {
    let doubts = known.doubts;
    let mut found = Vec::new();
    if doubts.device_false >= rules.false_alarms {
        found.push(Item::with(
            Finding::FalseAlarmsDevice,
            doubts.device_false.into(),
        ));
    }
    let percent = (doubts.model_false * 100).checked_div(doubts.model_alarms);
    let percent = percent.filter(|_| doubts.model_alarms >= rules.model_alarms);
    if let Some(percent) = percent.filter(|percent| *percent >= rules.model_false_percent) {
        found.push(Item::with(Finding::FalseAlarmsModel, percent.into()));
    }
    found
}

/// What a device measures fits; what does not is cut.
fn whole(value: f64) -> i64 {
    value.round() as i64
}
