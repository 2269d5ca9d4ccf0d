//! One ask to one responder.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, IncidentId, OfferId, ResponderId};
use crate::responders::{RankMethod, Reason};
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// What became of an offer.
    pub enum OfferState {
        /// Asked, no answer yet.
        Pending = "pending",
        /// Said yes first.
        Accepted = "accepted",
        /// Said no.
        Declined = "declined",
        /// Somebody else goes, or it is over.
        Withdrawn = "withdrawn",
        /// The wave's time ran out; a late yes is still welcome while nobody else said yes.
        Expired = "expired",
    }
}

impl OfferState {
    /// Whether a yes may still come.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Expired)
    }
}

/// One ask to one responder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// Identity.
    pub id: OfferId,
    /// For which incident.
    pub incident_id: IncidentId,
    /// Who is asked.
    pub responder_id: ResponderId,
    /// Where the ask goes.
    pub account_id: AccountId,
    /// Offers of one wave were sent together.
    pub wave: u16,
    /// What became of it.
    pub state: OfferState,
    /// Milliseconds on foot, when known.
    pub walking_ms: Option<u32>,
    /// Metres on foot, when known.
    pub metres: Option<u32>,
    /// How that was found.
    pub method: RankMethod,
    /// Why this one.
    pub reasons: Vec<Reason>,
    /// When asked.
    pub sent_at: Timestamp,
    /// When the wave ends.
    pub expires_at: Timestamp,
    /// When answered.
    pub answered_at: Option<Timestamp>,
}
