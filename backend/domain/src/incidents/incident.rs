//! The incident itself.

use serde::{Deserialize, Serialize};

use crate::devices::{Alarm, DeviceUid};
use crate::geo::Coordinate;
use crate::ids::{
    AccountId, DeviceId, HomeId, IncidentId, OrganisationId, ResidentId, ResponderId,
};
use crate::incidents::{LadderKind, OpenKey};
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// What happened, as far as is known.
    pub enum IncidentKind {
        /// A fall was detected or reported.
        Fall = "fall",
        /// The help button.
        Sos = "sos",
        /// An alarm without a reason.
        Unspecified = "unspecified",
        /// Smoke in the home.
        Smoke = "smoke",
        /// Burnable gas in the home.
        Gas = "gas",
        /// Carbon monoxide in the home.
        CarbonMonoxide = "carbon_monoxide",
        /// A seizure.
        Seizure = "seizure",
        /// Somebody asked for help through the API.
        HelpRequest = "help_request",
        /// Something to look at; no helper is sent by itself.
        Attention = "attention",
        /// A device nobody registered, or that is tied to no resident.
        UnknownDevice = "unknown_device",
        /// A device that guards a resident is not heard any more.
        DeviceSilent = "device_silent",
        /// Many homes of one committee are not heard any more.
        AreaOutage = "area_outage",
        /// A sign of daily life did not come.
        LifeSignMissing = "life_sign_missing",
        /// A device was handed out and has not shown in time that it works.
        EnrolmentOverdue = "enrolment_overdue",
        /// A helper needs help themselves.
        ResponderSos = "responder_sos",
    }
}

impl IncidentKind {
    /// The kind a list of alarms makes, the gravest first.
    pub fn of_alarms(alarms: &[Alarm]) -> Self {
        let has = |alarm| alarms.contains(&alarm);
        if has(Alarm::Sos) {
            Self::Sos
        } else if has(Alarm::Fall) {
            Self::Fall
        } else if has(Alarm::Smoke) {
            Self::Smoke
        } else if has(Alarm::Gas) {
            Self::Gas
        } else if has(Alarm::CarbonMonoxide) {
            Self::CarbonMonoxide
        } else if has(Alarm::Seizure) {
            Self::Seizure
        } else if alarms.is_empty() || has(Alarm::Unspecified) {
            Self::Unspecified
        } else {
            Self::Attention
        }
    }

    /// Whether the home itself is the danger: whoever is in it has to get out.
    pub fn is_hazard(self) -> bool {
        matches!(self, Self::Smoke | Self::Gas | Self::CarbonMonoxide)
    }

    /// How urgent this kind is.
    pub fn severity(self) -> Severity {
        match self {
            Self::Fall
            | Self::Sos
            | Self::Smoke
            | Self::Gas
            | Self::CarbonMonoxide
            | Self::ResponderSos
            | Self::Seizure => Severity::LIFE,
            Self::Unspecified | Self::HelpRequest | Self::UnknownDevice | Self::LifeSignMissing => {
                Severity::SERIOUS
            }
            Self::Attention | Self::AreaOutage | Self::EnrolmentOverdue => Severity::ATTENTION,
            Self::DeviceSilent => Severity::WATCH,
        }
    }
}

/// 1 is the gravest, 4 the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Severity(pub u8);

impl Severity {
    /// A life may hang on it.
    pub const LIFE: Self = Self(1);
    /// May be as grave; not known yet.
    pub const SERIOUS: Self = Self(2);
    /// To be looked at today.
    pub const ATTENTION: Self = Self(3);
    /// To be kept an eye on.
    pub const WATCH: Self = Self(4);
}

words! {
    /// Where an incident stands (DOMAIN 1.2). Every state but `closed` has a deadline; what may
    /// follow on which is [`STATES`](crate::incidents::STATES).
    pub enum IncidentStatus {
        /// Automatic suspicion; the resident may still cancel.
        PreAlarm = "pre_alarm",
        /// Open and nobody asked yet.
        Raised = "raised",
        /// An operator has it in hand.
        Answering = "answering",
        /// Responders are asked.
        Offered = "offered",
        /// One said yes.
        Accepted = "accepted",
        /// And is on the way.
        EnRoute = "en_route",
        /// And should have been there by now.
        Late = "late",
        /// And is there.
        OnScene = "on_scene",
        /// And stands before a door that nobody opens.
        AccessBlocked = "access_blocked",
        /// 120 or the hospital has the person; the outcome is not written down yet.
        HandedOver = "handed_over",
        /// The person is away for a known time; it goes on by itself after that.
        Suspended = "suspended",
        /// Nobody is left to ask: 120 and the duty officer.
        Exhausted = "exhausted",
        /// Help is over, and somebody looks again the next day.
        FollowUp = "follow_up",
        /// Over. The only way out is reopening.
        Closed = "closed",
    }
}

