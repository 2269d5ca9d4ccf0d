//! One ranking: the facts of everybody on duty, their walk, the order.

use domain::incidents::{IncidentContext, IncidentKind, Input, Severity};
use domain::responders::{Candidate, CandidateFacts, Classes, Need, Standings, WeightSet};
use domain::time::Timestamp;
use spatial::{Network, Scratch};

use super::budget::{Budget, OverTime};
use super::roster::Roster;
use super::walks::origin;

/// Candidates handed on at most: everybody whom any ladder could reach.
const HANDED_ON: usize = 64;
/// People between two looks at the clock.
pub(super) const STRIDE: usize = 256;

/// What a ranking works on.
pub(super) struct Ordering<'a> {
    pub(super) roster: &'a Roster,
    pub(super) network: Option<&'a Network>,
    pub(super) weights: &'a WeightSet,
    pub(super) budget: &'a Budget<'a>,
    pub(super) context: &'a IncidentContext,
    pub(super) input: &'a Input,
    pub(super) now: Timestamp,
}

/// Memory that rankings share.
#[derive(Default)]
pub(super) struct Workspace {
    pub(super) facts: Vec<CandidateFacts>,
    /// Roster index of each of the facts.
    pub(super) of: Vec<usize>,
    standings: Standings,
}

impl Ordering<'_> {
    /// Candidates, best first, and whether the budget lasted for all of them.
    ///
    /// # Errors
    /// When the budget is spent before anybody has a walking time.
    pub(super) fn order(
        &self,
        scratch: &mut Scratch,
        work: &mut Workspace,
    ) -> Result<(Vec<Candidate>, bool), OverTime> {
        self.gather(work)?;
        let origin = origin(self.context, self.input);
        self.budget.go_on()?;
        if let (Some(network), Some(at)) = (self.network, origin) {
            self.walk(network, at, scratch, work);
        }
        let lasted = self.straight_lines(origin, work).is_ok();
        let need = self.need();
        work.standings
            .rank(&need, &work.facts, self.weights, HANDED_ON);
        let candidates = work.standings.candidates(&need, &work.facts, self.weights);
        Ok((candidates, lasted))
    }

    fn need(&self) -> Need {
        Need {
            now: self.now,
            severity: severity(self.context, self.input),
            incident_id: self.context.incident.as_ref().map(|incident| incident.id),
            needed: Classes::default(),
        }
    }
}

/// The gravest of what is known and what comes in; a life, while nothing says otherwise.
fn severity(context: &IncidentContext, input: &Input) -> Severity {
    let known = context.incident.as_ref().map(|incident| incident.severity);
    let coming = match input {
        Input::Alarm(signal) | Input::PreAlarm(signal) => {
            Some(IncidentKind::of_alarms(&signal.alarms).severity())
        }
        Input::Report { kind, .. } => Some(kind.incident_kind().severity()),
        _ => None,
    };
    known
        .into_iter()
        .chain(coming)
        .min()
        .unwrap_or(Severity::LIFE)
}
