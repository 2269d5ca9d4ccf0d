//! Replay: the same ranking and the same waves on past or invented days, under a policy.
//!
//! Nothing here guesses differently from the engine: [`Standings`], [`next_step`] and the ladder
//! are the ones that ask people. What a person would have answered stands in the history; where it
//! does not, it is drawn from seed, case and person, so that two policies meet the same answers.

mod generate;
mod history;
mod report;

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use uuid::Uuid;

use crate::ids::{AccountId, IncidentId, ResponderId};
use crate::incidents::{Ladder, Severity};
use crate::responders::{
    CandidateFacts, Classes, Mission, Need, PastAnswers, Policy, Prospect, RankMethod, Standings,
    acceptance_permille, next_step,
};
use crate::time::{Timestamp, seconds};

pub use generate::{GenerateOptions, generate};
pub use history::{Answer, Case, HistoryError, Presence, history};
pub use report::{Minutes, Report};

use report::{Outcome, summary};

/// A yes later than this many seconds after the alarm is a miss: others came first.
pub const MISSED_AFTER_S: u32 = 900;

/// What one person went through so far.
#[derive(Clone, Debug, Default)]
struct Record {
    asks: Vec<Timestamp>,
    lapsed: u32,
    accepted: u32,
    busy: Option<(Timestamp, IncidentId)>,
    rests_until: Option<Timestamp>,
}

/// One replay under way.
struct Replay<'a> {
    policy: &'a Policy,
    ladder: &'a Ladder,
    seed: u64,
    people: BTreeMap<&'a str, usize>,
    records: Vec<Record>,
    standings: Standings,
}

/// Replays cases, in the order of their time, under a policy and a ladder.
///
/// Deterministic: equal arguments give equal reports.
pub fn replay(cases: &[Case], policy: &Policy, ladder: &Ladder, seed: u64) -> Report {
    let mut replay = Replay::of(cases, policy, ladder, seed);
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by_key(|number| cases[*number].at);
    let outcomes: Vec<Outcome> = order
        .into_iter()
        .map(|number| replay.case(number, &cases[number]))
        .collect();
    let asks: Vec<u32> = replay
        .records
        .iter()
        .map(|record| u32::try_from(record.asks.len()).unwrap_or(u32::MAX))
        .collect();
    summary(&outcomes, asks)
}

/// Somebody who was asked.
struct Asked {
    index: usize,
    lapses_ms: u64,
    yes_ms: Option<u64>,
}

impl<'a> Replay<'a> {
    /// Nothing happened yet.
    fn of(cases: &'a [Case], policy: &'a Policy, ladder: &'a Ladder, seed: u64) -> Self {
        let names: BTreeSet<&str> = cases
            .iter()
            .flat_map(|case| case.responders.iter().map(|r| r.id.as_str()))
            .collect();
        let people: BTreeMap<&str, usize> = names.into_iter().zip(0..).collect();
        Self {
            policy,
            ladder,
            seed,
            records: vec![Record::default(); people.len()],
            people,
            standings: Standings::default(),
        }
    }

    fn need(number: usize, case: &Case) -> Need {
        Need {
            now: case.at,
            severity: Severity(case.severity),
            incident_id: Some(incident(number)),
            needed: Classes(case.needed),
        }
    }

    fn facts_of(&self, case: &Case) -> Vec<CandidateFacts> {
        let presences = case.responders.iter();
        presences
            .map(|presence| self.facts(case, presence))
            .collect()
    }

    fn case(&mut self, number: usize, case: &Case) -> Outcome {
        let need = Self::need(number, case);
        let facts = self.facts_of(case);
        let mut standings = std::mem::take(&mut self.standings);
        standings.rank(&need, &facts, &self.policy.weights, facts.len());
        let order: Vec<usize> = standings.first().collect();
        self.standings = standings;
        let asked = self.climb(number, case, &need, &facts, &order);
        let walking = |index: &usize| facts[*index].walking_ms;
        let nearest = order.iter().filter_map(walking).min();
        let first = order.first().and_then(walking);
        let winner = asked
            .iter()
            .filter_map(|asked| asked.yes_ms.map(|at| (at, asked.index)))
            .min()
            .filter(|(at, _)| *at <= u64::from(MISSED_AFTER_S) * 1000);
        self.learn(number, case, &asked, winner, &facts);
        Outcome {
            life: need.is_life(),
            asks: asked.len(),
            accepted_ms: winner.map(|(at, _)| at),
            arrived_ms: winner.and_then(|(at, index)| Some(at + u64::from(walking(&index)?))),
            behind_nearest_ms: first.zip(nearest).map(|(first, nearest)| first - nearest),
        }
    }

