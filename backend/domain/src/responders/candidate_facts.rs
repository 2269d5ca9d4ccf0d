//! What ranking knows of one responder and of the need: numbers only, all passed in.

use crate::ids::{AccountId, IncidentId, ResponderId};
use crate::incidents::Severity;
use crate::responders::{RankMethod, ResponderKind};
use crate::time::Timestamp;

/// A set of up to 32 classes (skill, gender, vehicle, organisation …); the caller gives the bits
/// their meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes(pub u32);

impl Classes {
    /// Whether every class of the other set is in this one.
    pub const fn contain(self, needed: Self) -> bool {
        self.0 & needed.0 == needed.0
    }
}

/// Answers to earlier asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PastAnswers {
    /// Asks that were answered or lapsed.
    pub asked: u32,
    /// Yes among them; more than `asked` counts as `asked`.
    pub accepted: u32,
}

/// Why there is no travel time over the network. Far away is no gap: its time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Both are on the map and no way leads from one to the other.
    Unreachable,
    /// The map does not cover where they are, or where help is needed.
    OffTheMap,
    /// Nobody knows where they are.
    NoPosition,
}

/// Stairs that have to be taken from the street to the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stairs {
    /// To which storey, as the house counts.
    pub storey: i8,
    /// There is a lift, and it is broken.
    pub lift_broken: bool,
}

/// One responder at the moment somebody needs help.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CandidateFacts {
    /// Who.
    pub responder_id: ResponderId,
    /// Where an offer would go.
    pub account_id: AccountId,
    /// Milliseconds on foot to the very door, when known.
    pub walking_ms: Option<u32>,
    /// Metres on foot, when known.
    pub metres: Option<u32>,
    /// Stairs at the end, which are in the time.
    pub stairs: Option<Stairs>,
    /// How those were found.
    pub method: RankMethod,
    /// Milliseconds that it may take longer, because the position is old or vague.
    pub uncertain_ms: u32,
    /// Why the walk is not known over the network, where that is known.
    pub gap: Option<Gap>,
    /// Seconds since the position was true, when known.
    pub position_age_s: Option<u32>,
    /// On duty now.
    pub on_duty: bool,
    /// Resting until then; a moment that has passed counts for nothing.
    pub resting_until: Option<Timestamp>,
    /// Going to another open incident.
    pub busy_with: Option<IncidentId>,
    /// The clearance was taken back.
    pub clearance_revoked: bool,
    /// What they are and can do.
    pub classes: Classes,
    /// Knows first aid.
    pub first_aid: bool,
    /// Times they helped this resident.
    pub helped_before: u32,
    /// Asks within the last 24 hours.
    pub asks_24h: u32,
    /// Cases and orders they have in hand.
    pub open_cases: u32,
    /// Speaks the resident's language, when that is known.
    pub speaks_language: Option<bool>,
    /// How they answered before.
    pub past: PastAnswers,
    /// Others who would stay on duty in their neighbourhood, when that is known.
    pub cover_left: Option<u32>,
    /// What they are, when known.
    pub kind: Option<ResponderKind>,
}

impl CandidateFacts {
    /// Somebody on duty of whom nothing else is known: ranked as the fixed list.
    pub const fn unknown(responder_id: ResponderId, account_id: AccountId) -> Self {
        Self {
            responder_id,
            account_id,
            walking_ms: None,
            metres: None,
            stairs: None,
            method: RankMethod::FixedList,
            uncertain_ms: 0,
            gap: None,
            position_age_s: None,
            on_duty: true,
            resting_until: None,
            busy_with: None,
            clearance_revoked: false,
            classes: Classes(0),
            first_aid: false,
            helped_before: 0,
            asks_24h: 0,
            open_cases: 0,
            speaks_language: None,
            past: PastAnswers {
                asked: 0,
                accepted: 0,
            },
            cover_left: None,
            kind: None,
        }
    }
}

/// For what somebody is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// The present.
    pub now: Timestamp,
    /// How urgent.
    pub severity: Severity,
    /// The incident itself: going to this one is not going to another.
    pub incident_id: Option<IncidentId>,
    /// Classes a candidate must have, all of them.
    pub needed: Classes,
}

impl Need {
    /// Whether a life may hang on it.
    pub fn is_life(&self) -> bool {
        self.severity <= Severity::LIFE
    }
}
