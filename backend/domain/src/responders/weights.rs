//! What soft reasons are worth, as data: seconds of walking.

use serde::{Deserialize, Serialize};

/// Nothing is worth more than an hour of walking.
const MOST_S: u32 = 3_600;
/// In life-threatening cases soft reasons move nobody past somebody further ahead than this.
const LIFE_BOUND_MOST_S: u32 = 180;
/// A prior heavier than this would never learn.
const PRIOR_MOST: u32 = 1_000;

/// Seconds of walking each soft reason is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// All soft reasons together move nobody ahead of somebody this much nearer, or more.
    pub bound_s: u32,
    /// First-aid training brings forward by.
    pub first_aid_s: u32,
    /// Having helped this resident brings forward by.
    pub continuity_s: u32,
    /// The resident's language brings forward by.
    pub language_s: u32,
    /// Every ask of the last 24 hours puts back by.
    pub ask_s: u32,
    /// Asks beyond this many count no more.
    pub asks_counted: u32,
    /// Every case in hand puts back by.
    pub case_s: u32,
    /// Cases beyond this many count no more.
    pub cases_counted: u32,
    /// Somebody who never accepts is put back by; others by their share of refusals.
    pub refusal_s: u32,
    /// Leaving a neighbourhood without anybody puts back by; with `n` others, by 1/(n+1) of it.
    pub cover_s: u32,
    /// A position older than `position_old_after_s` puts back by.
    pub old_position_s: u32,
    /// Seconds after which a position is old.
    pub position_old_after_s: u32,
}

/// How likely somebody accepts of whom nothing is known, and how much that is trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// Asks the prior is worth; more than the accepted ones.
    pub asked: u32,
    /// Accepted ones among them; at least one.
    pub accepted: u32,
}

/// Weights for both kinds of cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightSet {
    /// Acceptance before anything was learnt.
    pub prior: Prior,
    /// When a life may hang on it.
    pub life: Weights,
    /// Otherwise.
    pub ordinary: Weights,
}

/// Why weights are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightError {
    /// More than an hour of walking.
    #[error("{0} is at most 3600 seconds")]
    TooMuch(&'static str),
    /// Soft reasons would outweigh a life.
    #[error("bound_s for life is at most 180 seconds")]
    LifeBound,
    /// A prior that is no share of asks, or that would never learn.
    #[error("the prior needs 1 <= accepted < asked <= 1000")]
    Prior,
}

impl Weights {
    fn check(&self) -> Result<(), WeightError> {
        let named = [
            ("bound_s", self.bound_s),
            ("first_aid_s", self.first_aid_s),
            ("continuity_s", self.continuity_s),
            ("language_s", self.language_s),
            ("ask_s", self.ask_s),
            ("asks_counted", self.asks_counted),
            ("case_s", self.case_s),
            ("cases_counted", self.cases_counted),
            ("refusal_s", self.refusal_s),
            ("cover_s", self.cover_s),
            ("old_position_s", self.old_position_s),
        ];
        match named.iter().find(|(_, value)| *value > MOST_S) {
            Some((name, _)) => Err(WeightError::TooMuch(name)),
            None => Ok(()),
        }
    }
}

impl WeightSet {
    /// Refuses weights that could make a ranking absurd.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), WeightError> {
        self.life.check()?;
        self.ordinary.check()?;
        if self.life.bound_s > LIFE_BOUND_MOST_S {
            return Err(WeightError::LifeBound);
        }
        let Prior { asked, accepted } = self.prior;
        if accepted == 0 || accepted >= asked || asked > PRIOR_MOST {
            return Err(WeightError::Prior);
        }
        Ok(())
    }
}
