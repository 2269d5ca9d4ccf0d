//! Responders: who may be sent, and why this one.

mod abilities;
mod borders;
mod candidate_facts;
mod cover;
mod missions;
mod policy;
mod ranking;
mod reason;
pub mod replay;
mod standing;
mod wave_standing;
mod waves;
mod weights;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub use abilities::{Class, Gender, Skill, Vehicle};
pub use borders::{BorderRules, FollowUpOwner, LifeBorder, street_of};
pub use candidate_facts::{CandidateFacts, Classes, Gap, Need, PastAnswers, Stairs};
pub use cover::{cover, cover_without};
pub use missions::{
    ANSWERS_COUNT_DAYS, ASKS_COUNT_HOURS, LONGEST_REST_S, Mission, Missions, RestError, RestRules,
    TrackRecord,
};
pub use policy::{Policy, PolicyError};
pub use ranking::{Candidate, Committee, RankMethod, Ranked};
pub use reason::{Detail, Ground, Reason, Side};
pub use standing::{Standings, acceptance_permille, bar, grounds, soft_ms};
pub use wave_standing::{CommitteeCover, Stood, WaveStanding, stand};
pub use waves::{
    Frame, Prospect, Step, Wave, WaveError, WaveMode, WaveRules, WaveWhy, next_step,
    next_step_among, next_wave,
};
pub use weights::{Prior, WeightError, WeightSet, Weights};

use crate::geo::Coordinate;
use crate::ids::{AccountId, OrganisationId, ResponderId};
use crate::time::{SHANGHAI_OFFSET_S, Timestamp};
use crate::words::words;

words! {
    /// What a responder is.
    pub enum ResponderKind {
        /// A neighbour who offered to help.
        Volunteer = "volunteer",
        /// Paid home care.
        CareWorker = "care_worker",
        /// Works for the neighbourhood committee.
        CommunityWorker = "community_worker",
    }
}

/// One regular shift: minutes of the local day in Asia/Shanghai, which knows no daylight saving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// 0 = Monday … 6 = Sunday: the day the shift starts.
    pub weekday: u8,
    /// Minute of that day, 0-1439.
    pub start_min: u16,
    /// Length in minutes, at most a day; it may run past midnight.
    pub minutes: u16,
}

/// Anyone who may be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Responder {
    /// Identity.
    pub id: ResponderId,
    /// Owner of the record.
    pub organisation_id: OrganisationId,
    /// The account that is written to.
    pub account_id: AccountId,
    /// Full name.
    pub name: String,
    /// What they are.
    pub kind: ResponderKind,
    /// What they can do.
    pub skills: Vec<Skill>,
    /// BCP 47 tags of the languages they speak, best first; empty when not known.
    pub languages: Vec<String>,
    /// Whom they are, when they said so.
    pub gender: Option<Gender>,
    /// How they get about.
    pub vehicle: Vehicle,
    /// Twelve-digit code of the neighbourhood committee they stand for.
    pub committee_code: Option<String>,
    /// When their clearance was taken back; `None` is cleared.
    pub clearance_revoked_at: Option<Timestamp>,
    /// When they usually can go.
    pub shifts: Vec<Shift>,
    /// Set by themselves; `None` follows the shifts.
    pub duty_override: Option<bool>,
    /// Where they are, or live.
    pub at: Option<Coordinate>,
    /// How old that is.
    pub at_time: Option<Timestamp>,
    /// Radius of its uncertainty in metres, when the device told.
    pub at_accuracy_m: Option<u32>,
}

impl Responder {
    /// A cleared neighbour of whom nothing else is known: nowhere, never on duty.
    pub const fn unknown(
        id: ResponderId,
        organisation_id: OrganisationId,
        account_id: AccountId,
    ) -> Self {
        Self {
            id,
            organisation_id,
            account_id,
            name: String::new(),
            kind: ResponderKind::Volunteer,
            skills: Vec::new(),
            languages: Vec::new(),
            gender: None,
            vehicle: Vehicle::Foot,
            committee_code: None,
            clearance_revoked_at: None,
            shifts: Vec::new(),
            duty_override: None,
            at: None,
            at_time: None,
            at_accuracy_m: None,
        }
    }

