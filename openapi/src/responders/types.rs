//! Wire types of the tag responders.

use poem_openapi::{Enum, Object};
use uuid::Uuid;

use crate::{Datum, Time};

/// In which capacity a responder helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ResponderKind {
    /// A neighbour.
    Volunteer,
    /// Paid care staff.
    CareWorker,
    /// Staff of the neighbourhood committee.
    CommunityWorker,
}

/// How a responder gets about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Vehicle {
    /// On foot.
    Foot,
    /// By bicycle.
    Bicycle,
    /// By electric bicycle.
    Ebike,
    /// By car.
    Car,
}

/// A responder as the caller may see them.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Responder {
    /// Id of the responder.
    pub id: Uuid,
    /// Word that the caller may see.
    pub display_name: String,
    /// In which capacity they help.
    pub kind: ResponderKind,
    /// Skills, as snake_case words.
    pub skills: Vec<String>,
    /// Languages they speak, as BCP 47 tags, best first.
    pub languages: Vec<String>,
    /// Whether they are cleared to visit; only who is cleared is asked.
    pub cleared: bool,
    /// Whether they may be asked now.
    pub on_duty: bool,
    /// When a position was last reported.
    pub position_at: Option<Time>,
    /// How they get about, when known.
    pub vehicle: Option<Vehicle>,
}

/// State of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum OfferState {
    /// Waiting for an answer.
    Pending,
    /// Accepted.
    Accepted,
    /// Declined.
    Declined,
    /// Taken back: another accepted, or the incident ended.
    Withdrawn,
    /// Not answered in time.
    Expired,
}

/// How the candidate was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum OfferMethod {
    /// By walking time on the network.
    Network,
    /// By distance in a straight line.
    StraightLine,
    /// From the ladder's fixed list.
    FixedList,
}

/// One ask to one responder.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Offer {
    /// Id of the offer.
    pub id: Uuid,
    /// Incident it belongs to.
    pub incident_id: Uuid,
    /// Responder who is asked.
    pub responder_id: Uuid,
    /// Offers of one wave were sent together, from 1.
    pub wave: i32,
    /// State of the offer.
    pub state: OfferState,
    /// Walking time to the resident.
    pub walking_ms: Option<i64>,
    /// Distance to walk.
    pub metres: Option<i64>,
    /// How the candidate was chosen.
    pub method: OfferMethod,
    /// Why this responder, as message keys.
    pub reasons: Vec<String>,
    /// When it was sent.
    pub sent_at: Time,
    /// When it lapses.
    pub expires_at: Time,
}

/// Why an offer is declined.
#[derive(Debug, Clone, PartialEq, Eq, Default, Object)]
#[oai(deny_unknown_fields)]
pub struct Refusal {
    /// Words of the responder.
    #[oai(validator(max_length = 500, pattern = r"^[^\u0000]*$"))]
    pub reason: Option<String>,
}

/// Whether somebody is cleared to visit.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct Clearance {
    /// Only who is cleared is asked.
    pub cleared: bool,
    /// Why, in the operator's words.
    #[oai(validator(min_length = 1, max_length = 500, pattern = r"^[^\u0000]*$"))]
    pub reason: String,
}

/// On or off duty.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct Duty {
    /// Whether the responder may be asked.
    pub on_duty: bool,
}

/// A reported position with its datum.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct PositionReport {
    /// Longitude in degrees.
    #[oai(validator(minimum(value = "-180"), maximum(value = "180")))]
    pub lon: f64,
    /// Latitude in degrees.
    #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
    pub lat: f64,
    /// Datum of the two; there is no default.
    pub datum: Datum,
    /// Radius of uncertainty in metres.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub accuracy_m: Option<f64>,
}
