//! What the roster knows of everybody who may be asked.

use domain::responders::{CandidateFacts, Skill};

use super::budget::OverTime;
use super::ordering::{Ordering, STRIDE, Workspace};

impl Ordering<'_> {
    /// The facts of everybody of the organisation who is on duty.
    ///
    /// # Errors
    /// When the budget is spent on the way.
    pub(super) fn gather(&self, work: &mut Workspace) -> Result<(), OverTime> {
        work.facts.clear();
        work.of.clear();
        for index in 0..self.roster.len() {
            if index % STRIDE == 0 {
                self.budget.go_on()?;
            }
            let responder = self.roster.responder(index);
            if responder.organisation_id == self.context.organisation_id
                && responder.on_duty(self.now)
            {
                work.facts.push(self.known(index));
                work.of.push(index);
            }
        }
        Ok(())
    }

    /// What the roster says of one of its people, by place in it. O(1): asked for each who is near.
    pub(super) fn known(&self, index: usize) -> CandidateFacts {
        let responder = self.roster.responder(index);
        let age = responder.at_time.map(|at| (self.now - at).num_seconds());
        CandidateFacts {
            on_duty: responder.on_duty(self.now),
            first_aid: responder.skills.contains(&Skill::FirstAid),
            position_age_s: age.map(|age| u32::try_from(age.max(0)).unwrap_or(u32::MAX)),
            ..CandidateFacts::unknown(responder.id, responder.account_id)
        }
    }
}
