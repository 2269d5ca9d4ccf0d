//! Sources that say WGS-84 and send GCJ-02: a constant shift from where they are known to be.

use crate::geo::{Coordinate, Datum};

/// Fewest pairs that speak.
pub const LEAST_PAIRS: usize = 8;
/// Metres within which a corrected place has to lie from the known one to count.
const NEAR_M: f64 = 60.0;
/// Share of the pairs, in hundredths, that has to agree.
const AGREE_PERCENT: usize = 80;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.080_233_532_9;

/// The datum that a source seems to send instead of WGS-84, given what it reported beside where
/// it was known to be: a watch in its home at night, a fixed gateway.
///
/// A proposal for a person, not a correction. A datum is proposed when taking the reports for it
/// brings at least four of five to the known places, and taking them as declared does not.
/// O(pairs).
pub fn proposed_datum(pairs: &[(Coordinate, Coordinate)]) -> Option<Datum> {
    if pairs.len() < LEAST_PAIRS {
        return None;
    }
    let agreeing = |datum: Datum| {
        let near = |&&(reported, known): &&(Coordinate, Coordinate)| {
            Coordinate::declared(reported.lon(), reported.lat(), datum)
                .is_ok_and(|place| metres(place, known) <= NEAR_M)
        };
        pairs.iter().filter(near).count()
    };
    let enough = (pairs.len() * AGREE_PERCENT).div_ceil(100);
    if agreeing(Datum::Wgs84) >= enough {
        return None;
    }
    [Datum::Gcj02, Datum::Bd09]
        .into_iter()
        .find(|datum| agreeing(*datum) >= enough)
}

/// Metres between two places of one city, on a plane that touches the earth there.
pub(crate) fn metres(a: Coordinate, b: Coordinate) -> f64 {
    let east = (b.lon() - a.lon()) * a.lat().to_radians().cos();
    let north = b.lat() - a.lat();
    east.hypot(north) * DEGREE_M
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::shift;

    fn place(lon: f64, lat: f64) -> Coordinate {
        Coordinate::declared(lon, lat, Datum::Wgs84).expect("a place")
    }

    /// Homes, and what is reported from them: shifted, and some 20 m off.
    fn pairs(
        shift: impl Fn((f64, f64)) -> (f64, f64),
        count: u32,
    ) -> Vec<(Coordinate, Coordinate)> {
        (0..count)
            .map(|n| {
                let home = (
                    121.3 + f64::from(n % 7) * 0.02,
                    31.3 + f64::from(n % 5) * 0.02,
                );
                let (lon, lat) = shift(home);
                let noise = (f64::from(n * 37 % 11) - 5.0) * 0.000_03;
                (place(lon + noise, lat - noise), place(home.0, home.1))
            })
            .collect()
    }

    #[test]
    fn a_constant_shift_is_named() {
        assert_eq!(
            proposed_datum(&pairs(shift::gcj02_of, 20)),
            Some(Datum::Gcj02)
        );
        assert_eq!(
            proposed_datum(&pairs(shift::bd09_of, 20)),
            Some(Datum::Bd09)
        );
    }

    #[test]
    fn true_places_wandering_and_few_reports_say_nothing() {
        assert_eq!(proposed_datum(&pairs(|at| at, 20)), None);
        let away = |(lon, lat): (f64, f64)| (lon + 0.0046, lat + 0.0018);
        assert_eq!(proposed_datum(&pairs(away, 20)), None, "another bearing");
        assert_eq!(proposed_datum(&pairs(shift::gcj02_of, 7)), None);
    }
}
