//! Where the lines are drawn, as data with a version that is stored with every record.

use serde::{Deserialize, Serialize};

use super::weigh::LONGEST_WINDOW_S;

/// Thresholds of the evidence and the seconds they are worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRules {
    /// Names this set.
    pub version: String,
    /// Seconds to cancel a mere suspicion (DOMAIN 1.2: thirty).
    pub suspicion_window_s: u32,
    /// Seconds more when the device is on a charger or not worn.
    pub doubt_window_s: u32,
    /// Seconds more when device or model were often wrong.
    pub false_alarms_window_s: u32,
    /// Seconds at most, whatever is added up.
    pub longest_window_s: u32,
    /// False alarms of the device lately from which it counts as often wrong.
    pub false_alarms: u32,
    /// Ended alarms of the model lately below which nothing is said of it.
    pub model_alarms: u32,
    /// Percent of them that were false from which the model counts as often wrong.
    pub model_false_percent: u32,
    /// Beats a minute below which the heart is too slow.
    pub heart_rate_low: u32,
    /// Beats a minute above which it is too fast.
    pub heart_rate_high: u32,
    /// Percent of oxygen in the blood below which it is too little.
    pub blood_oxygen_low: u32,
    /// Breaths a minute below which breathing is too slow.
    pub breathing_low: u32,
    /// Breaths a minute above which it is too fast.
    pub breathing_high: u32,
    /// Steps since the alarm from which somebody walks.
    pub walked_steps: u32,
    /// Metres from the alarm's own position from which somebody has moved.
    pub moved_m: u32,
    /// Seconds without a step from which somebody lies still.
    pub still_s: u32,
}

/// Why a set of rules is refused.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// Not the expected JSON.
    #[error("the rules of evidence are not readable")]
    Unreadable(#[from] serde_json::Error),
    /// A number by which no alarm could be judged, or one that would keep help away.
    #[error("{0} is out of bounds")]
    Bounds(&'static str),
}

impl EvidenceRules {
    /// Reads and checks a set.
    ///
    /// # Errors
    /// JSON that is no set of rules, or numbers out of bounds.
    pub fn parse(json: &str) -> Result<Self, RuleError> {
        let rules: Self = serde_json::from_str(json)?;
        rules.check()?;
        Ok(rules)
    }

    /// Whether nobody is kept waiting beyond the bound and the thresholds can be met.
    ///
    /// # Errors
    /// The first number out of bounds.
    pub fn check(&self) -> Result<(), RuleError> {
        let sound = [
            (
                "longest_window_s",
                self.longest_window_s <= LONGEST_WINDOW_S,
            ),
            (
                "suspicion_window_s",
                (5..=self.longest_window_s).contains(&self.suspicion_window_s),
            ),
            ("false_alarms", self.false_alarms > 0),
            ("model_alarms", self.model_alarms > 0),
            (
                "model_false_percent",
                (1..=100).contains(&self.model_false_percent),
            ),
            ("heart_rate_low", self.heart_rate_low < self.heart_rate_high),
            ("blood_oxygen_low", self.blood_oxygen_low <= 100),
            ("breathing_low", self.breathing_low < self.breathing_high),
            ("walked_steps", self.walked_steps > 0),
            ("moved_m", self.moved_m > 0),
            ("still_s", self.still_s > 0),
        ];
        match sound.iter().find(|(_, holds)| !holds) {
            Some((name, _)) => Err(RuleError::Bounds(name)),
            None => Ok(()),
        }
    }

    /// The set that ships with Anlin.
    ///
    /// # Errors
    /// Never for the shipped file, which a test reads.
    pub fn shipped() -> Result<Self, RuleError> {
        Self::parse(include_str!("rules.json"))
    }
}

impl Default for EvidenceRules {
    fn default() -> Self {
        Self::shipped().expect("a test reads the shipped file")
    }
}
