//! Falls in acceleration traces: a second opinion for devices that upload what they felt.
//!
//! A fall is a dip (the body drops), an impact soon after it, another posture than before, and
//! stillness: single thresholds do not do, for stairs exceed 3 g without any fall and simulated
//! falls stay below 2.4 g. The opinion may shorten the time a resident has to cancel; it never
//! takes an alarm of the device back.

mod features;
mod thresholds;
mod trace;

pub use features::{Features, features};
pub use thresholds::{ThresholdError, Thresholds};
pub use trace::{Sample, Trace, TraceError};

/// What a trace says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FallScore {
    /// Whether every condition of a fall holds.
    pub fall: bool,
    /// 0-1; one half is the line between, set by the condition that holds least.
    pub score: f64,
    /// What was measured at the moment that looks most like a fall; `None` without any impact.
    pub features: Option<Features>,
}

/// Judges a trace. O(samples · samples of a second).
pub fn score(trace: &Trace, thresholds: &Thresholds) -> FallScore {
    let best = features(trace, thresholds)
        .map(|found| (margin(&found, thresholds), found))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        None => FallScore {
            fall: false,
            score: 0.0,
            features: None,
        },
        Some((margin, found)) => FallScore {
            fall: margin >= 0.0,
            score: f64::midpoint(1.0, margin.clamp(-1.0, 1.0)),
            features: Some(found),
        },
    }
}

/// How far the weakest condition lies beyond its threshold (positive) or short of it, as a share
/// of the threshold. A posture that is not known at one end cannot speak for a fall.
fn margin(found: &Features, at: &Thresholds) -> f64 {
    let above = |value: f64, least: f64| value / least - 1.0;
    let below = |value: f64, most: f64| 1.0 - value / most;
    let posture = found
        .posture_change_deg
        .map_or(-1.0, |degrees| above(degrees, at.posture_change_deg));
    let still = found
        .unrest_after_g
        .map_or(-1.0, |unrest| below(unrest, at.unrest_after_g));
    [
        below(found.dip_g, at.dip_g),
        above(found.impact_g, at.impact_g),
        posture,
        still,
    ]
    .into_iter()
    .fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests;
