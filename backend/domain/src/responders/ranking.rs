//! Ranked candidates: travel times come in as numbers, an order with reasons goes out.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, ResponderId};
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

words! {
    /// Why a candidate stands where it stands; a key for `accessibility`.
    pub enum Reason {
        /// Ordered by walking time.
        NearestByWalkingTime = "nearest_by_walking_time",
        /// Only the straight line is known.
        StraightLineOnly = "straight_line_only",
        /// From the fixed list.
        FixedList = "fixed_list",
        /// On duty now.
        OnDuty = "on_duty",
        /// Knows first aid.
        HasFirstAid = "has_first_aid",
        /// The position is old.
        PositionOld = "position_old",
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

/// Seconds of walking that first-aid training is worth.
const FIRST_AID_WORTH_MS: u32 = 60_000;

/// Orders candidates: walking time, first aid counting for a minute, known before unknown.
pub fn score(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_key(|candidate| {
        let bonus = if candidate.first_aid {
            FIRST_AID_WORTH_MS
        } else {
            0
        };
        let cost = candidate
            .walking_ms
            .map_or(u32::MAX, |ms| ms.saturating_sub(bonus));
        (candidate.method, cost, candidate.responder_id)
    });
    candidates
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn candidate(id: u128, walking_ms: Option<u32>, first_aid: bool) -> Candidate {
        Candidate {
            responder_id: ResponderId(Uuid::from_u128(id)),
            account_id: AccountId(Uuid::from_u128(id)),
            walking_ms,
            metres: None,
            method: RankMethod::Network,
            reasons: Vec::new(),
            first_aid,
        }
    }

    #[test]
    fn nearest_first_and_first_aid_is_worth_a_minute() {
        let order = score(vec![
            candidate(1, None, false),
            candidate(2, Some(100_000), false),
            candidate(3, Some(150_000), true),
        ]);
        let ids: Vec<u128> = order.iter().map(|c| c.responder_id.0.as_u128()).collect();
        assert_eq!(ids, [3, 2, 1]);
    }

    #[test]
    fn ties_have_one_order() {
        let forward = score(vec![
            candidate(1, Some(5), false),
            candidate(2, Some(5), false),
        ]);
        let backward = score(vec![
            candidate(2, Some(5), false),
            candidate(1, Some(5), false),
        ]);
        assert_eq!(forward, backward);
    }
}
