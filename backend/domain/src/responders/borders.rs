//! What lines between streets and districts mean, as data: whether they hold a helper back, and
//! whose the follow-up is.

use serde::{Deserialize, Serialize};

use crate::responders::{Candidate, Ranked};
use crate::words::words;

/// Digits of a committee's code that name its street: six of the district, three of the street.
const STREET_DIGITS: usize = 9;

words! {
    /// Who is asked first where a life may hang on it.
    pub enum LifeBorder {
        /// The nearest, on whichever side of a line.
        NearestWins = "nearest_wins",
        /// Whoever is of the home's street, then the nearest of the others.
        HomeStreetFirst = "home_street_first",
    }
}

words! {
    /// Whose the follow-up is.
    pub enum FollowUpOwner {
        /// The street where the home lies.
        HomeStreet = "home_street",
        /// The street whose helper went.
        HelpersStreet = "helpers_street",
    }
}

/// Rules about lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BorderRules {
    /// Who is asked first where a life may hang on it.
    pub life: LifeBorder,
    /// Whose the follow-up is.
    pub follow_up: FollowUpOwner,
}

impl Default for BorderRules {
    fn default() -> Self {
        Self {
            life: LifeBorder::NearestWins,
            follow_up: FollowUpOwner::HomeStreet,
        }
    }
}

/// The street that a committee belongs to; `None` for a code that is too short to name one.
pub fn street_of(committee_code: &str) -> Option<&str> {
    committee_code.get(..STREET_DIGITS)
}

impl BorderRules {
    /// Puts an order of helpers right by these rules; the nearest stays first among equals. Nobody
    /// is left out, on whichever side of a line they are. O(n log n).
    pub fn order(&self, ranked: &mut Ranked, home_committee: Option<&str>, is_life: bool) {
        let home = home_committee.and_then(street_of);
        let (LifeBorder::HomeStreetFirst, true, Some(home)) = (self.life, is_life, home) else {
            return;
        };
        let Ranked {
            candidates,
            committees,
            ..
        } = ranked;
        let is_beyond = |one: &Candidate| {
            let of = one.committee.and_then(|of| committees.get(usize::from(of)));
            of.and_then(|of| street_of(&of.code)) != Some(home)
        };
        candidates.sort_by_key(is_beyond);
    }

    /// The street that looks after a home when an incident is over. Where the one that the rule
    /// names is not known, it is the other: a follow-up is nobody's never.
    pub fn follow_up_street<'c>(
        &self,
        home_committee: Option<&'c str>,
        helpers_committee: Option<&'c str>,
    ) -> Option<&'c str> {
        let home = home_committee.and_then(street_of);
        let helpers = helpers_committee.and_then(street_of);
        match self.follow_up {
            FollowUpOwner::HomeStreet => home.or(helpers),
            FollowUpOwner::HelpersStreet => helpers.or(home),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::{AccountId, ResponderId};
    use crate::responders::{Committee, RankMethod};

    const HOME: &str = "310113101001";
    const SAME_STREET: &str = "310113101002";
    const NEXT_STREET: &str = "310113102001";

    fn ranked() -> Ranked {
        let one = |number: u128, committee: Option<u16>| Candidate {
            responder_id: ResponderId(Uuid::from_u128(number)),
            account_id: AccountId(Uuid::from_u128(number)),
            walking_ms: Some(u32::try_from(number).unwrap_or(0) * 1000),
            metres: None,
            method: RankMethod::Network,
            grounds: Vec::new(),
            accept_permille: 300,
            committee,
            first_aid: false,
            kind: None,
        };
        let committee = |code: &str| Committee {
            code: code.to_owned(),
            cover: 1,
        };
        Ranked {
            candidates: vec![
                one(1, Some(1)),
                one(2, None),
                one(3, Some(0)),
                one(4, Some(0)),
            ],
            committees: vec![committee(SAME_STREET), committee(NEXT_STREET)],
            ..Ranked::default()
        }
    }

    fn order(life: LifeBorder, home: Option<&str>, is_life: bool) -> Vec<u128> {
        let rules = BorderRules {
            life,
            ..BorderRules::default()
        };
        let mut ranked = ranked();
        rules.order(&mut ranked, home, is_life);
        let ids = ranked.candidates.iter();
        ids.map(|one| one.responder_id.0.as_u128()).collect()
    }

    #[test]
    fn for_a_life_the_nearest_wins_across_lines_unless_the_rule_says_otherwise() {
        let nearest = [1, 2, 3, 4];
        assert_eq!(order(LifeBorder::NearestWins, Some(HOME), true), nearest);
        let first = LifeBorder::HomeStreetFirst;
        assert_eq!(order(first, Some(HOME), true), [3, 4, 1, 2]);
        assert_eq!(order(first, Some(HOME), false), nearest);
        assert_eq!(order(first, None, true), nearest);
        assert_eq!(order(first, Some("31"), true), nearest);
    }

    #[test]
    fn the_follow_up_has_an_owner_by_either_rule() {
        let by = |follow_up, home, helpers| {
            let rules = BorderRules {
                follow_up,
                ..BorderRules::default()
            };
            rules.follow_up_street(home, helpers)
        };
        let (home, next) = (Some(HOME), Some(NEXT_STREET));
        let (of_home, of_next) = (Some("310113101"), Some("310113102"));
        assert_eq!(by(FollowUpOwner::HomeStreet, home, next), of_home);
        assert_eq!(by(FollowUpOwner::HelpersStreet, home, next), of_next);
        assert_eq!(by(FollowUpOwner::HelpersStreet, home, None), of_home);
        assert_eq!(by(FollowUpOwner::HomeStreet, None, next), of_next);
    }
}
