//! Wire types of the tag incidents.

use std::collections::BTreeMap;

use poem_openapi::{Enum, Object};
use uuid::Uuid;

use crate::{Home, Identity, Offer, OfferState, Point, Time};

/// What an incident is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum IncidentKind {
    /// A fall, reported by a device or a person.
    Fall,
    /// A pressed emergency button.
    Sos,
    /// An alarm that names no cause.
    Unspecified,
    /// Smoke in the home.
    Smoke,
    /// Burnable gas in the home.
    Gas,
    /// Carbon monoxide in the home.
    CarbonMonoxide,
    /// A seizure.
    Seizure,
    /// Help asked for without an emergency.
    HelpRequest,
    /// Something to look at: silence, battery.
    Attention,
    /// An alarm of a device that nobody has tied to a resident.
    UnknownDevice,
    /// A device that guards a resident is not heard any more.
    DeviceSilent,
    /// Many homes of one committee are not heard any more.
    AreaOutage,
    /// A sign of daily life did not come.
    LifeSignMissing,
    /// A device was handed out and has not shown in time that it works.
    EnrolmentOverdue,
    /// A helper needs help themselves.
    ResponderSos,
}

/// Where an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum IncidentStatus {
    /// The resident may still call it off.
    PreAlarm,
    /// Open; nobody has answered.
    Raised,
    /// An operator is speaking with the resident.
    Answering,
    /// Responders have been asked.
    Offered,
    /// A responder has accepted.
    Accepted,
    /// The responder is on the way.
    EnRoute,
    /// And should have been there by now.
    Late,
    /// The responder has arrived.
    OnScene,
    /// And stands before a door that nobody opens.
    AccessBlocked,
    /// 120, a hospital, 110 or 119 has the person.
    HandedOver,
    /// The person is away for a known time.
    Suspended,
    /// Every rung of the ladder was tried.
    Exhausted,
    /// Over; somebody looks again the next day.
    FollowUp,
    /// Closed with an outcome.
    Closed,
}

/// Who owns the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum NextOwner {
    /// The operators.
    Operator,
    /// The responder who accepted.
    Responder,
    /// The ladder, which asks the next people by itself.
    Ladder,
    /// The resident, who may call it off.
    Resident,
    /// Nobody: it is closed.
    Nobody,
}

/// How an incident ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Outcome {
    /// Helped on the scene.
    Helped,
    /// Taken to hospital.
    TakenToHospital,
    /// Nothing had happened.
    FalseAlarm,
    /// The resident called it off.
    CancelledByResident,
    /// A test.
    Test,
    /// What was missing came back by itself.
    ClearedUp,
    /// Nobody was found.
    NoContact,
    /// Handled as part of another incident.
    Merged,
    /// Told in the note.
    Other,
}

/// Which incidents a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Enum)]
#[oai(rename_all = "snake_case")]
pub enum IncidentFilter {
    /// Somebody is needed now.
    #[default]
    Open,
    /// Over, and somebody has to look again.
    FollowUp,
    /// Over, looked at again or not.
    Closed,
    /// Both.
    All,
}

/// What a person may report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ReportKind {
    /// Help asked for without an emergency.
    HelpRequest,
    /// A fall.
    Fall,
    /// An emergency.
    Sos,
}

/// An incident. Absent members are unknown, not yet reached, or not the caller's to see.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Incident {
    /// Id of the incident.
    pub id: Uuid,
    /// What it is about.
    pub kind: IncidentKind,
    /// 1 (most urgent) to 4.
    #[oai(validator(minimum(value = "1"), maximum(value = "4")))]
    pub severity: i32,
    /// Where it stands.
    pub status: IncidentStatus,
    /// Resident it concerns.
    pub resident_id: Option<Uuid>,
    /// Word for the resident that the caller may see.
    pub resident_display: Option<String>,
    /// Device that raised it.
    pub device_id: Option<Uuid>,
    /// How far that device's identity is believed.
    pub identity: Option<Identity>,
    /// When it was opened.
    pub opened_at: Time,
    /// When the next step is due, to count down to; absent once closed.
    pub deadline_at: Option<Time>,
    /// Who owns the next step.
    pub next_owner: NextOwner,
    /// Rung of the ladder, from 0.
    pub rung: i32,
    /// Further alarms of the same cause that were folded into it.
    pub repeats: i32,
    /// Account of the operator who took it.
    pub acknowledged_by: Option<Uuid>,
    /// When an operator took it.
    pub acknowledged_at: Option<Time>,
    /// Responder who accepted.
    pub responder_id: Option<Uuid>,
    /// When a responder accepted.
    pub accepted_at: Option<Time>,
    /// When the responder set out.
    pub en_route_at: Option<Time>,
    /// When the responder arrived.
    pub arrived_at: Option<Time>,
    /// When it was closed.
    pub closed_at: Option<Time>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Part of a demonstration; nobody real is concerned.
    pub synthetic: bool,
    /// An exercise: it reaches nobody but those who take part.
    pub drill: bool,
    /// Rises with every change.
    pub version: i64,
}

