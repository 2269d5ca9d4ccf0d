//! The shifted datums of Chinese maps, and back; and who sends them without saying so.
//!
//! GCJ-02 (AMap, Tencent, map kits of phones) displaces WGS-84 by a few hundred metres that
//! change from place to place; BD-09 (Baidu) displaces GCJ-02 once more. The formulas are the
//! publicly known ones; no text of a standard was read. Neither is shifted outside the box that
//! those formulas are used for.

use std::f64::consts::PI;

/// Krasovsky 1940 ellipsoid: semi-major axis in metres, and square of the eccentricity.
const AXIS_M: f64 = 6_378_245.0;
const ECCENTRICITY_2: f64 = 0.006_693_421_622_965_943;
/// Longitudes and latitudes within which places are shifted.
const SHIFTED: ([f64; 2], [f64; 2]) = ([72.004, 137.8347], [0.8293, 55.8271]);
/// Baidu's angle factor and offsets, degrees.
const BAIDU_FACTOR: f64 = PI * 3000.0 / 180.0;
const BAIDU_OFFSET: (f64, f64) = (0.0065, 0.006);
/// Rounds of the inverse: each makes the error some thousand times smaller.
const ROUNDS: usize = 6;

/// Degrees east and north.
pub(super) type Degrees = (f64, f64);

fn is_shifted((lon, lat): Degrees) -> bool {
    let ([west, east], [south, north]) = SHIFTED;
    (west..=east).contains(&lon) && (south..=north).contains(&lat)
}

/// WGS-84 to GCJ-02.
pub(super) fn gcj02_of(wgs84: Degrees) -> Degrees {
    if !is_shifted(wgs84) {
        return wgs84;
    }
    let (lon, lat) = wgs84;
    let (x, y) = (lon - 105.0, lat - 35.0);
    let radians = lat.to_radians();
    let magic = 1.0 - ECCENTRICITY_2 * radians.sin().powi(2);
    let north =
        (waves_north(x, y) * 180.0 * magic * magic.sqrt()) / (AXIS_M * (1.0 - ECCENTRICITY_2) * PI);
    let east = (waves_east(x, y) * 180.0 * magic.sqrt()) / (AXIS_M * radians.cos() * PI);
    (lon + east, lat + north)
}

/// GCJ-02 to WGS-84, far below half a metre.
pub(super) fn wgs84_of_gcj02(gcj02: Degrees) -> Degrees {
    inverse(gcj02, gcj02_of)
}

/// WGS-84 to BD-09.
pub(super) fn bd09_of(wgs84: Degrees) -> Degrees {
    if !is_shifted(wgs84) {
        return wgs84;
    }
    let (x, y) = gcj02_of(wgs84);
    let radius = x.hypot(y) + 0.000_02 * (y * BAIDU_FACTOR).sin();
    let angle = y.atan2(x) + 0.000_003 * (x * BAIDU_FACTOR).cos();
    let (east, north) = BAIDU_OFFSET;
    (radius * angle.cos() + east, radius * angle.sin() + north)
}

/// BD-09 to WGS-84, far below half a metre.
pub(super) fn wgs84_of_bd09(bd09: Degrees) -> Degrees {
    inverse(bd09, bd09_of)
}

/// The place that a slowly changing shift brings to `shifted`, by fixed-point iteration.
fn inverse(shifted: Degrees, forward: impl Fn(Degrees) -> Degrees) -> Degrees {
    if !is_shifted(shifted) {
        return shifted;
    }
    let mut guess = shifted;
    for _ in 0..ROUNDS {
        let found = forward(guess);
        guess = (guess.0 + shifted.0 - found.0, guess.1 + shifted.1 - found.1);
    }
    guess
}

/// A sum of sines that both directions share.
fn ripple(of: f64) -> f64 {
    20.0 * (6.0 * of * PI).sin() + 20.0 * (2.0 * of * PI).sin()
}

fn waves_north(x: f64, y: f64) -> f64 {
    let plain = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * x.abs().sqrt();
    let long = 20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin();
    let longest = 160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin();
    plain + (ripple(x) + long + longest) * 2.0 / 3.0
}

fn waves_east(x: f64, y: f64) -> f64 {
    let plain = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * x.abs().sqrt();
    let long = 20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin();
    let longest = 150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin();
    plain + (ripple(x) + long + longest) * 2.0 / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Metres east and north of one place from another.
    fn apart(a: Degrees, b: Degrees) -> (f64, f64) {
        let metres = 111_195.0;
        (
            (b.0 - a.0) * metres * a.1.to_radians().cos(),
            (b.1 - a.1) * metres,
        )
    }

    /// A grid over Baoshan and beyond.
    fn places() -> impl Iterator<Item = Degrees> {
        (0..20).flat_map(|x| {
            (0..20).map(move |y| (121.2 + f64::from(x) * 0.02, 31.2 + f64::from(y) * 0.02))
        })
    }

    #[test]
    fn there_and_back_is_the_same_place() {
        for place in places() {
            for back in [
                wgs84_of_gcj02(gcj02_of(place)),
                wgs84_of_bd09(bd09_of(place)),
            ] {
                let (east, north) = apart(place, back);
                assert!(east.hypot(north) < 0.01, "{place:?} {back:?}");
            }
        }
    }

    #[test]
    fn the_shift_is_what_is_known_of_baoshan() {
        for place in (0..10).map(|n| (121.36 + f64::from(n) * 0.01, 31.30 + f64::from(n) * 0.01)) {
            let (east, north) = apart(place, gcj02_of(place));
            let metres = east.hypot(north);
            assert!((470.0..=490.0).contains(&metres), "{metres}");
            let bearing = east.atan2(north).to_degrees();
            assert!((110.0..=120.0).contains(&bearing), "{bearing}");
            let (east, north) = apart(gcj02_of(place), bd09_of(place));
            let metres = east.hypot(north);
            assert!((860.0..=960.0).contains(&metres), "{metres}");
        }
    }

    #[test]
    fn nothing_is_shifted_far_away() {
        for place in [(10.75, 59.91), (-70.0, -33.0), (121.4, -31.3)] {
            assert_eq!(gcj02_of(place), place);
            assert_eq!(wgs84_of_bd09(place), place);
        }
    }
}
