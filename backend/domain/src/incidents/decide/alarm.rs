//! Alarms and reports: open an incident, or join the open one.

use crate::devices::Recency;
use crate::evidence::{Finding, Item};
use crate::geo::Coordinate;
use crate::ids::{AccountId, IncidentId};
use crate::incidents::{
    AlarmSignal, Decision, Incident, IncidentContext, IncidentKind, IncidentStatus, LadderKind,
    NextOwner, OpenKey, Outcome, ReportedKind, ResidentFacts, TimelineKind, TimerKind,
};
use crate::message::{Facts, MessageKey, facts};
use crate::time::seconds;

use super::draft::Draft;
use super::{Given, Refusal, open};

/// Seconds in which somebody who has an incident in hand looks when it alarms again.
const URGED_S: u32 = 60;

/// A device alarmed: people are asked at once, unless the evidence leaves room for a doubt.
pub(super) fn alarm(
    context: &IncidentContext,
    signal: &AlarmSignal,
    given: &mut Given<'_>,
) -> Decision {
    let kind = IncidentKind::of_alarms(&signal.alarms);
    match &context.incident {
        Some(incident) if incident.is_open() => {
            again(context, incident.clone(), kind, signal, given)
        }
        _ => {
            let incident = from_signal(context, signal, kind, given);
            let mut draft = Draft::opening(context, incident, given);
            draft.note(TimelineKind::AlarmReceived, None, alarm_facts(kind, signal));
            if is_test(context, signal) {
                draft.note(TimelineKind::ProofTest, None, Facts::new());
            }
            let window_s = draft.weigh_alarm(signal, kind, None);
            // Without a resident there is nobody who could cancel, and history cannot be cancelled.
            let may_wait = draft.incident.ladder == LadderKind::Life;
            draft.wait_or_climb(if may_wait { window_s } else { 0 });
            draft.finish()
        }
    }
}

/// Something suspects trouble; the resident gets time to cancel.
pub(super) fn pre_alarm(
    context: &IncidentContext,
    signal: &AlarmSignal,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    if context.incident.as_ref().is_some_and(Incident::is_open) {
        return Ok(alarm(context, signal, given));
    }
    let kind = IncidentKind::of_alarms(&signal.alarms);
    let incident = from_signal(context, signal, kind, given);
    let mut draft = Draft::opening(context, incident, given);
    draft.note(
        TimelineKind::IncidentOpened,
        None,
        alarm_facts(kind, signal),
    );
    let window_s = draft.weigh_alarm(signal, kind, Some(Finding::Suspicion));
    if window_s == 0 {
        draft.raise();
    } else {
        draft.wait_or_climb(window_s);
    }
    Ok(draft.finish())
}

/// The resident said that all is well.
pub(super) fn cancel_pre_alarm(
    context: &IncidentContext,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    if draft.incident.status != IncidentStatus::PreAlarm {
        return Err(Refusal::WrongState);
    }
    draft.incident.outcome = Some(Outcome::CancelledByResident);
    draft.record(None, vec![Item::plain(Finding::CancelledByResident)]);
    draft.end();
    let outcome = facts([("outcome", Outcome::CancelledByResident.to_string())]);
    draft.note(TimelineKind::Closed, None, outcome);
    Ok(draft.finish())
}

/// Whether an alarm is a press of the help button while it is tried out on purpose.
fn is_test(context: &IncidentContext, signal: &AlarmSignal) -> bool {
    context.under_test && signal.may_be_a_test()
}

/// A person reported it.
pub(super) fn report(
    context: &IncidentContext,
    by: AccountId,
    kind: ReportedKind,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let resident = context.resident.as_ref().ok_or(Refusal::NoResident)?;
    let kind = kind.incident_kind();
    let told = facts([("kind", kind.to_string())]);
    if let Some(incident) = context.incident.clone().filter(Incident::is_open) {
        return Ok(Draft::of(context, incident, given).called_again(kind, by, told));
    }
    let blank = blank(context, kind, given);
    let mut incident = Incident {
        ladder: LadderKind::Life,
        ..blank
    };
    incident.settle_on(resident, OpenKey::life(resident.id));
    let mut draft = Draft::opening(context, incident, given);
    draft.note(TimelineKind::AlarmReceived, Some(by), told);
    draft.climb_to(0);
    Ok(draft.finish())
}

