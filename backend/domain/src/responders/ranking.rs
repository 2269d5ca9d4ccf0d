//! Ranked candidates: travel times come in as numbers, an order with reasons goes out.

use crate::ids::{AccountId, ResponderId};
use crate::responders::{Ground, Prospect, ResponderKind};
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
#[derive(Clone, Debug, PartialEq)]
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
    /// What speaks for and against; of somebody who may not be asked, the bar stands first.
    pub grounds: Vec<Ground>,
    /// Chance of a yes in thousandths.
    pub accept_permille: u16,
    /// Their committee's place in [`Ranked::committees`].
    pub committee: Option<u16>,
    /// Knows first aid.
    pub first_aid: bool,
    /// What they are, when known.
    pub kind: Option<ResponderKind>,
}

impl Candidate {
    /// What the plan of waves looks at.
    pub const fn prospect(&self) -> Prospect {
        Prospect {
            accept_permille: self.accept_permille,
            walking_ms: self.walking_ms,
        }
    }
}

/// A neighbourhood committee and how many of it could go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committee {
    /// Twelve-digit code.
    pub code: String,
    /// Who may be asked there before anybody is sent.
    pub cover: u32,
}

/// The order in which to ask.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranked {
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// The nearest who may not be asked, nearest first.
    pub barred: Vec<Candidate>,
    /// Committees of the people above.
    pub committees: Vec<Committee>,
    /// Microseconds spent on ranking, for the record.
    pub took_us: u64,
}
