//! The sheet for 120, 110 and 119: what they have to know, and nothing else.

use accessibility::Language;
use chrono::Datelike as _;
use domain::access::Action;
use domain::identity::{Role, Subject};
use domain::ids::IncidentId;
use domain::incidents::HandOverRecord;
use domain::message::{Facts, facts};
use domain::residents::{HealthRecord, Resident};
use domain::time::seconds;
use openapi::{HandOverShown, HandoverSheet, SheetLine, Time};

use crate::api::gate::{self, Standing};
use crate::api::incidents::reads::resident_of;
use crate::api::problems::Failure;
use crate::api::wire;
use crate::engine::Engine;

/// Shanghai is UTC+8 all year.
const HERE_S: u32 = 8 * 3600;

/// The sheet of an incident. The look leaves a line.
///
/// Whoever goes reads illnesses and drugs from their arrival on: not before somebody is there whom
/// they could be told to.
pub(super) fn of(
    engine: &Engine,
    subject: &Subject,
    id: IncidentId,
    language: Language,
) -> Result<HandoverSheet, Failure> {
    let action = Action::HandoverSheet;
    gate::role(subject, action)?;
    let (store, organisation) = (&engine.store, subject.organisation_id);
    let standing = Standing::read(store, organisation, id)?;
    standing.pass(subject, action)?;
    let incident = &standing.incident;
    let resident = resident_of(store, incident)?;
    let sees_health = subject.role == Role::Operator || incident.arrived_at.is_some();
    let record = match incident.resident_id {
        Some(resident) if sees_health => store.health_record(organisation, resident)?,
        _ => HealthRecord::default(),
    };
    let known = store.evidence_of_incident(organisation, id)?;
    let mut found: Vec<_> = known.iter().flat_map(|it| &it.items).copied().collect();
    found.dedup();
    let hand_overs = store.hand_overs_of_incident(organisation, id)?;
    let write = Writer { language };
    let mut lines = Vec::new();
    if let Some(resident) = &resident {
        lines.extend(write.who(resident, engine.now().year()));
    }
    let kind = write.word("kinds", incident.kind.as_str());
    lines.push(write.line("what", vec![kind]));
    let opened = incident.opened_at + seconds(HERE_S);
    lines.push(write.line("when", vec![opened.format("%Y-%m-%d %H:%M").to_string()]));
    let seen = found.iter().filter(|item| item.finding.is_told());
    let seen = seen.map(|item| write.finding(item.finding.as_str(), item.value));
    lines.push(write.line("seen", seen.collect()));
    lines.push(write.line("conditions", record.conditions));
    lines.push(write.line("drugs", record.drugs));
    lines.push(write.line("allergies", record.allergies));
    if let Some(resident) = &resident {
        let spoken = resident.languages.iter().map(|tag| write.tongue(tag));
        lines.push(write.line("languages", spoken.collect()));
    }
    if let Some(last) = hand_overs.last() {
        lines.push(write.handed(last));
    }
    let spoken = lines
        .iter()
        .filter_map(|line| write.sentence(line))
        .collect();
    gate::looked(engine, subject, action, ("incident", id.0))?;
    Ok(HandoverSheet {
        incident_id: id.0,
        language: language.tag().to_owned(),
        made_at: Time(engine.now()),
        drill: standing.crew.is_some(),
        outcome: incident.outcome.map(wire::shown_outcome),
        lines,
        spoken,
        hand_overs: hand_overs.iter().map(shown).collect(),
    })
}

fn shown(record: &HandOverRecord) -> HandOverShown {
    HandOverShown {
        at: Time(record.at),
        to: wire::shown_handed_to(record.hand_over.to),
        place: record.hand_over.place.clone(),
        companion: wire::shown_companion(record.hand_over.companion),
    }
}

/// Puts what is known into the caller's words.
#[derive(Clone, Copy)]
struct Writer {
    language: Language,
}

impl Writer {
    fn word(self, section: &str, key: &str) -> String {
        accessibility::phrase(section, key, self.language, &Facts::new()).unwrap_or_default()
    }

    /// What is not known says so: an empty field could as well be a printing error.
    fn line(self, key: &str, mut values: Vec<String>) -> SheetLine {
        values.retain(|value| !value.trim().is_empty());
        if values.is_empty() {
            values.push(self.word("sheet", "unknown"));
        }
        SheetLine {
            key: key.to_owned(),
            label: self.word("sheet", key),
            values,
        }
    }

    fn who(self, resident: &Resident, year: i32) -> Vec<SheetLine> {
        let age = facts([("n", (year - i32::from(resident.birth_year)).to_string())]);
        let age = accessibility::phrase("sheet", "age_about", self.language, &age);
        let yes = |is: bool| self.word("sheet", if is { "yes" } else { "no" });
        let (home, entry) = (&resident.home, &resident.home.entry);
        vec![
            self.line("who", vec![resident.name.clone()]),
            self.line("age", age.into_iter().collect()),
            self.line("address", vec![home.address.clone()]),
            self.line("gate", vec![entry.gate.clone()]),
            self.line("floor", vec![entry.floor.clone()]),
            self.line("lift", vec![yes(home.climb.lift.unwrap_or(entry.lift))]),
            self.line("key", vec![entry.key.clone()]),
            self.line("mind", vec![entry.caution.clone()]),
        ]
    }

    fn finding(self, key: &str, value: Option<i64>) -> String {
        let number = value.map(|value| value.to_string()).unwrap_or_default();
        let said = facts([("n", number)]);
        accessibility::phrase("evidence", key, self.language, &said).unwrap_or_default()
    }

    /// The name of a language; its tag where we have no name for it.
    fn tongue(self, tag: &str) -> String {
        let first = tag.split('-').next().unwrap_or(tag);
        accessibility::phrase("languages", first, self.language, &Facts::new())
            .unwrap_or_else(|| tag.to_owned())
    }

    fn handed(self, record: &HandOverRecord) -> SheetLine {
        let over = &record.hand_over;
        let to = self.word("handed", over.to.as_str());
        let place = over.place.clone().unwrap_or_default();
        let along = self.word("companions", over.companion.as_str());
        self.line("handed", vec![to, place, along])
    }

    fn sentence(self, line: &SheetLine) -> Option<String> {
        let comma = if self.language != Language::En {
            "，"
        } else {
            ", "
        };
        let said = facts([
            ("label", line.label.clone()),
            ("values", line.values.join(comma)),
        ]);
        accessibility::phrase("sheet", "sentence", self.language, &said)
    }
}