impl IncidentStatus {
    /// Whether nobody has accepted yet, so that an acceptance is welcome.
    pub fn is_searching(self) -> bool {
        matches!(
            self,
            Self::Raised | Self::Answering | Self::Offered | Self::Exhausted
        )
    }

    /// Whether one who accepted has not reached the door yet.
    pub fn is_on_the_way(self) -> bool {
        matches!(self, Self::Accepted | Self::EnRoute | Self::Late)
    }

    /// Whether somebody is needed now; a return visit is not an emergency.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::FollowUp | Self::Closed)
    }
}

words! {
    /// Who must act next.
    pub enum NextOwner {
        /// The resident may cancel.
        Resident = "resident",
        /// The ladder asks the next people by itself.
        Ladder = "ladder",
        /// The responder who accepted.
        Responder = "responder",
        /// The seat.
        Operator = "operator",
        /// Nobody: it is closed.
        Nobody = "nobody",
    }
}

words! {
    /// How it ended.
    pub enum Outcome {
        /// Help was given at home.
        Helped = "helped",
        /// Handed to the ambulance.
        TakenToHospital = "taken_to_hospital",
        /// Nothing had happened.
        FalseAlarm = "false_alarm",
        /// The resident said so.
        CancelledByResident = "cancelled_by_resident",
        /// A test.
        Test = "test",
        /// What was missing came back by itself.
        ClearedUp = "cleared_up",
        /// Nobody was reached.
        NoContact = "no_contact",
        /// It is handled as part of another incident.
        Merged = "merged",
        /// Anything else; the note says what.
        Other = "other",
    }
}

impl Outcome {
    /// The alarm turned out to be none.
    pub fn was_false(self) -> bool {
        matches!(self, Self::FalseAlarm | Self::CancelledByResident)
    }

    /// Something had happened, so somebody asks the next day how it goes on.
    pub fn asks_for_follow_up(self) -> bool {
        matches!(
            self,
            Self::Helped | Self::TakenToHospital | Self::NoContact | Self::Other
        )
    }
}

/// What we handle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Identity.
    pub id: IncidentId,
    /// Owner of the record.
    pub organisation_id: OrganisationId,
    /// Counts changes; a save names the version it expects.
    pub version: i32,
    /// What happened.
    pub kind: IncidentKind,
    /// What the first alarm said, kept while the device is unknown.
    pub alarm_kind: IncidentKind,
    /// How urgent.
    pub severity: Severity,
    /// Where it stands.
    pub status: IncidentStatus,
    /// Which ladder it climbs.
    pub ladder: LadderKind,
    /// Which rung it is on.
    pub rung: u16,
    /// Unique among open incidents, `None` when closed.
    pub open_key: Option<OpenKey>,
    /// Who needs help, when known.
    pub resident_id: Option<ResidentId>,
    /// Where, when known.
    pub home_id: Option<HomeId>,
    /// Which registered device alarmed.
    pub device_id: Option<DeviceId>,
    /// What the device calls itself, registered or not.
    pub device_uid: Option<DeviceUid>,
    /// Best known place: the fix, else the home.
    pub at: Option<Coordinate>,
    /// When the alarm's last byte was here.
    pub opened_at: Timestamp,
    /// What the device's clock said.
    pub device_time: Option<Timestamp>,
    /// When the present state runs out; `None` only when closed.
    pub deadline_at: Option<Timestamp>,
    /// Who must act next.
    pub next_owner: NextOwner,
    /// Alarms that came in after the first.
    pub repeats: u32,
    /// Operator who took it.
    pub acknowledged_by: Option<AccountId>,
    /// When.
    pub acknowledged_at: Option<Timestamp>,
    /// Responder who accepted.
    pub responder_id: Option<ResponderId>,
    /// The responder's account.
    pub responder_account_id: Option<AccountId>,
    /// Others are asked beside the one who accepted and does not move.
    pub reoffered: bool,
    /// Expected walking time of the one who accepted.
    pub eta_ms: Option<u32>,
    /// When they accepted.
    pub accepted_at: Option<Timestamp>,
    /// When they set out.
    pub en_route_at: Option<Timestamp>,
    /// When they arrived.
    pub arrived_at: Option<Timestamp>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Concerns invented people.
    pub synthetic: bool,
}

impl Incident {
    /// Whether it needs somebody now.
    pub fn is_open(&self) -> bool {
        self.status.is_open()
    }
}