    /// Whether they may be asked at this moment.
    pub fn on_duty(&self, now: Timestamp) -> bool {
        self.duty_override
            .unwrap_or_else(|| self.shifts.iter().any(|shift| shift.covers(now)))
    }

    /// Until when that answer holds at least; `None` while nothing but a new word changes it.
    pub fn duty_holds_until(&self, now: Timestamp) -> Option<Timestamp> {
        if self.duty_override.is_some() {
            return None;
        }
        self.shifts.iter().map(|shift| shift.turns(now)).min()
    }
}

const DAY_MIN: i64 = 24 * 60;
const WEEK_MIN: i64 = 7 * DAY_MIN;

impl Shift {
    /// Whether the moment lies inside this weekly shift.
    pub fn covers(&self, now: Timestamp) -> bool {
        self.minute(now) < i64::from(self.minutes)
    }

    /// When it next begins or ends, after the moment; both fall on full minutes.
    pub fn turns(&self, now: Timestamp) -> Timestamp {
        let (minute, length) = (self.minute(now), i64::from(self.minutes));
        let left = if minute < length { length } else { WEEK_MIN } - minute;
        let into_minute = now.timestamp().rem_euclid(60);
        let part = TimeDelta::nanoseconds(i64::from(now.timestamp_subsec_nanos()));
        now + TimeDelta::seconds(left * 60 - into_minute) - part
    }

    /// Full minutes since it last began.
    fn minute(&self, now: Timestamp) -> i64 {
        // 1970-01-01 was a Thursday: weekday 3 when Monday is 0.
        let local_min = (now.timestamp() + SHANGHAI_OFFSET_S).div_euclid(60) + 3 * DAY_MIN;
        let start = i64::from(self.weekday) * DAY_MIN + i64::from(self.start_min);
        (local_min - start).rem_euclid(WEEK_MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn a_shift_is_weekly_local_and_may_cross_midnight() {
        // Tuesday 22:00 to Wednesday 06:00 in Shanghai.
        let night = Shift {
            weekday: 1,
            start_min: 22 * 60,
            minutes: 8 * 60,
        };
        assert!(night.covers(at("2026-11-24T14:00:00Z")));
        assert!(night.covers(at("2026-11-24T21:59:59Z")));
        assert!(!night.covers(at("2026-11-24T13:59:59Z")));
        assert!(!night.covers(at("2026-11-24T22:00:00Z")));
    }

    #[test]
    fn a_shift_turns_at_its_beginning_and_its_end() {
        let night = Shift {
            weekday: 1,
            start_min: 22 * 60,
            minutes: 8 * 60,
        };
        for (now, turns) in [
            ("2026-11-24T13:59:59.5Z", "2026-11-24T14:00:00Z"),
            ("2026-11-24T14:00:00Z", "2026-11-24T22:00:00Z"),
            ("2026-11-24T21:59:00.25Z", "2026-11-24T22:00:00Z"),
            ("2026-11-24T22:00:00Z", "2026-12-01T14:00:00Z"),
        ] {
            assert_eq!(night.turns(at(now)), at(turns), "{now}");
            let just_before = at(turns) - TimeDelta::milliseconds(1);
            assert_eq!(night.covers(just_before), night.covers(at(now)), "{now}");
            assert_ne!(night.covers(at(turns)), night.covers(at(now)), "{now}");
        }
    }

    #[test]
    fn sunday_night_runs_into_monday() {
        let night = Shift {
            weekday: 6,
            start_min: 23 * 60,
            minutes: 120,
        };
        assert!(night.covers(at("2026-11-29T16:30:00Z")));
        assert!(!night.covers(at("2026-11-29T17:00:00Z")));
    }
}
