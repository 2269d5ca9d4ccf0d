//! Where somebody was last seen, and what an old or vague position adds to a time.

use domain::geo::Coordinate;
use domain::responders::Responder;
use domain::time::Timestamp;
use spatial::LonLat;

/// A radius beyond this many metres says no more than this one: the position is a quarter of the
/// town, and more walking would only hide that.
const VAGUEST_M: u32 = 1_000;
/// Milliseconds that each second of age adds. People who are on duty mostly stay about: an hour
/// adds a minute of walking.
const DRIFT_MS_A_SECOND: f64 = 1000.0 / 60.0;
/// Age adds no more than this, in milliseconds. Who has not reported for two hours is most likely
/// at home, which is where a position comes from that nobody reports.
const DRIFT_MOST_MS: u32 = 120_000;

/// A position as it was reported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fix {
    /// Where.
    pub at: Coordinate,
    /// Radius in metres within which they most likely are; `None` is taken as exact.
    pub accuracy_m: Option<u32>,
    /// When; `None` is older than anything.
    pub time: Option<Timestamp>,
}

impl Fix {
    /// The last known position of a responder.
    pub fn of(responder: &Responder) -> Option<Self> {
        Some(Self {
            at: responder.at?,
            accuracy_m: responder.at_accuracy_m,
            time: responder.at_time,
        })
    }

    /// Seconds since it was true; never negative.
    pub(super) fn age_s(&self, now: Timestamp) -> Option<u32> {
        let age = (now - self.time?).num_seconds().max(0);
        Some(u32::try_from(age).unwrap_or(u32::MAX))
    }

    /// Metres that may have to be walked because the position is vague.
    pub(super) fn vague_m(&self) -> f64 {
        f64::from(self.accuracy_m.unwrap_or(0).min(VAGUEST_M))
    }

    /// Milliseconds that may have to be walked because the position is old.
    pub(super) fn drift_ms(&self, now: Timestamp) -> u32 {
        self.age_s(now).map_or(DRIFT_MOST_MS, |age| {
            // The cast saturates far above the most.
            ((f64::from(age) * DRIFT_MS_A_SECOND) as u32).min(DRIFT_MOST_MS)
        })
    }

    /// The place as the streets know it; `None` cannot happen for a checked coordinate.
    pub(super) fn on_earth(&self) -> Option<LonLat> {
        on_earth(self.at)
    }
}

/// A checked coordinate as the streets know it.
pub(super) fn on_earth(at: Coordinate) -> Option<LonLat> {
    LonLat::new(at.lon(), at.lat()).ok()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain::geo::Datum;

    use super::*;

    #[test]
    fn age_and_radius_add_time_and_both_have_an_end() {
        let now: Timestamp = "2026-11-24T06:00:00Z".parse().expect("a moment");
        let fix = |accuracy_m, age_s: i64| Fix {
            at: Coordinate::declared(10.0, 0.0, Datum::Wgs84).expect("a place"),
            accuracy_m,
            time: Some(now - TimeDelta::seconds(age_s)),
        };
        assert_eq!(fix(None, 0).drift_ms(now), 0);
        assert_eq!(fix(None, 60).drift_ms(now), 1_000);
        assert_eq!(fix(None, 3_600).drift_ms(now), 60_000);
        assert_eq!(fix(None, 7_200).drift_ms(now), 120_000);
        assert_eq!(fix(None, i64::from(u32::MAX) * 2).drift_ms(now), 120_000);
        assert_eq!(fix(None, -50).drift_ms(now), 0, "a clock that runs ahead");
        let unknown = Fix {
            time: None,
            ..fix(None, 0)
        };
        assert_eq!(unknown.drift_ms(now), 120_000);
        assert_eq!(fix(None, 0).vague_m(), 0.0);
        assert_eq!(fix(Some(35), 0).vague_m(), 35.0);
        assert_eq!(fix(Some(u32::MAX), 0).vague_m(), 1_000.0);
    }
}
