//! Ambient signs of daily life: water, doors, movement. Rules are data, and are tried on what has
//! been before anybody is asked to look.
//!
//! A rule says how much of a sign there has to be within how many hours. Hours that a rule leaves
//! out, in which nobody is at home, or in which this service did not listen, do not count.

mod evaluate;
mod sign;

use serde::{Deserialize, Serialize};

use crate::devices::health::Downtime;
use crate::ids::{LifeSignRuleId, OrganisationId};
use crate::time::{SHANGHAI_OFFSET_S, Timestamp};

pub use evaluate::{Missing, missing, tried};
pub use sign::{LifeSign, SignReading, amounts, happenings};

/// Longest time a rule may look back, hours.
pub const LONGEST_H: u16 = 24 * 7;

/// Hours of the day in Shanghai that a rule leaves out: from the first to before the last, over
/// midnight when the first is the later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// First hour left out, 0-23.
    pub from: u8,
    /// First hour that counts again, 0-23.
    pub to: u8,
}

impl QuietHours {
    fn holds(self, at: Timestamp) -> bool {
        let local = at.timestamp() + SHANGHAI_OFFSET_S;
        let hour = local.rem_euclid(86_400) / 3600;
        let (from, to) = (i64::from(self.from), i64::from(self.to));
        if from <= to {
            (from..to).contains(&hour)
        } else {
            hour >= from || hour < to
        }
    }
}

/// "No water below 0.01 m³ in 12 h."
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Of which sign.
    pub sign: LifeSign,
    /// How much there has to be: cubic metres, kilowatt-hours, or times.
    pub least: f64,
    /// Within how many hours that count.
    pub within_h: u16,
    /// Hours that do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
}

/// Why a condition is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// An amount that is nothing, or no number.
    #[error("an amount above 0")]
    Least,
    /// Too short to mean anything, or longer than is looked back.
    #[error("1 to 168 hours")]
    Within,
    /// No hours of the day, or all of them.
    #[error("two different hours, 0 to 23")]
    Quiet,
}

impl Condition {
    /// Whether it can be meant.
    ///
    /// # Errors
    /// [`ConditionError`], which names the field.
    pub fn check(&self) -> Result<(), ConditionError> {
        if !(self.least > 0.0 && self.least <= 1_000_000.0) {
            return Err(ConditionError::Least);
        }
        if !(1..=LONGEST_H).contains(&self.within_h) {
            return Err(ConditionError::Within);
        }
        match self.quiet {
            Some(QuietHours { from, to }) if from == to || from > 23 || to > 23 => {
                Err(ConditionError::Quiet)
            }
            _ => Ok(()),
        }
    }
}

/// A rule of an organisation.
#[derive(Clone, Debug, PartialEq)]
pub struct LifeSignRule {
    /// Identity.
    pub id: LifeSignRuleId,
    /// Owner of the record.
    pub organisation_id: OrganisationId,
    /// What has to be seen.
    pub condition: Condition,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was last tried on what has been.
    pub tried_at: Option<Timestamp>,
    /// Since when it opens cases; `None` while it is only tried.
    pub on_since: Option<Timestamp>,
}

/// A time in which nobody is at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// What is known of one home.
#[derive(Clone, Copy, Debug)]
pub struct HomeHistory<'a> {
    /// Amounts of the sign, oldest first; as [`amounts`] makes them.
    pub readings: &'a [SignReading],
    /// When nobody was at home.
    pub away: &'a [Away],
    /// When this service did not listen.
    pub downtimes: &'a [Downtime],
}

#[cfg(test)]
mod tests;
