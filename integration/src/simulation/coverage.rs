//! Which transitions were taken and which faults struck.
//!
//! A case, state or timer is expected in every state until [`impossible`] says why it cannot be or
//! [`is_not_played`] that nobody does it here, so that what nobody simulates is counted instead of
//! being forgotten. What is not played may still happen, as far as the published table allows it.

use std::collections::BTreeMap;

use domain::incidents::{IncidentStatus, Input, InputKind, OPENS, StateRule, TimerKind};

use super::faults::Fault;

/// What was given to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Given {
    /// An input.
    Input(InputKind),
    /// A guard that ran out.
    Timer(TimerKind),
}

impl Given {
    /// What an input is.
    pub(super) fn of(input: &Input) -> Self {
        match input {
            Input::TimerFired { kind, .. } => Self::Timer(*kind),
            other => Self::Input(other.kind()),
        }
    }

    fn all() -> impl Iterator<Item = Self> {
        let inputs = InputKind::ALL.iter().copied();
        let inputs = inputs.filter(|kind| *kind != InputKind::TimerFired);
        let inputs = inputs.map(Self::Input);
        inputs.chain(TimerKind::ALL.iter().map(|kind| Self::Timer(*kind)))
    }

    fn word(self) -> String {
        match self {
            Self::Input(kind) => kind.as_str().to_owned(),
            Self::Timer(kind) => format!("timer {kind}"),
        }
    }
}

/// Where an incident stood, `None` before it was opened, and what was given.
pub type Transition = (Option<IncidentStatus>, Given);

/// Why a transition cannot be: the rules refuse it or change nothing, or no incident gets there.
/// A transition that is not named here must be seen, and one that is must not.
pub fn impossible(transition: Transition) -> Option<&'static str> {
    use Given::{Input as G, Timer};
    use IncidentStatus as S;
    use InputKind as I;
    if is_not_played(transition) {
        return (!is_published(transition)).then_some("the published table has no such move");
    }
    let (status, given) = transition;
    let Some(status) = status else {
        let opens = matches!(given, G(I::Alarm | I::PreAlarm | I::Report | I::OpenCase));
        return (!opens).then_some("there is no incident yet");
    };
    if status == S::Closed {
        return (given != G(I::Reopen)).then_some("closed incidents are only reopened");
    }
    let rule = match given {
        G(I::Alarm | I::PreAlarm | I::Observed | I::Report | I::Close) => return None,
        G(I::CancelPreAlarm) => (matches!(status, S::PreAlarm), "it is raised already"),
        G(I::Acknowledge) => (status != S::Answering, "an operator has it already"),
        G(I::Identify | I::ClearCase) => (
            matches!(status, S::Raised | S::Answering),
            "only the seat's own incidents, which ask nobody",
        ),
        G(I::Accept) => (
            matches!(
                status,
                S::Answering | S::Offered | S::Accepted | S::Exhausted
            ),
            "nobody is asked, or somebody goes",
        ),
        G(I::Decline) => (
            matches!(
                status,
                S::Answering | S::Offered | S::Accepted | S::EnRoute | S::Exhausted
            ),
            "no offer is open",
        ),
        G(I::Depart) => (
            status == S::Accepted,
            "nobody accepted, or they are on the way",
        ),
        G(I::Arrive) => (
            matches!(status, S::Accepted | S::EnRoute),
            "nobody is on the way",
        ),
        G(I::Reopen) => (false, "it is open"),
        G(I::OpenCase) => (false, "the case is open already"),
        Timer(TimerKind::PreAlarm) => (status == S::PreAlarm, "another guard"),
        Timer(TimerKind::Rung) => (
            matches!(status, S::Raised | S::Offered | S::Exhausted),
            "another guard",
        ),
        Timer(TimerKind::Movement) => (status == S::Accepted, "another guard"),
        Timer(TimerKind::Arrival) => (status == S::EnRoute, "another guard"),
        Timer(TimerKind::Outcome) => (status == S::OnScene, "another guard"),
        Timer(TimerKind::StillOpen) => (status == S::Answering, "another guard"),
        G(_) | Timer(_) => (false, "not played"),
    };
    let (is_possible, why) = rule;
    (!is_possible).then_some(why)
}