    /// Climbs the ladder until somebody said yes or nobody is left.
    fn climb(
        &self,
        number: usize,
        case: &Case,
        need: &Need,
        facts: &[CandidateFacts],
        order: &[usize],
    ) -> Vec<Asked> {
        let prospects: Vec<Prospect> = order
            .iter()
            .map(|index| Prospect {
                accept_permille: acceptance_permille(&facts[*index], &self.policy.weights.prior),
                walking_ms: facts[*index].walking_ms,
            })
            .collect();
        let mut asked: Vec<Asked> = Vec::new();
        let (mut now_ms, mut earliest, mut rung) = (0_u64, u64::MAX, 0);
        loop {
            let left = &prospects[asked.len()..];
            let (rules, life) = (&self.policy.waves, need.is_life());
            let step = next_step(rules, life, self.ladder, rung, asked.len(), left);
            let count = usize::from(step.wave.offers);
            if count == 0 {
                return asked;
            }
            let ends_ms = now_ms + u64::from(step.wave.timeout_s) * 1000;
            for index in &order[asked.len()..asked.len() + count] {
                let yes_ms = self
                    .answer_ms(number, case, *index)
                    .map(|delay| now_ms + delay);
                earliest = earliest.min(yes_ms.unwrap_or(u64::MAX));
                asked.push(Asked {
                    index: *index,
                    lapses_ms: ends_ms,
                    yes_ms,
                });
            }
            if earliest <= ends_ms {
                return asked;
            }
            (now_ms, rung) = (ends_ms, step.rung + 1);
        }
    }

    /// What everybody who was asked remembers of it.
    fn learn(
        &mut self,
        number: usize,
        case: &Case,
        asked: &[Asked],
        winner: Option<(u64, usize)>,
        facts: &[CandidateFacts],
    ) {
        let over_ms = winner.map_or(u64::MAX, |(at, _)| at);
        for one in asked {
            let person = self.people[case.responders[one.index].id.as_str()];
            let record = &mut self.records[person];
            record.asks.push(case.at);
            if winner.is_some_and(|(_, index)| index == one.index) {
                record.accepted += 1;
                let walking = u64::from(facts[one.index].walking_ms.unwrap_or(0));
                let away = milliseconds(over_ms + walking) + seconds(case.on_scene_s);
                let mission = Mission {
                    accepted_at: case.at + milliseconds(over_ms),
                    ended_at: case.at + away,
                };
                record.busy = Some((mission.ended_at, incident(number)));
                record.rests_until = Some(self.policy.rest.until(&mission));
            } else if one.lapses_ms <= over_ms && one.yes_ms.is_none_or(|yes| yes > one.lapses_ms) {
                record.lapsed += 1;
            }
        }
    }

    fn facts(&self, case: &Case, presence: &Presence) -> CandidateFacts {
        let person = self.people[presence.id.as_str()];
        let record = &self.records[person];
        let id = Uuid::from_u128(person as u128 + 1);
        let day_ago = case.at - TimeDelta::hours(24);
        let asks = record.asks.iter().rev().take_while(|at| **at > day_ago);
        let walking_ms = case.walking_ms(presence);
        let accepted = presence.accepted.saturating_add(record.accepted);
        CandidateFacts {
            walking_ms,
            method: match (presence.walking_s, walking_ms) {
                (Some(_), _) => RankMethod::Network,
                (None, Some(_)) => RankMethod::StraightLine,
                (None, None) => RankMethod::FixedList,
            },
            on_duty: presence.on_duty,
            resting_until: presence.resting_until.max(record.rests_until),
            busy_with: record
                .busy
                .and_then(|(until, id)| (until > case.at).then_some(id)),
            clearance_revoked: presence.clearance_revoked,
            classes: Classes(presence.classes),
            first_aid: presence.first_aid,
            helped_before: presence.helped_before,
            asks_24h: u32::try_from(asks.count()).unwrap_or(u32::MAX),
            open_cases: presence.open_cases,
            speaks_language: presence.speaks_language,
            past: PastAnswers {
                asked: presence
                    .asked
                    .saturating_add(record.lapsed)
                    .saturating_add(record.accepted),
                accepted,
            },
            cover_left: presence.cover_left,
            ..CandidateFacts::unknown(ResponderId(id), AccountId(id))
        }
    }

    /// Milliseconds until somebody's yes, or `None`: as recorded, else drawn.
    fn answer_ms(&self, number: usize, case: &Case, index: usize) -> Option<u64> {
        let presence = &case.responders[index];
        match presence.answer {
            Some(Answer::YesAfterS(after)) => Some(u64::from(after) * 1000),
            Some(Answer::Never) => None,
            None => {
                let person = self.people[presence.id.as_str()] as u64;
                generate::drawn_answer_ms(self.seed, number as u64, person, presence)
            }
        }
    }
}

fn incident(number: usize) -> IncidentId {
    IncidentId(Uuid::from_u128(number as u128 + 1))
}

fn milliseconds(count: u64) -> TimeDelta {
    TimeDelta::milliseconds(i64::try_from(count).unwrap_or(i64::MAX / 1_000_000))
}

#[cfg(test)]
mod tests;
