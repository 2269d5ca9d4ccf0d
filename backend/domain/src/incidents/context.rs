//! Everything a decision may look at, and what may be asked of it.

use serde::{Deserialize, Serialize};

use crate::devices::{
    Alarm, Carrier, Claim, Device, DeviceEvent, DeviceUid, Passage, Protocol, Recency,
};
use crate::evidence::{Known, Observation};
use crate::geo::Coordinate;
use crate::identity::Contact;
use crate::ids::{AccountId, DeviceId, HomeId, IncidentId, OfferId, OrganisationId, ResidentId};
use crate::incidents::{
    DrillCrew, FalseAlarmReason, FollowUpReport, HandOver, Incident, IncidentKind, Link, Offer,
    OpenKey, Outcome, Severity, Suspension, TimerKind,
};
use crate::message::Facts;
use crate::residents::{Care, Climb};
use crate::responders::{Class, Missions};
use crate::time::Timestamp;
use crate::words::words;

/// What a decision needs to know of a resident.
#[derive(Clone, Debug, PartialEq)]
pub struct ResidentFacts {
    /// Who.
    pub id: ResidentId,
    /// Their home.
    pub home_id: HomeId,
    /// Twelve-digit code of its neighbourhood committee, when known.
    pub committee_code: Option<String>,
    /// Its entrance.
    pub at: Option<Coordinate>,
    /// How far up it lies.
    pub climb: Climb,
    /// BCP 47 tags of what they speak, best first.
    pub languages: Vec<String>,
    /// What whoever comes must be or be able to do, when it can wait for such a person.
    pub requires: Vec<Class>,
    /// How much is feared for them, and how well they can say what happened.
    pub care: Care,
    /// Invented by the generator.
    pub synthetic: bool,
}

/// What is known when a decision is made: one consistent read.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentContext {
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// The incident concerned: the named one, or the open one of the same cause.
    pub incident: Option<Incident>,
    /// All its offers.
    pub offers: Vec<Offer>,
    /// The registered device, for alarms.
    pub device: Option<Device>,
    /// The resident concerned.
    pub resident: Option<ResidentFacts>,
    /// The resident's family.
    pub family: Vec<Contact>,
    /// The seat.
    pub operators: Vec<Contact>,
    /// Who helps whom now, and who helped this resident before.
    pub missions: Missions,
    /// Unknown-device alarms from the same source within the last minute.
    pub unknown_last_minute: u32,
    /// The help button of this device is being tried out on purpose at this moment.
    pub under_test: bool,
    /// The incident this very event already belongs to.
    pub known_event: Option<IncidentId>,
    /// Earlier evidence, and what is known of the device.
    pub evidence: Known,
    /// The other incident, where a decision is about two.
    pub other: Option<Box<IncidentContext>>,
    /// How incidents were joined to the one concerned, where a decision is about two.
    pub links: Vec<Link>,
    /// It is an exercise, and these are the only people it may reach.
    pub drill: Option<DrillCrew>,
}

impl IncidentContext {
    /// The same for an exercise: whoever does not take part is nobody to tell.
    #[must_use]
    pub fn for_drill(mut self, crew: DrillCrew) -> Self {
        self.family.retain(|it| crew.holds(it.account_id));
        self.operators.retain(|it| crew.holds(it.account_id));
        self.drill = Some(crew);
        self
    }
}

/// An alarm as a device sent it.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmSignal {
    /// How it came.
    pub protocol: Protocol,
    /// Who sent it.
    pub device_uid: DeviceUid,
    /// Peer address without port.
    pub source: String,
    /// When its last byte was here.
    pub received_at: Timestamp,
    /// The device's own clock.
    pub device_time: Option<Timestamp>,
    /// Now or history.
    pub recency: Recency,
    /// Why, gravest first.
    pub alarms: Vec<Alarm>,
    /// A valid fix, if there is one.
    pub at: Option<Coordinate>,
    /// What the device says beside the alarm.
    pub seen: Observation,
    /// What carried it.
    pub carrier: Option<Carrier>,
    /// What its identity rests on.
    pub claim: Option<Claim>,
    /// The device its connection is bound to, when that is another one.
    pub quarantine: Option<DeviceUid>,
}

impl AlarmSignal {
    /// How it came.
    pub fn passage(&self) -> Passage<'_> {
        Passage {
            claim: self.claim,
            carrier: self.carrier,
            source: &self.source,
        }
    }

    /// Whether it may be a press of the help button, tried out on purpose. A fall never is, and
    /// neither is history: what is in doubt is real.
    pub fn may_be_a_test(&self) -> bool {
        let is_press = |alarm: &Alarm| matches!(alarm, Alarm::Sos | Alarm::Unspecified);
        self.recency == Recency::Live && self.alarms.iter().all(is_press)
    }

    /// The signal in a decoded frame.
    pub fn of(event: &DeviceEvent, source: &str, received_at: Timestamp) -> Self {
        Self {
            protocol: event.protocol,
            device_uid: event.device_uid.clone(),
            source: source.to_owned(),
            received_at,
            device_time: event.device_time,
            recency: event.recency,
            alarms: event.alarms.clone(),
            at: event.fix.filter(|fix| fix.valid).map(|fix| fix.at),
            seen: Observation::of(event, received_at),
            carrier: event.carrier,
            claim: event.claim,
            quarantine: event.quarantine.clone(),
        }
    }
}

