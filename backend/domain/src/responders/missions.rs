//! What responders did and do: whom they help now, helped before, and when they must rest.

use serde::{Deserialize, Serialize};

use crate::ids::{IncidentId, ResponderId};
use crate::responders::{Classes, Need};
use crate::time::{SHANGHAI_OFFSET_S, Timestamp, seconds};

/// Past answers count for this many days: habits change.
pub const ANSWERS_COUNT_DAYS: i64 = 90;
/// Asks are counted over this many hours.
pub const ASKS_COUNT_HOURS: i64 = 24;
/// Nobody rests longer than this many seconds after a mission; how far back missions are read.
pub const LONGEST_REST_S: u32 = 86_400;

/// What of the past and present must be exact when a decision is made: part of its one read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missions {
    going: Vec<(ResponderId, IncidentId)>,
    helped: Vec<(ResponderId, u32)>,
}

impl Missions {
    /// Who goes to which open incident, and how often each went to this resident before.
    pub fn new(
        mut going: Vec<(ResponderId, IncidentId)>,
        mut helped: Vec<(ResponderId, u32)>,
    ) -> Self {
        going.sort_unstable();
        helped.sort_unstable();
        Self { going, helped }
    }

    /// Open incidents that somebody goes to, but for one. O(log n) and what is found.
    pub fn others_of(
        &self,
        responder: ResponderId,
        this: Option<IncidentId>,
    ) -> impl Iterator<Item = IncidentId> {
        let from = self.going.partition_point(|(of, _)| *of < responder);
        let own = self.going[from..].iter();
        let own = own.take_while(move |(of, _)| *of == responder);
        own.map(|(_, incident)| *incident)
            .filter(move |incident| Some(*incident) != this)
    }

    /// Everybody who goes to an open incident other than one, once each. O(n).
    pub fn going_elsewhere(&self, this: Option<IncidentId>) -> impl Iterator<Item = ResponderId> {
        let mut last = None;
        self.going
            .iter()
            .filter(move |(_, incident)| Some(*incident) != this)
            .map(|(of, _)| *of)
            .filter(move |of| last.replace(*of) != Some(*of))
    }

    /// How often somebody went to this resident before. O(log n).
    pub fn helped_by(&self, responder: ResponderId) -> u32 {
        let found = self.helped.binary_search_by_key(&responder, |(of, _)| *of);
        found.map_or(0, |place| self.helped[place].1)
    }
}

/// One mission that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mission {
    /// When they said yes.
    pub accepted_at: Timestamp,
    /// When it was closed.
    pub ended_at: Timestamp,
}

/// What somebody's past tells, counted now and then and not at every decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrackRecord {
    /// Asks of the last [`ANSWERS_COUNT_DAYS`] days that were answered or lapsed.
    pub asked: u32,
    /// Yes among them.
    pub accepted: u32,
    /// Asks of the last [`ASKS_COUNT_HOURS`] hours, whatever became of them.
    pub asks_24h: u32,
    /// The latest mission that ended within [`LONGEST_REST_S`].
    pub last_mission: Option<Mission>,
}

/// How long somebody rests after a mission, as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestRules {
    /// Seconds of rest after a mission by day, at most a day.
    pub after_s: u32,
    /// Seconds of rest after one that touched the night, at most a day.
    pub after_night_s: u32,
    /// The local hour at which the night begins, 0-23.
    pub night_from_h: u8,
    /// The local hour at which it ends, 0-23; equal to the beginning there is no night.
    pub night_to_h: u8,
}

/// Why rest rules are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestError {
    /// A rest longer than a day would end a neighbour's help, not spare it.
    #[error("a rest is at most a day")]
    TooLong,
    /// No hour of a day.
    #[error("the night begins and ends at an hour, 0 to 23")]
    Hour,
}

impl RestRules {
    /// Refuses rules that nobody could mean.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), RestError> {
        if self.after_s.max(self.after_night_s) > LONGEST_REST_S {
            return Err(RestError::TooLong);
        }
        if self.night_from_h.max(self.night_to_h) > 23 {
            return Err(RestError::Hour);
        }
        Ok(())
    }

    /// Until when somebody rests after a mission.
    pub fn until(&self, mission: &Mission) -> Timestamp {
        let night = self.is_night(mission.accepted_at) || self.is_night(mission.ended_at);
        let rest = if night {
            self.after_night_s
        } else {
            self.after_s
        };
        mission.ended_at + seconds(rest)
    }

    fn is_night(&self, at: Timestamp) -> bool {
        let hour = (at.timestamp() + SHANGHAI_OFFSET_S)
            .div_euclid(3600)
            .rem_euclid(24);
        let (from, to) = (i64::from(self.night_from_h), i64::from(self.night_to_h));
        if from <= to {
            (from..to).contains(&hour)
        } else {
            hour >= from || hour < to
        }
    }
}

impl Need {
    /// The same, with what a resident's record requires only where it can wait for such a person:
    /// when a life may hang on it, anybody is better than nobody.
    pub fn when_it_can_wait(self) -> Self {
        let needed = if self.is_life() {
            Classes(0)
        } else {
            self.needed
        };
        Self { needed, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: RestRules = RestRules {
        after_s: 1_800,
        after_night_s: 28_800,
        night_from_h: 22,
        night_to_h: 6,
    };

    fn at(local: &str) -> Timestamp {
        format!("2026-11-24T{local}+08:00")
            .parse()
            .expect("a moment")
    }

    fn rests(accepted: &str, ended: &str) -> Timestamp {
        RULES.until(&Mission {
            accepted_at: at(accepted),
            ended_at: at(ended),
        })
    }

    #[test]
    fn going_to_this_one_is_not_going_to_another() {
        let responder = |number| ResponderId(uuid::Uuid::from_u128(number));
        let incident = |number| IncidentId(uuid::Uuid::from_u128(number));
        let going = vec![
            (responder(3), incident(9)),
            (responder(1), incident(8)),
            (responder(3), incident(7)),
        ];
        let missions = Missions::new(going, vec![(responder(3), 2), (responder(2), 1)]);
        let others = |number, this| -> Vec<IncidentId> {
            missions.others_of(responder(number), this).collect()
        };
        assert_eq!(others(3, None), [incident(7), incident(9)]);
        assert_eq!(others(3, Some(incident(9))), [incident(7)]);
        assert!(others(2, None).is_empty() && others(1, Some(incident(8))).is_empty());
        let helped = [1, 2, 3].map(|number| missions.helped_by(responder(number)));
        assert_eq!(helped, [0, 1, 2]);
    }

    #[test]
    fn a_night_at_either_end_of_a_mission_gives_the_long_rest() {
        assert_eq!(rests("13:00:00", "13:50:00"), at("14:20:00"));
        assert_eq!(rests("05:59:59", "06:20:00"), at("14:20:00"));
        assert_eq!(rests("06:00:00", "06:20:00"), at("06:50:00"));
        assert_eq!(
            rests("21:50:00", "22:00:00"),
            at("22:00:00") + seconds(28_800)
        );
        let no_night = RestRules {
            night_to_h: 22,
            ..RULES
        };
        assert!(!no_night.is_night(at("22:30:00")));
    }

    #[test]
    fn a_rest_beyond_a_day_and_a_twenty_fifth_hour_are_refused() {
        assert_eq!(RULES.check(), Ok(()));
        let long = RestRules {
            after_s: 86_401,
            ..RULES
        };
        assert_eq!(long.check(), Err(RestError::TooLong));
        let late = RestRules {
            night_from_h: 24,
            ..RULES
        };
        assert_eq!(late.check(), Err(RestError::Hour));
    }
}
