//! Evidence: everything that is known about an alarm, weighed together and kept.
//!
//! [`gather`] turns an alarm and what is known of its device into [`Item`]s, [`later`] does so with
//! what the device says afterwards, and [`weigh`] makes a [`Verdict`] of all of them: how grave,
//! how many seconds the resident has to cancel, and why. It may raise the severity and shorten the
//! time; it lengthens the time within [`LONGEST_WINDOW_S`] only; there is no verdict that takes a
//! device's alarm back.

mod finding;
mod gather;
mod known;
mod rules;
mod weigh;

pub use finding::{Caution, Finding, Item, Side};
pub use gather::{Observation, gather, is_practice, later, tells};
pub use known::{Doubts, EvidenceRecord, Known, RECENT_DAYS, RECENT_OF_MODEL};
pub use rules::{EvidenceRules, RuleError};
pub use weigh::{LONGEST_WINDOW_S, Verdict, weigh};

#[cfg(test)]
mod tests;
