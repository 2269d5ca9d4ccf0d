//! How responders are chosen and asked, as data of an organisation.

use serde::{Deserialize, Serialize};

use crate::evidence::{EvidenceRules, RuleError};

use super::borders::BorderRules;
use super::missions::{RestError, RestRules};
use super::waves::{WaveError, WaveRules};
use super::weights::{WeightError, WeightSet};

/// Weights, rest and wave rules together: what a replay compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What soft reasons are worth.
    pub weights: WeightSet,
    /// How long somebody is left alone after a mission.
    pub rest: RestRules,
    /// How many are asked at once and for how long.
    pub waves: WaveRules,
    /// What lines between streets and districts mean.
    #[serde(default)]
    pub borders: BorderRules,
    /// How alarms are weighed.
    #[serde(default)]
    pub evidence: EvidenceRules,
}

/// Why a policy is refused.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Not the expected JSON.
    #[error("the policy is not readable")]
    Unreadable(#[from] serde_json::Error),
    /// Weights out of bounds.
    #[error(transparent)]
    Weights(#[from] WeightError),
    /// Rest rules out of bounds.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// Wave rules out of bounds.
    #[error(transparent)]
    Waves(#[from] WaveError),
    /// Rules of evidence out of bounds.
    #[error(transparent)]
    Evidence(#[from] RuleError),
}

impl Policy {
    /// Reads and checks a policy.
    ///
    /// # Errors
    /// JSON that is not a policy, or numbers out of bounds.
    pub fn parse(json: &str) -> Result<Self, PolicyError> {
        let policy: Self = serde_json::from_str(json)?;
        policy.weights.check()?;
        policy.rest.check()?;
        policy.waves.check()?;
        policy.evidence.check()?;
        Ok(policy)
    }

    /// The policy that ships with Anlin.
    ///
    /// # Errors
    /// Never for the shipped file, which a test reads.
    pub fn shipped() -> Result<Self, PolicyError> {
        Self::parse(include_str!("policy.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(find: &str, put: &str) -> PolicyError {
        let shipped = include_str!("policy.json");
        let changed = shipped.replacen(find, put, 1);
        assert_ne!(shipped, changed, "{find} is in the file");
        Policy::parse(&changed).expect_err("refused")
    }

    #[test]
    fn the_shipped_policy_is_sound() {
        let policy = Policy::shipped().expect("sound");
        assert!(policy.weights.life.bound_s < policy.weights.ordinary.bound_s);
    }

    #[test]
    fn absurd_numbers_are_refused() {
        use PolicyError::{Rest, Unreadable, Waves, Weights};
        let cases = [
            ("\"bound_s\": 90", "\"bound_s\": 181"),
            ("\"refusal_s\": 30", "\"refusal_s\": 3601"),
            ("\"accepted\": 3", "\"accepted\": 10"),
            ("\"accepted\": 3", "\"accepted\": 0"),
        ];
        for (find, put) in cases {
            assert!(matches!(refused(find, put), Weights(_)), "{put}");
        }
        let rest = ("\"after_s\": 1200", "\"after_s\": 90000");
        assert!(matches!(refused(rest.0, rest.1), Rest(_)));
        let waves = [
            ("\"life_target_percent\": 80", "\"life_target_percent\": 49"),
            ("\"settled_percent\": 80", "\"settled_percent\": 100"),
            ("\"answer_median_s\": 20", "\"answer_median_s\": 0"),
            ("\"shortest_s\": 20", "\"shortest_s\": 4"),
        ];
        for (find, put) in waves {
            assert!(matches!(refused(find, put), Waves(_)), "{put}");
        }
        let shape = [
            ("\"bound_s\": 90", "\"bound_s\": -1"),
            ("\"bound_s\": 90", "\"bound_s\": 1e99"),
            ("\"bound_s\"", "\"bounds\""),
            ("\"planned\"", "\"whatever\""),
        ];
        for (find, put) in shape {
            assert!(matches!(refused(find, put), Unreadable(_)), "{put}");
        }
    }
}
