//! Incidents: what we handle, and the rules by which it moves.

mod beside;
mod context;
mod decide;
mod decision;
mod dedupe;
mod escalation;
mod incident;
mod offer;
mod states;
mod timer;

pub use beside::{
    Beside, Companion, DrillCrew, FalseAlarmReason, FollowUpReport, FollowUpResult, FollowUpWay,
    HandOver, HandOverRecord, HandOverTo, Link, LinkKind, Suspension, SuspensionReason,
};
pub use context::{
    AlarmSignal, CaseSignal, Closure, IncidentContext, Input, ReportedKind, ResidentFacts,
};
pub use decide::{Given, Refusal, decide};
pub use decision::{Decision, Guard, TimelineEntry, TimelineKind};
pub use dedupe::{OpenKey, UNKNOWN_FLOOD_PER_MINUTE};
pub use escalation::{
    Choice, Chosen, DayPart, Ladder, LadderError, LadderKind, LadderName, Ladders, Night, Rung,
    Special, Tell, When, dry_run,
};
pub use incident::{Incident, IncidentKind, IncidentStatus, NextOwner, Outcome, Severity};
pub use offer::{Offer, OfferState};
pub use states::{DeadlineBy, InputKind, Move, OPENS, STATES, StateRule};
pub use timer::{Timer, TimerKind};
