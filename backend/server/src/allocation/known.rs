//! What is known of everybody who may be asked: the roster's copy, and what the decision read.

use domain::ids::ResponderId;
use domain::responders::{CandidateFacts, Classes, PastAnswers, Skill};

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

    /// What is known of one of the roster's people, by place in it. O(shifts + languages): asked
    /// for each who is near.
    pub(super) fn known(&self, index: usize) -> CandidateFacts {
        let responder = self.roster.responder(index);
        let age = responder.at_time.map(|at| (self.now - at).num_seconds());
        let record = self.roster.record(index);
        let others = self.others_of(responder.id).count();
        CandidateFacts {
            position_age_s: age.map(|age| u32::try_from(age.max(0)).unwrap_or(u32::MAX)),
            first_aid: responder.skills.contains(&Skill::FirstAid),
            helped_before: self.context.missions.helped_by(responder.id),
            open_cases: u32::try_from(others).unwrap_or(u32::MAX),
            asks_24h: record.asks_24h,
            past: PastAnswers {
                asked: record.asked,
                accepted: record.accepted,
            },
            speaks_language: self.speaks(&responder.languages),
            ..self.bars(index)
        }
    }

    /// Only what may bar one of the roster's people from being asked.
    pub(super) fn bars(&self, index: usize) -> CandidateFacts {
        let responder = self.roster.responder(index);
        let last = self.roster.record(index).last_mission;
        CandidateFacts {
            on_duty: responder.on_duty(self.now),
            resting_until: last.map(|mission| self.policy.rest.until(&mission)),
            busy_with: self.others_of(responder.id).next(),
            clearance_revoked: responder.clearance_revoked_at.is_some(),
            classes: self.roster.classes(index),
            kind: Some(responder.kind),
            ..CandidateFacts::unknown(responder.id, responder.account_id)
        }
    }

    /// What the resident's record requires of whoever comes.
    pub(super) fn needed(&self) -> Classes {
        let resident = self.context.resident.iter();
        resident.flat_map(|r| r.requires.iter().copied()).collect()
    }

    /// Whether somebody speaks the language that the resident speaks best.
    fn speaks(&self, languages: &[String]) -> Option<bool> {
        let best = self.context.resident.as_ref()?.languages.first()?;
        (!languages.is_empty()).then(|| languages.contains(best))
    }

    fn others_of(&self, id: ResponderId) -> impl Iterator<Item = domain::ids::IncidentId> {
        let this = self.context.incident.as_ref().map(|incident| incident.id);
        self.context.missions.others_of(id, this)
    }
}
