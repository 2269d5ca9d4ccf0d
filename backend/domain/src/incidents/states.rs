//! The machine as data: what may follow on what, who owns it, and for how long.
//!
//! One table for everybody: clients draw it, and a property test holds the rules against it.

use crate::incidents::{IncidentStatus, Input, NextOwner, TimerKind};
use crate::words::words;

mod table;

pub use table::{OPENS, STATES};

words! {
    /// What may happen to an incident: one word per case of [`Input`].
    pub enum InputKind {
        /// A device alarmed.
        Alarm = "alarm",
        /// Something suspects trouble.
        PreAlarm = "pre_alarm",
        /// Something was learnt.
        Observed = "observed",
        /// The resident said that all is well.
        CancelPreAlarm = "cancel_pre_alarm",
        /// A person reported it.
        Report = "report",
        /// A helper needs help themselves.
        Sos = "sos",
        /// An operator takes it.
        Acknowledge = "acknowledge",
        /// An operator ties it to a resident.
        Identify = "identify",
        /// A responder says yes.
        Accept = "accept",
        /// A responder says no.
        Decline = "decline",
        /// The responder set out.
        Depart = "depart",
        /// The responder is there, or in.
        Arrive = "arrive",
        /// The call-back met silence.
        NoAnswer = "no_answer",
        /// The responder cannot go.
        Drop = "drop",
        /// Nobody opens the door.
        BlockAccess = "block_access",
        /// Others have the person.
        HandOver = "hand_over",
        /// It is over.
        Close = "close",
        /// Somebody looked again.
        FollowUp = "follow_up",
        /// It is not over.
        Reopen = "reopen",
        /// The person is away for a known time.
        Suspend = "suspend",
        /// Another incident is the same.
        Merge = "merge",
        /// It is not the same after all.
        Split = "split",
        /// Another incident may have to do with it.
        Link = "link",
        /// An exercise is held.
        Drill = "drill",
        /// Something was found missing.
        OpenCase = "open_case",
        /// What was missing is back.
        ClearCase = "clear_case",
        /// The deadline passed.
        TimerFired = "timer_fired",
    }
}

impl Input {
    /// The word of this input.
    pub fn kind(&self) -> InputKind {
        match self {
            Self::Alarm(_) => InputKind::Alarm,
            Self::PreAlarm(_) => InputKind::PreAlarm,
            Self::Observed(_) => InputKind::Observed,
            Self::CancelPreAlarm => InputKind::CancelPreAlarm,
            Self::Report { .. } => InputKind::Report,
            Self::Sos { .. } => InputKind::Sos,
            Self::Acknowledge { .. } => InputKind::Acknowledge,
            Self::Identify { .. } => InputKind::Identify,
            Self::Accept { .. } => InputKind::Accept,
            Self::Decline { .. } => InputKind::Decline,
            Self::Depart { .. } => InputKind::Depart,
            Self::Arrive { .. } => InputKind::Arrive,
            Self::NoAnswer { .. } => InputKind::NoAnswer,
            Self::Drop { .. } => InputKind::Drop,
            Self::BlockAccess { .. } => InputKind::BlockAccess,
            Self::HandOver(_) => InputKind::HandOver,
            Self::Close(_) => InputKind::Close,
            Self::FollowUp(_) => InputKind::FollowUp,
            Self::Reopen { .. } => InputKind::Reopen,
            Self::Suspend(_) => InputKind::Suspend,
            Self::Merge { .. } => InputKind::Merge,
            Self::Split { .. } => InputKind::Split,
            Self::Link { .. } => InputKind::Link,
            Self::Drill { .. } => InputKind::Drill,
            Self::OpenCase(_) => InputKind::OpenCase,
            Self::ClearCase => InputKind::ClearCase,
            Self::TimerFired { .. } => InputKind::TimerFired,
        }
    }
}

words! {
    /// What a state's deadline is measured by.
    pub enum DeadlineBy {
        /// A fixed time.
        Fixed = "fixed",
        /// What the evidence leaves to call it off.
        Evidence = "evidence",
        /// The rung of the ladder.
        Ladder = "ladder",
        /// One and a half times the walking time.
        WalkingTime = "walking_time",
        /// What somebody said.
        Said = "said",
        /// There is none.
        Never = "never",
    }
}

/// What an input may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// What happens.
    pub input: InputKind,
    /// Where it may lead.
    pub to: &'static [IncidentStatus],
}

/// One state of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateRule {
    /// Which.
    pub state: IncidentStatus,
    /// Who may own the next step.
    pub owners: &'static [NextOwner],
    /// What its timer guards.
    pub guard: Option<TimerKind>,
    /// What its deadline is measured by.
    pub deadline_by: DeadlineBy,
    /// Seconds of a fixed deadline when it is entered; the longest, where there are several.
    pub deadline_s: Option<u32>,
    /// What may happen; everything else is refused or changes nothing.
    pub moves: &'static [Move],
}

impl StateRule {
    /// The rule of a state.
    pub fn of(state: IncidentStatus) -> Option<&'static Self> {
        STATES.iter().find(|rule| rule.state == state)
    }

    /// Whether an input may lead to a state from here.
    pub fn allows(&self, input: InputKind, to: IncidentStatus) -> bool {
        let mut moves = self.moves.iter();
        moves.any(|it| it.input == input && it.to.contains(&to))
    }
}
