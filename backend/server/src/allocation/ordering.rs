//! One ranking: the facts of everybody on duty, their walk, the order.

use domain::incidents::{IncidentContext, Input};
use domain::responders::{CandidateFacts, Need, Policy, Ranked, Standings};
use domain::time::Timestamp;

use super::budget::{Budget, OverTime};
use super::cover::Cover;
use super::doors::Door;
use super::roster::Roster;
use super::team::Team;
use super::walks::Near;

/// Candidates handed on at most: everybody whom any ladder could reach. It asks 16, and as many
/// again when it is climbed a second time.
pub(super) const HANDED_ON: usize = 32;
/// People between two looks at the clock.
pub(super) const STRIDE: usize = 256;

/// What a ranking works on.
pub(super) struct Ordering<'a> {
    pub(super) roster: &'a Roster,
    /// Free people of the roster's committees, where that was counted.
    pub(super) cover: Option<&'a Cover>,
    pub(super) policy: &'a Policy,
    pub(super) budget: &'a Budget<'a>,
    pub(super) context: &'a IncidentContext,
    pub(super) input: &'a Input,
    /// The end of everybody's way, behind the streets.
    pub(super) door: Door,
    pub(super) now: Timestamp,
}

/// Memory that rankings share.
#[derive(Default)]
pub(super) struct Workspace {
    pub(super) facts: Vec<CandidateFacts>,
    /// Roster index of each of the facts.
    pub(super) of: Vec<usize>,
    /// What asking the indexes needs.
    pub(super) near: Near,
    /// Committees of those who help somebody else.
    pub(super) away: Vec<u32>,
    pub(super) standings: Standings,
}

impl Ordering<'_> {
    /// Candidates, best first, out of those the index finds near, and whether the budget lasted
    /// for all of them.
    ///
    /// # Errors
    /// When the budget is spent before anybody has a walking time.
    pub(super) fn out_of(
        &self,
        team: &Team,
        work: &mut Workspace,
    ) -> Result<(Ranked, bool), OverTime> {
        let need = self.need();
        let lasted = self.find(team, &need, work)?;
        Ok((self.ranked(&need, work), lasted))
    }

    /// Candidates, best first, out of the whole roster by straight line: the way without index.
    ///
    /// # Errors
    /// When the budget is spent before everybody was looked at.
    pub(super) fn out_of_roster(&self, work: &mut Workspace) -> Result<Ranked, OverTime> {
        self.gather(work)?;
        // Places in time are better than none: what was measured is used.
        self.straight_lines(work).ok();
        Ok(self.ranked(&self.need(), work))
    }

    fn need(&self) -> Need {
        Need {
            now: self.now,
            severity: self.input.severity(self.context.incident.as_ref()),
            incident_id: self.context.incident.as_ref().map(|incident| incident.id),
            needed: self.needed(),
        }
        .when_it_can_wait()
    }
}
