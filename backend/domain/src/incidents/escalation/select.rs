//! Which ladder an incident climbs.

use chrono::Timelike;
use serde::{Deserialize, Serialize};

use super::{Ladder, LadderKind, LadderName, Ladders};
use crate::incidents::{Incident, IncidentKind, Severity};
use crate::residents::{Care, Cognition, RiskLevel};
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// Part of the day, by the organisation's own clock.
    pub enum DayPart {
        /// Outside the night.
        Day = "day",
        /// Inside it.
        Night = "night",
    }
}

/// Local hours that are night: from the first to before the last, over midnight when the first is
/// the later one. Equal hours: there is no night.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Night {
    /// First hour of the night, 0-23.
    pub from_h: u8,
    /// First hour of the day, 0-23.
    pub to_h: u8,
}

impl Night {
    fn holds(self, hour: u32) -> bool {
        let (from, to) = (u32::from(self.from_h), u32::from(self.to_h));
        if from <= to {
            (from..to).contains(&hour)
        } else {
            hour >= from || hour < to
        }
    }
}

/// Where a special ladder counts: all that is named has to hold, and of a list one is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// How urgent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub severity: Vec<Severity>,
    /// What happened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<IncidentKind>,
    /// By day or by night.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<DayPart>,
    /// How much is feared for the resident.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub risk: Vec<RiskLevel>,
    /// How well the resident can say what happened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cognition: Vec<Cognition>,
}

/// What chooses a ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Which ladder is climbed.
    pub kind: LadderKind,
    /// What happened.
    pub incident: IncidentKind,
    /// How urgent.
    pub severity: Severity,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// What is known of the resident.
    pub care: Care,
}

impl Choice {
    /// What chooses the ladder of an incident.
    pub fn of(incident: &Incident, care: Care) -> Self {
        Self {
            kind: incident.ladder,
            incident: incident.kind,
            severity: incident.severity,
            opened_at: incident.opened_at,
            care,
        }
    }

    fn name(&self) -> LadderName {
        match self.kind {
            LadderKind::Attention if self.incident == IncidentKind::LifeSignMissing => {
                LadderName::LifeSign
            }
            LadderKind::Life => LadderName::Life,
            LadderKind::Attention => LadderName::Attention,
            LadderKind::Unknown => LadderName::Unknown,
        }
    }
}

/// The ladder that counts, and what it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen<'a> {
    /// The special one's own name, or that of the ordinary one.
    pub name: &'a str,
    /// The ladder.
    pub ladder: &'a Ladder,
}

impl Ladders {
    /// The first special ladder whose conditions hold, else the ordinary one. O(special ladders).
    pub fn select(&self, choice: &Choice) -> Chosen<'_> {
        let name = choice.name();
        let hour = self.day_part(choice.opened_at);
        let special = self.special.iter();
        let mut fitting = special.filter(|one| one.of == name && one.when.holds(choice, hour));
        match fitting.next() {
            Some(one) => Chosen {
                name: &one.name,
                ladder: &one.rungs,
            },
            None => Chosen {
                name: name.as_str(),
                ladder: self.ordinary(name),
            },
        }
    }

    /// Whether it is night there at this moment.
    pub fn day_part(&self, at: Timestamp) -> DayPart {
        match self.night.holds(at.with_timezone(&self.zone).hour()) {
            true => DayPart::Night,
            false => DayPart::Day,
        }
    }
}

impl When {
    fn holds(&self, choice: &Choice, hour: DayPart) -> bool {
        fn one_of<T: PartialEq>(list: &[T], value: &T) -> bool {
            list.is_empty() || list.contains(value)
        }
        one_of(&self.severity, &choice.severity)
            && one_of(&self.kinds, &choice.incident)
            && self.hours.is_none_or(|part| part == hour)
            && one_of(&self.risk, &choice.care.risk)
            && one_of(&self.cognition, &choice.care.cognition)
    }
}
