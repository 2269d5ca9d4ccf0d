//! Histories: one JSON object a line, positions or walking times, answers where they are known.

use serde::{Deserialize, Serialize};

use crate::geo::{Coordinate, CoordinateError, Datum};
use crate::time::Timestamp;

/// Walks are longer than the straight line by about this much, in hundredths.
const DETOUR_PERCENT: f64 = 130.0;
/// A worker on foot, metres per second (DOMAIN 3.3).
const ON_FOOT_M_S: f64 = 1.2;
/// Mean radius of the earth, metres.
const EARTH_M: f64 = 6_371_009.0;
/// No walk and no stay is longer than a day.
const LONGEST_S: u32 = 86_400;

/// What somebody answered, or would have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Yes, so many seconds after being asked.
    YesAfterS(u32),
    /// No, or nothing.
    Never,
}

fn yes() -> bool {
    true
}

fn is_false(value: &bool) -> bool {
    !value
}

fn is_zero(value: &u32) -> bool {
    *value == 0
}

fn half_an_hour() -> u32 {
    1_800
}

/// One responder as they were when somebody needed help.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// The same word for the same person throughout; no name.
    pub id: String,
    /// Seconds on foot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walking_s: Option<u32>,
    /// Degrees east, when there is no walking time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// Degrees north, when there is no walking time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// On duty.
    #[serde(default = "yes")]
    pub on_duty: bool,
    /// Resting until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resting_until: Option<Timestamp>,
    /// The clearance was taken back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub clearance_revoked: bool,
    /// Bits of what they are and can do.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub classes: u32,
    /// Knows first aid.
    #[serde(default, skip_serializing_if = "is_false")]
    pub first_aid: bool,
    /// Times they helped this resident.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub helped_before: u32,
    /// Cases in hand beside the replayed ones.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub open_cases: u32,
    /// Speaks the resident's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaks_language: Option<bool>,
    /// Others who would stay on duty in their neighbourhood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover_left: Option<u32>,
    /// Asks before the history begins.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub asked: u32,
    /// Yes among them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub accepted: u32,
    /// What they answered; drawn when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// Chance of a yes when it is drawn, 0-100; 30 when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yes_percent: Option<u8>,
}

/// One time somebody needed help.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// When the alarm was here.
    pub at: Timestamp,
    /// 1 is the gravest, 4 the least.
    pub severity: u8,
    /// Degrees east.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// Degrees north.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Bits of what is needed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub needed: u32,
    /// Seconds the helper stays.
    #[serde(default = "half_an_hour")]
    pub on_scene_s: u32,
    /// Everybody who could have been asked.
    pub responders: Vec<Presence>,
}

/// Why a history is refused.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// Not the expected JSON.
    #[error("line {line}: {error}")]
    Unreadable {
        /// From 1.
        line: usize,
        /// Why.
        error: serde_json::Error,
    },
    /// A place that is none.
    #[error("line {line}: {error}")]
    Place {
        /// From 1.
        line: usize,
        /// Why.
        error: CoordinateError,
    },
    /// A number outside its range.
    #[error("line {line}: {field} is out of range")]
    Range {
        /// From 1.
        line: usize,
        /// Which.
        field: &'static str,
    },
    /// A person stands twice in one case.
    #[error("line {line}: a responder stands there twice")]
    Twice {
        /// From 1.
        line: usize,
    },
}

/// Reads cases, one JSON object a line; empty lines count for nothing.
///
/// # Errors
/// The first line that is wrong, by number.
pub fn history(text: &str) -> Result<Vec<Case>, HistoryError> {
    let mut cases = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim().is_empty() {
            continue;
        }
        let case: Case =
            serde_json::from_str(text).map_err(|error| HistoryError::Unreadable { line, error })?;
        case.check(line)?;
        cases.push(case);
    }
    Ok(cases)
}

impl Case {
    fn check(&self, line: usize) -> Result<(), HistoryError> {
        let range = |holds: bool, field| {
            if holds {
                Ok(())
            } else {
                Err(HistoryError::Range { line, field })
            }
        };
        range((1..=4).contains(&self.severity), "severity")?;
        range(self.on_scene_s <= LONGEST_S, "on_scene_s")?;
        place(self.lon, self.lat).map_err(|error| HistoryError::Place { line, error })?;
        let mut ids = std::collections::BTreeSet::new();
        for one in &self.responders {
            let answered = match one.answer {
                Some(Answer::YesAfterS(after)) => after,
                Some(Answer::Never) | None => 0,
            };
            range(one.walking_s.unwrap_or(0) <= LONGEST_S, "walking_s")?;
            range(answered <= LONGEST_S, "yes_after_s")?;
            range(one.yes_percent.unwrap_or(0) <= 100, "yes_percent")?;
            place(one.lon, one.lat).map_err(|error| HistoryError::Place { line, error })?;
            if !ids.insert(one.id.as_str()) {
                return Err(HistoryError::Twice { line });
            }
        }
        Ok(())
    }

    /// Milliseconds on foot: as recorded, else by the straight line and a usual detour.
    pub(super) fn walking_ms(&self, presence: &Presence) -> Option<u32> {
        if let Some(walking_s) = presence.walking_s {
            return Some(walking_s.saturating_mul(1000));
        }
        let from = place(presence.lon, presence.lat).ok()??;
        let to = place(self.lon, self.lat).ok()??;
        let metres = straight_m(from, to) * DETOUR_PERCENT / 100.0;
        // `as` saturates; half the earth is 2·10^10 ms away, beyond u32, and stays the farthest.
        Some((metres / ON_FOOT_M_S * 1000.0).round() as u32)
    }
}

fn place(lon: Option<f64>, lat: Option<f64>) -> Result<Option<Coordinate>, CoordinateError> {
    match (lon, lat) {
        (Some(lon), Some(lat)) => Coordinate::declared(lon, lat, Datum::Wgs84).map(Some),
        (None, None) => Ok(None),
        (Some(_), None) => Err(CoordinateError::Latitude),
        (None, Some(_)) => Err(CoordinateError::Longitude),
    }
}

fn straight_m(from: Coordinate, to: Coordinate) -> f64 {
    let (lat_a, lat_b) = (from.lat().to_radians(), to.lat().to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((to.lon() - from.lon()).to_radians() / 2.0).sin();
    let chord = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lon * half_lon;
    2.0 * EARTH_M * chord.clamp(0.0, 1.0).sqrt().asin()
}