/// A helper needs help themselves: the same ladder as for anybody, at the place where they are.
pub(super) fn responder_sos(
    context: &IncidentContext,
    by: AccountId,
    (key, at): (&OpenKey, Option<Coordinate>),
    given: &mut Given<'_>,
) -> Decision {
    let kind = IncidentKind::ResponderSos;
    let told = facts([("kind", kind.to_string())]);
    if let Some(incident) = context.incident.clone().filter(Incident::is_open) {
        let mut draft = Draft::of(context, incident, given);
        draft.incident.at = at.or(draft.incident.at);
        return draft.called_again(kind, by, told);
    }
    let incident = Incident {
        ladder: LadderKind::Life,
        open_key: Some(key.clone()),
        at,
        ..blank(context, kind, given)
    };
    let mut draft = Draft::opening(context, incident, given);
    draft.note(TimelineKind::AlarmReceived, Some(by), told);
    draft.climb_to(0);
    draft.finish()
}

/// Another alarm of an open incident: never swallowed, and it may raise the incident.
fn again(
    context: &IncidentContext,
    incident: Incident,
    kind: IncidentKind,
    signal: &AlarmSignal,
    given: &mut Given<'_>,
) -> Decision {
    let mut draft = Draft::of(context, incident, given);
    if signal.at.is_some() {
        draft.incident.at = signal.at;
    }
    if draft.incident.kind == IncidentKind::UnknownDevice {
        draft.weigh_alarm_again(signal, kind);
        draft.repeat_unknown(alarm_facts(kind, signal));
        return draft.finish();
    }
    let tested = is_test(context, signal);
    let live = signal.recency == Recency::Live && kind != IncidentKind::Attention && !tested;
    let rises = draft.incident.ladder == LadderKind::Attention && live;
    draft.repeat(kind, None, alarm_facts(kind, signal));
    draft.weigh_alarm_again(signal, kind);
    if rises || (draft.waits() && live) {
        draft.incident.ladder = LadderKind::Life;
        draft.climb_to(0);
    } else if live {
        draft.urge();
    }
    draft.finish()
}

impl Draft<'_, '_, '_> {
    /// A person calls while it is open.
    ///
    /// History, or a test that the seat has not closed yet: a person who calls now means now. So
    /// does one who calls while it waits for a word or a return.
    fn called_again(mut self, kind: IncidentKind, by: AccountId, told: Facts) -> Decision {
        self.repeat(kind, Some(by), told);
        if self.incident.ladder == LadderKind::Attention || self.waits() {
            self.incident.ladder = LadderKind::Life;
            self.climb_to(0);
        } else {
            self.urge();
        }
        self.finish()
    }

    /// Counts another alarm and tells whoever has the incident in hand.
    fn repeat(&mut self, kind: IncidentKind, by: Option<AccountId>, mut told: Facts) {
        self.incident.repeats += 1;
        if kind.severity() < self.incident.severity {
            self.incident.severity = kind.severity();
            self.incident.kind = kind;
        }
        told.insert("count".to_owned(), self.incident.repeats.to_string());
        told.insert("repeats".to_owned(), self.incident.repeats.to_string());
        self.note(TimelineKind::AlarmAgain, by, told.clone());
        let in_hand =
            self.incident.responder_id.is_some() || self.incident.acknowledged_by.is_some();
        // A watch repeats every few seconds until answered; a person who has it is told each time.
        if in_hand || self.incident.repeats.is_power_of_two() {
            self.tell_operators(MessageKey::OperatorAlarmAgain, &told);
        }
        if let Some(account) = self.incident.responder_account_id {
            self.tell(account, None, MessageKey::ResponderAlarmAgain, told);
        }
    }

    /// It waits for something: the resident's word, or their return.
    fn waits(&self) -> bool {
        matches!(
            self.incident.status,
            IncidentStatus::PreAlarm | IncidentStatus::Suspended
        )
    }

    /// A second alarm while a person has it in hand and nobody goes must not be silenced by the
    /// first: that person has to look now, however long they had.
    fn urge(&mut self) {
        let ends = self.given.now + seconds(URGED_S);
        let has_long = self.incident.deadline_at.is_some_and(|at| at > ends);
        if self.incident.status != IncidentStatus::Answering || !has_long {
            return;
        }
        self.note(TimelineKind::Urged, None, Facts::new());
        self.enter(
            IncidentStatus::Answering,
            NextOwner::Operator,
            TimerKind::StillOpen,
            URGED_S,
        );
    }

    /// Counts another alarm of an unknown device; a flood is one row, not a flood of lines.
    fn repeat_unknown(&mut self, mut told: Facts) {
        self.incident.repeats += 1;
        if self.incident.repeats.is_power_of_two() {
            told.insert("count".to_owned(), self.incident.repeats.to_string());
            self.note(TimelineKind::AlarmAgain, None, told);
        }
    }
}

