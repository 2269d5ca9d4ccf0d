//! Everything a decision may look at, and what may be asked of it.

use serde::{Deserialize, Serialize};

use crate::devices::{Alarm, Device, DeviceEvent, DeviceUid, Protocol, Recency};
use crate::geo::Coordinate;
use crate::identity::Contact;
use crate::ids::{AccountId, DeviceId, HomeId, IncidentId, OfferId, OrganisationId, ResidentId};
use crate::incidents::{Incident, IncidentKind, Offer, OpenKey, Outcome, TimerKind};
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
    /// Its entrance.
    pub at: Option<Coordinate>,
    /// BCP 47 tags of what they speak, best first.
    pub languages: Vec<String>,
    /// What whoever comes must be or be able to do, when it can wait for such a person.
    pub requires: Vec<Class>,
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
}

impl AlarmSignal {
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
        }
    }
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
    /// The resident said that all is well, before it was raised.
    CancelPreAlarm,
    /// Something to look at came up without an alarm; the seat gets it, nobody is sent.
    Case {
        /// What.
        kind: IncidentKind,
        /// Unique among open cases.
        key: OpenKey,
        /// Which device it is about, when it is about one.
        device: Option<(DeviceId, DeviceUid)>,
    },
    /// A person reported it.
    Report {
        /// Who.
        by: AccountId,
        /// What.
        kind: ReportedKind,
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
    /// It is over.
    Close(Closure),
    /// It is not over.
    Reopen {
        /// Who.
        by: AccountId,
    },
    /// A guard ran out.
    TimerFired {
        /// What it guarded.
        kind: TimerKind,
        /// Which rung.
        rung: u16,
    },
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
}
