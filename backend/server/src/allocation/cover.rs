//! How many of each committee are free, counted with every roster instead of at every decision.

use chrono::TimeDelta;
use domain::responders::RestRules;
use domain::time::Timestamp;

use super::roster::Roster;

/// A count is looked at again after this long, in hours, when nobody's shift or rest ends before.
const HOLD_H: i64 = 24;

/// Who is on duty, cleared and rested, by committee of a roster; who helps somebody right now is
/// not taken off yet.
#[derive(Default)]
pub(super) struct Cover {
    free: Vec<u32>,
    /// From when and until when the count is true.
    holds: Option<(Timestamp, Timestamp)>,
}

impl Cover {
    /// Counts at a moment. O(people).
    pub(super) fn count(roster: &Roster, rest: &RestRules, now: Timestamp) -> Self {
        let mut free = Vec::new();
        let mut until = now + TimeDelta::hours(HOLD_H);
        for index in 0..roster.len() {
            let Some(committee) = roster.committee(index) else {
                continue;
            };
            let turn = roster.responder(index).duty_holds_until(now);
            let rested = roster.record(index).last_mission;
            let rested = rested.map(|mission| rest.until(&mission));
            let rested = rested.filter(|rested| *rested > now);
            until = [turn, rested]
                .into_iter()
                .flatten()
                .fold(until, Timestamp::min);
            let committee = committee as usize;
            if free.len() <= committee {
                free.resize(committee + 1, 0);
            }
            free[committee] += u32::from(is_free(roster, rest, index, now));
        }
        Self {
            free,
            holds: Some((now, until)),
        }
    }

    /// How many of a committee are free, if that is known of this moment.
    pub(super) fn of(&self, committee: u32, now: Timestamp) -> Option<u32> {
        let (from, until) = self.holds?;
        let counted = self.free.get(committee as usize).copied();
        counted.filter(|_| from <= now && now < until)
    }
}

/// Whether somebody could go, as far as record and past tell.
pub(super) fn is_free(roster: &Roster, rest: &RestRules, index: usize, now: Timestamp) -> bool {
    let responder = roster.responder(index);
    let last = roster.record(index).last_mission;
    responder.on_duty(now)
        && responder.clearance_revoked_at.is_none()
        && last.is_none_or(|mission| rest.until(&mission) <= now)
}
