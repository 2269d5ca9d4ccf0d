//! When a battery will be empty, from its last readings.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Heard;
use crate::time::Timestamp;

/// Readings that are kept.
const KEPT: usize = 12;
/// Fewest readings, and the least fall in percent, that tell how fast a battery empties.
const LEAST_READINGS: usize = 3;
const LEAST_FALL_PCT: f64 = 3.0;
/// A rise of this much is a charge and no noise, percent.
const CHARGED_PCT: u8 = 3;

/// The readings of a battery since it was last charged, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Charge(Vec<(Timestamp, u8)>);

impl Charge {
    /// Takes what was heard into account.
    pub(super) fn note(&mut self, heard: &Heard, now: Timestamp) {
        let Some(pct) = heard.battery_pct else {
            return;
        };
        let last = self.0.last().copied();
        let charged = last.is_some_and(|(_, before)| pct >= before.saturating_add(CHARGED_PCT));
        if charged || heard.charging == Some(true) {
            self.0.clear();
        }
        let at = heard.last_seen_at.min(now);
        if last.is_some_and(|(before, _)| at <= before) && !self.0.is_empty() {
            return;
        }
        if self.0.len() == KEPT {
            self.0.remove(0);
        }
        self.0.push((at, pct));
    }

    /// When it will be empty, by the straight line through the readings; `None` while they tell
    /// nothing. O(readings).
    pub fn flat_at(&self) -> Option<Timestamp> {
        let (first, last) = (self.0.first()?, self.0.last()?);
        let fall = f64::from(first.1) - f64::from(last.1);
        if self.0.len() < LEAST_READINGS || fall < LEAST_FALL_PCT {
            return None;
        }
        let hours = |at: Timestamp| (at - first.0).num_seconds() as f64 / 3600.0;
        let count = self.0.len() as f64;
        let mean = |of: fn(f64, f64) -> f64| {
            let sum: f64 = self
                .0
                .iter()
                .map(|(at, pct)| of(hours(*at), f64::from(*pct)))
                .sum();
            sum / count
        };
        let (x, y) = (mean(|x, _| x), mean(|_, y| y));
        let spread = mean(|x, _| x * x) - x * x;
        let slope = (mean(|x, y| x * y) - x * y) / spread;
        if !slope.is_finite() || slope >= 0.0 {
            return None;
        }
        let left_h = f64::from(last.1) / -slope;
        // A month is as good as any longer time, and no overflow.
        let left_s = (left_h * 3600.0).min(30.0 * 86_400.0);
        Some(last.0 + TimeDelta::seconds(left_s as i64))
    }
}