/// One thing that happened in an incident, with words for the caller.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct IncidentEvent {
    /// Rising number, unique over all incidents; the id of the server-sent event.
    pub seq: i64,
    /// Incident it belongs to.
    pub incident_id: Uuid,
    /// When it happened.
    pub at: Time,
    /// What happened, as a stable snake_case word.
    pub kind: String,
    /// What happened, in the caller's language.
    pub text: String,
    /// Facts behind the words, by name.
    pub facts: BTreeMap<String, String>,
}

/// An incident with what belongs to it.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct IncidentDetail {
    /// The incident.
    pub incident: Incident,
    /// Offers that the caller may see, newest wave first.
    pub offers: Vec<Offer>,
    /// What happened, oldest first.
    pub timeline: Vec<IncidentEvent>,
    /// Entry card; only for those who may see it.
    pub home: Option<Home>,
}

/// A responder who could be sent.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MapCandidate {
    /// The responder.
    pub responder_id: Uuid,
    /// Word for the responder that the caller may see.
    pub display: String,
    /// Where the responder was last.
    pub position: Option<Point>,
    /// Walking time to the resident; absent when no path was found.
    pub walking_ms: Option<i64>,
    /// State of the offer, when one was made.
    pub state: Option<OfferState>,
}

/// What a map of an incident shows.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct IncidentMap {
    /// Where the resident is.
    pub resident: Option<Point>,
    /// Walkable segments, each `[lon, lat, lon, lat]`.
    pub network: Vec<Vec<f64>>,
    /// Who could be sent.
    pub candidates: Vec<MapCandidate>,
    /// Route of the accepted responder (for operators else of the nearest who is asked),
    /// each step `[lon, lat]`; empty without one.
    pub route: Vec<Vec<f64>>,
    /// Area shown: `[west, south, east, north]`; empty when there is nothing to show.
    pub bounds: Vec<f64>,
}

/// A report by a person.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct IncidentReport {
    /// Resident it concerns.
    pub resident_id: Uuid,
    /// What is reported.
    pub kind: ReportKind,
    /// Words of the reporter.
    #[oai(validator(max_length = 2000, pattern = r"^[^\u0000]*$"))]
    pub note: Option<String>,
}

/// An optional note.
#[derive(Debug, Clone, PartialEq, Eq, Default, Object)]
#[oai(deny_unknown_fields)]
pub struct Note {
    /// Words for the timeline.
    #[oai(validator(max_length = 2000, pattern = r"^[^\u0000]*$"))]
    pub note: Option<String>,
}

/// Whose alarm it is.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct Identification {
    /// The resident.
    pub resident_id: Uuid,
}

/// How an incident ends.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct Closure {
    /// The outcome.
    pub outcome: Outcome,
    /// Required from an operator when nobody was on the scene.
    #[oai(validator(max_length = 2000, pattern = r"^[^\u0000]*$"))]
    pub note: Option<String>,
    /// Why there was an alarm without a need; counted for the device. Only with `false_alarm`.
    pub reason: Option<crate::FalseAlarmReason>,
}

/// Why an incident opens again.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct Reopening {
    /// The reason.
    #[oai(validator(min_length = 1, max_length = 500, pattern = r"^[^\u0000]*$"))]
    pub reason: String,
}