/// Something that was found missing, without anybody's alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseSignal {
    /// What.
    pub kind: IncidentKind,
    /// Unique among open cases of this cause.
    pub key: OpenKey,
    /// Of which device.
    pub device_id: Option<DeviceId>,
    /// Details for the history.
    pub facts: Facts,
}

words! {
    /// What a person may report.
    pub enum ReportedKind {
        /// Needs help; no reason given.
        HelpRequest = "help_request",
        /// A fall.
        Fall = "fall",
        /// An emergency call.
        Sos = "sos",
    }
}

impl ReportedKind {
    /// The incident it makes.
    pub fn incident_kind(self) -> IncidentKind {
        match self {
            Self::HelpRequest => IncidentKind::HelpRequest,
            Self::Fall => IncidentKind::Fall,
            Self::Sos => IncidentKind::Sos,
        }
    }
}

/// What happened to an incident.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A device alarmed.
    Alarm(AlarmSignal),
    /// Something suspects trouble and gives the resident time to cancel.
    PreAlarm(AlarmSignal),
    /// Something was learnt about an open incident.
    Observed(Observation),
    /// The resident said that all is well, before it was raised.
    CancelPreAlarm,
    /// A person reported it.
    Report {
        /// Who.
        by: AccountId,
        /// What.
        kind: ReportedKind,
    },
    /// A helper needs help themselves.
    Sos {
        /// Who.
        by: AccountId,
        /// Their place among the open incidents.
        key: OpenKey,
        /// Where they are, as far as is known.
        at: Option<Coordinate>,
    },
    /// An operator takes it.
    Acknowledge {
        /// Who.
        by: AccountId,
    },
    /// An operator ties an unknown device's incident to a resident.
    Identify {
        /// Who.
        by: AccountId,
    },
    /// A responder says yes.
    Accept {
        /// To which offer.
        offer: OfferId,
    },
    /// A responder says no.
    Decline {
        /// To which offer.
        offer: OfferId,
    },
    /// The responder set out.
    Depart {
        /// Who says so.
        by: AccountId,
    },
    /// The responder is there.
    Arrive {
        /// Who says so.
        by: AccountId,
    },
    /// Somebody called back and nobody spoke.
    NoAnswer {
        /// Who called; nobody when the installation did.
        by: Option<AccountId>,
    },
    /// The responder who accepted cannot go.
    Drop {
        /// Who says so.
        by: AccountId,
    },
    /// Nobody opens the door.
    BlockAccess {
        /// Who says so.
        by: AccountId,
    },
    /// Others have the person now.
    HandOver(HandOver),
    /// It is over.
    Close(Closure),
    /// Somebody looked again after the end.
    FollowUp(FollowUpReport),
    /// It is not over.
    Reopen {
        /// Who.
        by: AccountId,
    },
    /// The person is away for a known time.
    Suspend(Suspension),
    /// The other incident is the same emergency.
    Merge {
        /// Who says so.
        by: AccountId,
    },
    /// The other incident, merged into this one, stands for itself after all.
    Split {
        /// Who says so.
        by: AccountId,
    },
    /// The other incident may have to do with this one.
    Link {
        /// Who says so.
        by: AccountId,
    },
    /// An exercise is held.
    Drill {
        /// Who holds it.
        by: AccountId,
        /// What is played.
        kind: ReportedKind,
    },
    /// Something was found missing: a case for the seat.
    OpenCase(CaseSignal),
    /// What was missing is back.
    ClearCase,
    /// A guard ran out.
    TimerFired {
        /// What it guarded.
        kind: TimerKind,
        /// Which rung.
        rung: u16,
    },
}

impl Input {
    /// The gravest of what is known and what comes in; a life, while nothing says otherwise.
    pub fn severity(&self, known: Option<&Incident>) -> Severity {
        let coming = match self {
            Self::Alarm(signal) | Self::PreAlarm(signal) => {
                Some(IncidentKind::of_alarms(&signal.alarms).severity())
            }
            Self::Report { kind, .. } => Some(kind.incident_kind().severity()),
            _ => None,
        };
        let known = known.map(|incident| incident.severity);
        known
            .into_iter()
            .chain(coming)
            .min()
            .unwrap_or(Severity::LIFE)
    }
}

/// How somebody closes an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closure {
    /// Who.
    pub by: AccountId,
    /// As the seat, which may close without an on-scene record if it says why.
    pub as_operator: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// A reason was written down.
    pub has_note: bool,
    /// Why there was an alarm without a need.
    pub false_alarm: Option<FalseAlarmReason>,
    /// What shows it, in somebody's words.
    pub evidence: Option<String>,
}