fn alarm_facts(kind: IncidentKind, signal: &AlarmSignal) -> Facts {
    let alarms: Vec<&str> = signal.alarms.iter().map(|alarm| alarm.as_str()).collect();
    facts([
        ("kind", kind.to_string()),
        ("alarms", alarms.join(",")),
        ("recency", signal.recency.to_string()),
        ("device", signal.device_uid.to_string()),
    ])
}

fn from_signal(
    context: &IncidentContext,
    signal: &AlarmSignal,
    kind: IncidentKind,
    given: &mut Given<'_>,
) -> Incident {
    let mut incident = blank(context, kind, given);
    incident.device_uid = Some(signal.device_uid.clone());
    incident.device_id = context.device.as_ref().map(|device| device.id);
    incident.device_time = signal.device_time;
    incident.opened_at = signal.received_at;
    match &context.resident {
        Some(resident) if kind == IncidentKind::Attention => {
            incident.settle_on(resident, OpenKey::attention(resident.id));
        }
        Some(resident) => {
            // History is looked at by the seat first: nobody is sent to where an elder lay hours ago.
            // So is a press that was asked for; the next one after the test is real.
            incident.ladder = match signal.recency {
                Recency::Live if !is_test(context, signal) => LadderKind::Life,
                Recency::Live | Recency::Stored => LadderKind::Attention,
            };
            incident.settle_on(resident, OpenKey::life(resident.id));
        }
        None => {
            incident.kind = IncidentKind::UnknownDevice;
            incident.severity = IncidentKind::UnknownDevice.severity();
            incident.ladder = LadderKind::Unknown;
            incident.open_key = Some(match &signal.quarantine {
                Some(bound) => OpenKey::quarantine(signal.protocol, bound, &signal.device_uid),
                None => OpenKey::unknown(
                    signal.protocol,
                    &signal.device_uid,
                    &signal.source,
                    context.unknown_last_minute,
                ),
            });
        }
    }
    if signal.at.is_some() {
        incident.at = signal.at;
    }
    incident
}

impl Incident {
    /// Ties the incident to a resident and their home.
    pub(super) fn settle_on(&mut self, resident: &ResidentFacts, key: OpenKey) {
        self.resident_id = Some(resident.id);
        self.home_id = Some(resident.home_id);
        self.at = self.at.or(resident.at);
        self.synthetic = resident.synthetic;
        self.open_key = Some(key);
    }
}

pub(super) fn blank(
    context: &IncidentContext,
    kind: IncidentKind,
    given: &mut Given<'_>,
) -> Incident {
    Incident {
        id: IncidentId((given.fresh)()),
        organisation_id: context.organisation_id,
        version: 0,
        kind,
        alarm_kind: kind,
        severity: kind.severity(),
        status: IncidentStatus::Raised,
        ladder: LadderKind::Attention,
        rung: 0,
        open_key: None,
        resident_id: None,
        home_id: None,
        device_id: None,
        device_uid: None,
        at: None,
        opened_at: given.now,
        device_time: None,
        deadline_at: None,
        next_owner: NextOwner::Operator,
        repeats: 0,
        acknowledged_by: None,
        acknowledged_at: None,
        responder_id: None,
        responder_account_id: None,
        reoffered: false,
        eta_ms: None,
        accepted_at: None,
        en_route_at: None,
        arrived_at: None,
        closed_at: None,
        outcome: None,
        synthetic: false,
    }
}
