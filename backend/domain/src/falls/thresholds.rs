//! Where the line is drawn, as data with a version that is stored with every opinion.

use serde::{Deserialize, Serialize};

/// Thresholds and the windows they are measured in.
///
/// The shipped ones stand midway between simulated falls of healthy adults and their daily
/// activities: supporting evidence, never a sensitivity for elders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Names this set.
    pub version: String,
    /// Least acceleration of the drop at most, g.
    pub dip_g: f64,
    /// Greatest acceleration of the impact at least, g.
    pub impact_g: f64,
    /// Angle between gravity before and after at least, degrees.
    pub posture_change_deg: f64,
    /// Standard deviation of the acceleration's magnitude afterwards at most, g.
    pub unrest_after_g: f64,
    /// Seconds from dip to impact at most.
    pub dip_to_impact_s: f64,
    /// Seconds before the dip in which the earlier posture is taken.
    pub before_s: f64,
    /// Seconds after the impact that are left out: rolling and bouncing.
    pub settling_s: f64,
    /// Seconds after that in which the later posture is taken.
    pub after_s: f64,
}

/// Why thresholds are refused.
#[derive(Debug, thiserror::Error)]
pub enum ThresholdError {
    /// Not the expected JSON.
    #[error("the thresholds are not readable")]
    Unreadable(#[from] serde_json::Error),
    /// A number that no trace could be judged by.
    #[error("{0} is out of bounds")]
    Bounds(&'static str),
}

impl Thresholds {
    /// Reads and checks a set.
    ///
    /// # Errors
    /// JSON that is not a set of thresholds, or numbers out of bounds.
    pub fn parse(json: &str) -> Result<Self, ThresholdError> {
        let set: Self = serde_json::from_str(json)?;
        for (name, value, most) in [
            ("dip_g", set.dip_g, 1.0),
            ("impact_g", set.impact_g, 16.0),
            ("posture_change_deg", set.posture_change_deg, 180.0),
            ("unrest_after_g", set.unrest_after_g, 2.0),
            ("dip_to_impact_s", set.dip_to_impact_s, 5.0),
            ("before_s", set.before_s, 10.0),
            ("settling_s", set.settling_s, 10.0),
            ("after_s", set.after_s, 30.0),
        ] {
            if !(value > 0.0 && value <= most) {
                return Err(ThresholdError::Bounds(name));
            }
        }
        Ok(set)
    }

    /// The set that ships with Anlin.
    ///
    /// # Errors
    /// Never for the shipped file, which a test reads.
    pub fn shipped() -> Result<Self, ThresholdError> {
        Self::parse(include_str!("thresholds.json"))
    }
}
