//! Wire types of who was asked, who was not, and why.

use poem_openapi::{Enum, Object};
use uuid::Uuid;

use crate::{OfferMethod, Time};

/// Which way a ground pulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum GroundSide {
    /// Speaks for asking them.
    For,
    /// Speaks against.
    Against,
}

/// One thing that speaks for or against somebody.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct CandidateGround {
    /// What it is, as a stable snake_case word.
    pub key: String,
    /// Which way it pulls.
    pub side: GroundSide,
    /// The same in the caller's language, with its number or moment.
    pub text: String,
}

/// Somebody who was asked, or was near and was not.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct WaveCandidate {
    /// The responder.
    pub responder_id: Uuid,
    /// Word for the responder that the caller may see.
    pub display_name: String,
    /// Whether this wave asked them.
    pub asked: bool,
    /// Place in the order, from 1; absent for those who could not be asked.
    pub place: Option<i32>,
    /// Walking time to the resident, when known.
    pub walking_ms: Option<i64>,
    /// How that was found.
    pub method: OfferMethod,
    /// What speaks for and against; what kept them from being asked stands first.
    pub grounds: Vec<CandidateGround>,
    /// Why they were not asked, in the caller's language; absent for those who were.
    pub not_chosen: Option<String>,
}

/// How many could go from one committee.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct CommitteeCover {
    /// Twelve-digit code of the committee.
    pub committee_code: String,
    /// Who could be asked there before anybody went.
    pub before: i32,
    /// The same when the one who goes is from there.
    pub after: i32,
}

/// People who were asked together, and those near by who were not.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct CandidateWave {
    /// Number of the wave, as in the offers.
    pub wave: i32,
    /// When it was asked.
    pub asked_at: Time,
    /// Why so many, as a stable snake_case word.
    pub why: String,
    /// Why so many, in the caller's language.
    pub why_text: String,
    /// The asked in their order, then the nearest who were not; a responder reads only their own.
    pub candidates: Vec<WaveCandidate>,
    /// Cover of the committees of those asked; empty for responders.
    pub cover: Vec<CommitteeCover>,
}

/// Who was asked for an incident and who was not.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct IncidentCandidates {
    /// Waves, the first one first.
    pub waves: Vec<CandidateWave>,
}
