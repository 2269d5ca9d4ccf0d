//! What the evidence does to an incident: it is kept, it may raise and hasten, it never takes back.

use crate::devices::{Trust, believed};
use crate::evidence::{
    Caution, EvidenceRecord, Finding, Item, Observation, Verdict, gather, later, weigh,
};
use crate::incidents::{
    AlarmSignal, Decision, Incident, IncidentContext, IncidentKind, IncidentStatus, LadderKind,
    NextOwner, Severity, TimelineKind, TimerKind,
};
use crate::message::{Facts, facts};
use crate::time::seconds;

use super::Given;
use super::draft::Draft;

/// Something was learnt about an open incident; nothing new changes nothing.
pub(super) fn observed(
    context: &IncidentContext,
    seen: &Observation,
    given: &mut Given<'_>,
) -> Decision {
    let Some(incident) = context.incident.clone().filter(Incident::is_open) else {
        return Decision::nothing();
    };
    let items = later(seen, &incident, &context.evidence, &given.policy.evidence);
    if items.is_empty() {
        return Decision::nothing();
    }
    let mut draft = Draft::of(context, incident, given);
    for item in items.iter().filter(|item| item.finding.is_told()) {
        let finding = facts([("finding", item.finding.to_string())]);
        draft.note(TimelineKind::EvidenceAdded, None, finding);
    }
    let verdict = draft.record(None, items);
    draft.hasten(verdict.window_s);
    draft.finish()
}

impl Draft<'_, '_, '_> {
    /// Weighs the alarm that opens an incident; returns the seconds it leaves to cancel.
    pub(super) fn weigh_alarm(
        &mut self,
        signal: &AlarmSignal,
        kind: IncidentKind,
        also: Option<Finding>,
    ) -> u32 {
        let known = &self.context.evidence;
        let mut items = gather(signal, known, false, &self.given.policy.evidence);
        items.extend(also.map(Item::plain));
        let trust = self.believe(signal);
        self.tell_doubts(signal, trust);
        self.record(Some((kind, trust)), items).window_s
    }

    /// Weighs another alarm of the incident; nothing new leaves no record.
    pub(super) fn weigh_alarm_again(&mut self, signal: &AlarmSignal, kind: IncidentKind) {
        let known = &self.context.evidence;
        let items = gather(signal, known, true, &self.given.policy.evidence);
        let trust = self.believe(signal);
        let is_better = known.trust().is_none_or(|before| trust < before);
        if !items.is_empty() || is_better {
            self.record(Some((kind, trust)), items);
        }
    }

    /// Waits for the resident's word, or asks people at once.
    pub(super) fn wait_or_climb(&mut self, window_s: u32) {
        if window_s == 0 {
            self.climb_to(0);
            return;
        }
        self.enter(
            IncidentStatus::PreAlarm,
            NextOwner::Resident,
            TimerKind::PreAlarm,
            window_s,
        );
    }

    /// A suspicion that nobody took back is an alarm.
    pub(super) fn raise(&mut self) {
        self.incident.ladder = match self.incident.ladder {
            LadderKind::Unknown => LadderKind::Unknown,
            _ => LadderKind::Life,
        };
        self.climb_to(0);
    }

    /// Keeps what is new with the verdict over everything found so far.
    pub(super) fn record(
        &mut self,
        alarm: Option<(IncidentKind, Trust)>,
        items: Vec<Item>,
    ) -> Verdict {
        let kind = alarm.map_or_else(|| self.meant(), |(kind, _)| kind);
        let all: Vec<Item> = self.found().chain(items.iter().copied()).collect();
        let rules = &self.given.policy.evidence;
        let verdict = weigh(kind, self.incident.severity, &all, rules);
        self.incident.severity = verdict.severity.min(self.incident.severity);
        let number = self.context.evidence.records.len() + self.evidence.len();
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        self.evidence.push(EvidenceRecord {
            organisation_id: self.incident.organisation_id,
            incident_id: self.incident.id,
            number,
            at: self.given.now,
            trust: alarm.map(|(_, trust)| trust),
            rules: rules.version.clone(),
            items,
            severity: self.incident.severity,
            window_s: verdict.window_s,
            why: verdict.why.clone(),
        });
        verdict
    }

    /// How grave a kind is with everything found so far.
    pub(super) fn severity_of(&self, kind: IncidentKind) -> Severity {
        let all: Vec<Item> = self.found().collect();
        weigh(kind, kind.severity(), &all, &self.given.policy.evidence).severity
    }

    /// What people have to be told with every message about this incident; empty for nothing.
    pub(super) fn caution(&self) -> String {
        let is_unconfirmed = self.trust() == Some(Trust::Unconfirmed);
        let caution = match (self.meant().is_hazard(), is_unconfirmed) {
            (true, true) => Some(Caution::HazardUnconfirmed),
            (true, false) => Some(Caution::Hazard),
            (false, true) => Some(Caution::IdentityUnconfirmed),
            (false, false) => None,
        };
        caution
            .map(|caution| caution.to_string())
            .unwrap_or_default()
    }

    /// A pre-alarm ends when the verdict leaves less time; it never lasts longer than it was told.
    fn hasten(&mut self, window_s: u32) {
        if self.incident.status != IncidentStatus::PreAlarm {
            return;
        }
        let ends = self.incident.opened_at + seconds(window_s);
        if self.incident.deadline_at.is_some_and(|known| known <= ends) {
            return;
        }
        let left = u32::try_from((ends - self.given.now).num_seconds()).unwrap_or(0);
        if left > 0 {
            self.wait_or_climb(left);
        } else {
            self.raise();
        }
    }

    /// What the alarm is about, also while nobody knows whose it is.
    fn meant(&self) -> IncidentKind {
        match self.incident.kind {
            IncidentKind::UnknownDevice => self.incident.alarm_kind,
            kind => kind,
        }
    }

    fn found(&self) -> impl Iterator<Item = Item> + '_ {
        let own = self.evidence.iter().flat_map(|record| &record.items);
        self.context.evidence.items().chain(own.copied())
    }

    fn trust(&self) -> Option<Trust> {
        let own = self.evidence.iter().filter_map(|record| record.trust);
        own.chain(self.context.evidence.trust()).min()
    }

    /// An alarm that names another device than its line is bound to is believed by nobody.
    fn believe(&self, signal: &AlarmSignal) -> Trust {
        if signal.quarantine.is_some() {
            return Trust::Unconfirmed;
        }
        let known = &self.context.evidence;
        believed(signal.passage(), known.way.as_ref(), known.is_source_shared)
    }

    fn tell_doubts(&mut self, signal: &AlarmSignal, trust: Trust) {
        if let Some(bound) = &signal.quarantine {
            let whose = facts([
                ("device", signal.device_uid.to_string()),
                ("bound", bound.to_string()),
                ("source", signal.source.clone()),
            ]);
            self.note(TimelineKind::Quarantined, None, whose);
        } else if trust == Trust::Unconfirmed {
            self.note(TimelineKind::IdentityUnconfirmed, None, Facts::new());
        }
    }
}
