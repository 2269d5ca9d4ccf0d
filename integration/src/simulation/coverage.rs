//! Which transitions were taken and which faults struck.
//!
//! **One place to add an input**: a new case of `Input` does not compile until [`InputKind::of`]
//! names it; a new case, state or timer is then expected in every state until [`impossible`] says
//! why it cannot be, so that what nobody simulates fails instead of being forgotten.

use std::collections::BTreeMap;

use domain::incidents::{IncidentStatus, Input, TimerKind};

use super::faults::{Fault, kinds};

kinds! {
    /// An input without what it carries; timers are told apart by [`Given`].
    InputKind {
        /// A device alarmed.
        Alarm = "alarm",
        /// Something suspects trouble.
        Suspicion = "suspicion",
        /// Something was learnt.
        Observed = "observed",
        /// The resident is well.
        CancelPreAlarm = "cancel",
        /// A person reported it.
        Report = "report",
        /// An operator takes it.
        Acknowledge = "acknowledge",
        /// Tied to a resident.
        Identify = "identify",
        /// A yes.
        Accept = "accept",
        /// A no.
        Decline = "decline",
        /// Set out.
        Depart = "depart",
        /// Arrived.
        Arrive = "arrive",
        /// Over.
        Close = "close",
        /// Not over.
        Reopen = "reopen",
        /// Found missing.
        OpenCase = "open case",
        /// Back.
        ClearCase = "clear case",
    }
}

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
        Self::Input(match input {
            Input::Alarm(_) => InputKind::Alarm,
            Input::PreAlarm(_) => InputKind::Suspicion,
            Input::Observed(_) => InputKind::Observed,
            Input::CancelPreAlarm => InputKind::CancelPreAlarm,
            Input::Report { .. } => InputKind::Report,
            Input::Acknowledge { .. } => InputKind::Acknowledge,
            Input::Identify { .. } => InputKind::Identify,
            Input::Accept { .. } => InputKind::Accept,
            Input::Decline { .. } => InputKind::Decline,
            Input::Depart { .. } => InputKind::Depart,
            Input::Arrive { .. } => InputKind::Arrive,
            Input::Close(_) => InputKind::Close,
            Input::Reopen { .. } => InputKind::Reopen,
            Input::OpenCase(_) => InputKind::OpenCase,
            Input::ClearCase => InputKind::ClearCase,
            Input::TimerFired { kind, .. } => return Self::Timer(*kind),
        })
    }

    fn all() -> impl Iterator<Item = Self> {
        let inputs = InputKind::ALL.iter().map(|kind| Self::Input(*kind));
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
    let (status, given) = transition;
    let Some(status) = status else {
        let opens = matches!(given, G(I::Alarm | I::Suspicion | I::Report | I::OpenCase));
        return (!opens).then_some("there is no incident yet");
    };
    if status == S::Closed {
        return (given != G(I::Reopen)).then_some("closed incidents are only reopened");
    }
    let rule = match given {
        G(I::Alarm | I::Suspicion | I::Observed | I::Report | I::Close) => return None,
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
    };
    let (is_possible, why) = rule;
    (!is_possible).then_some(why)
}

/// Every transition that can be.
pub fn possible() -> Vec<Transition> {
    let states = IncidentStatus::ALL.iter().map(|status| Some(*status));
    let states: Vec<_> = std::iter::once(None).chain(states).collect();
    let pairs = states
        .into_iter()
        .flat_map(|status| Given::all().map(move |given| (status, given)));
    pairs.filter(|pair| impossible(*pair).is_none()).collect()
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