/// What the people of a history do not do yet, and the states that only follow from it.
fn is_not_played((status, given): Transition) -> bool {
    use Given::{Input as G, Timer};
    use IncidentStatus as S;
    use InputKind as I;
    let state = matches!(
        status,
        Some(S::Late | S::AccessBlocked | S::HandedOver | S::Suspended | S::FollowUp)
    );
    let deed = matches!(
        given,
        G(I::Sos
            | I::NoAnswer
            | I::Drop
            | I::BlockAccess
            | I::HandOver
            | I::FollowUp
            | I::Suspend
            | I::Merge
            | I::Split
            | I::Link
            | I::Drill)
            | Timer(
                TimerKind::Access
                    | TimerKind::HandOver
                    | TimerKind::Suspension
                    | TimerKind::FollowUp
            )
    );
    state || deed
}

/// Whether the published table has such a move.
fn is_published((status, given): Transition) -> bool {
    let kind = match given {
        Given::Input(kind) => kind,
        Given::Timer(_) => InputKind::TimerFired,
    };
    let moves = match status {
        None => OPENS,
        Some(status) => StateRule::of(status).map_or(&[][..], |rule| rule.moves),
    };
    moves.iter().any(|it| it.input == kind)
}

/// Moves of the published table that no history plays.
pub fn not_played() -> usize {
    let pairs = pairs().filter(|pair| is_not_played(*pair) && is_published(*pair));
    pairs.count()
}

/// Every transition that can be, and is played.
pub fn possible() -> Vec<Transition> {
    let played = pairs().filter(|pair| !is_not_played(*pair));
    played.filter(|pair| impossible(*pair).is_none()).collect()
}

/// Every state with everything that may be given.
fn pairs() -> impl Iterator<Item = Transition> {
    let states = IncidentStatus::ALL.iter().map(|status| Some(*status));
    let states = std::iter::once(None).chain(states);
    states.flat_map(|status| Given::all().map(move |given| (status, given)))
}

/// How often what happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Saved decisions.
    pub transitions: BTreeMap<Transition, u64>,
    /// Faults that took effect.
    pub faults: BTreeMap<Fault, u64>,
}

impl Coverage {
    /// Adds another history's.
    pub fn add(&mut self, other: &Self) {
        for (transition, count) in &other.transitions {
            *self.transitions.entry(*transition).or_default() += count;
        }
        for (fault, count) in &other.faults {
            *self.faults.entry(*fault).or_default() += count;
        }
    }

    /// All faults together.
    pub fn injected(&self) -> u64 {
        self.faults.values().sum()
    }

    /// What was seen less than `least` times although it can be, and what was seen although it
    /// cannot.
    pub fn gaps(&self, least: u64) -> Vec<String> {
        let seen = |pair: &Transition| self.transitions.get(pair).copied().unwrap_or(0);
        let mut gaps: Vec<String> = possible()
            .iter()
            .filter(|pair| seen(pair) < least)
            .map(|pair| format!("{} was seen {} times", name(*pair), seen(pair)))
            .collect();
        for pair in self.transitions.keys() {
            if let Some(why) = impossible(*pair) {
                gaps.push(format!("{} was seen, but: {why}", name(*pair)));
            }
        }
        for fault in Fault::ALL {
            let struck = self.faults.get(fault).copied().unwrap_or(0);
            if struck < least {
                gaps.push(format!("fault {} struck {struck} times", fault.as_str()));
            }
        }
        gaps
    }

    /// A table for people.
    pub fn table(&self) -> String {
        let mut text = String::new();
        for pair in possible() {
            let seen = self.transitions.get(&pair).copied().unwrap_or(0);
            text.push_str(&format!("{seen:>9}  {}\n", name(pair)));
        }
        for fault in Fault::ALL {
            let struck = self.faults.get(fault).copied().unwrap_or(0);
            text.push_str(&format!("{struck:>9}  fault: {}\n", fault.as_str()));
        }
        text
    }
}

/// A transition in words.
fn name((status, given): Transition) -> String {
    let from = status.map_or("nothing", IncidentStatus::as_str);
    format!("{from} + {}", given.word())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_and_what_cannot_be_are_both_gaps() {
        let mut coverage = Coverage::default();
        for pair in possible() {
            coverage.transitions.insert(pair, 50);
        }
        for fault in Fault::ALL {
            coverage.faults.insert(*fault, 50);
        }
        assert_eq!(coverage.gaps(50), Vec::<String>::new());
        assert!(!coverage.gaps(51).is_empty());
        let closed = (
            Some(IncidentStatus::Closed),
            Given::Input(InputKind::Accept),
        );
        coverage.transitions.insert(closed, 1);
        coverage.faults.remove(&Fault::Crash);
        assert_eq!(
            coverage.gaps(50),
            [
                "closed + accept was seen, but: closed incidents are only reopened",
                "fault crash struck 0 times"
            ]
        );
    }
}
