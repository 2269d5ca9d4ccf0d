//! Ranked candidates: travel times come in as numbers, an order with reasons goes out.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, ResponderId};
use crate::responders::Reason;
use crate::words::words;

words! {
    /// How a walking time was found; worse methods never stop an alarm.
    pub enum RankMethod {
        /// Over the walking network.
        Network = "network",
        /// Straight line, where network or position is missing.
        StraightLine = "straight_line",
        /// No position at all: the duty list in its fixed order.
        FixedList = "fixed_list",
    }
}

/// Someone who may be asked, with what it would take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Who.
    pub responder_id: ResponderId,
    /// Where the offer goes.
    pub account_id: AccountId,
    /// Milliseconds on foot, when known.
    pub walking_ms: Option<u32>,
    /// Metres on foot, when known.
    pub metres: Option<u32>,
    /// How that was found.
    pub method: RankMethod,
    /// Why here.
    pub reasons: Vec<Reason>,
    /// Knows first aid.
    pub first_aid: bool,
}

/// The order in which to ask.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranked {
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// Microseconds spent on ranking, for the record.
    pub took_us: u64,
}
