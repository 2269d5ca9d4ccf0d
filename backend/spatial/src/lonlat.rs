/// Mean radius of the earth (IUGG), metres; every length in this crate rests on it.
const EARTH_RADIUS_M: f64 = 6_371_008.8;
/// Metres in a degree of latitude, on the sphere that everything here is measured on.
pub const DEGREE_M: f64 = 111_195.080_233_532_9;

/// A position in WGS-84 degrees.
///
/// The datum is part of the type: positions of other datums (GCJ-02 and its kin lie hundreds of
/// metres off) have to be converted before they become a `LonLat`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

/// A pair of numbers that is no position on earth.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CoordinateError {
    /// Not a number, or infinite.
    #[error("a coordinate is not a finite number")]
    NotFinite,
    /// Longitude outside -180..=180 degrees.
    #[error("longitude is outside -180..=180 degrees")]
    Longitude,
    /// Latitude outside -90..=90 degrees.
    #[error("latitude is outside -90..=90 degrees")]
    Latitude,
}

impl LonLat {
    /// Longitude 0, latitude 0.
    pub(crate) const ORIGIN: Self = Self { lon: 0.0, lat: 0.0 };

    /// A position from longitude and latitude, in this order.
    pub fn new(lon: f64, lat: f64) -> Result<Self, CoordinateError> {
        if !lon.is_finite() || !lat.is_finite() {
            return Err(CoordinateError::NotFinite);
        }
        if !(-180.0..=180.0).contains(&lon) {
            return Err(CoordinateError::Longitude);
        }
        if !(-90.0..=90.0).contains(&lat) {
            return Err(CoordinateError::Latitude);
        }
        Ok(Self { lon, lat })
    }

    /// Longitude in degrees, east positive.
    #[inline]
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Latitude in degrees, north positive.
    #[inline]
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Great-circle distance to another position, in metres.
    #[inline]
    pub fn haversine_m(self, other: Self) -> f64 {
        haversine_m(self, other)
    }

    /// How much shorter a degree of longitude is here than at the equator.
    #[inline]
    pub(crate) fn squeeze(self) -> f64 {
        self.lat.to_radians().cos()
    }

    /// A position from whole 1e-7 degrees, the resolution of OpenStreetMap.
    pub(crate) fn from_e7(lon: i32, lat: i32) -> Result<Self, CoordinateError> {
        Self::new(f64::from(lon) / 1e7, f64::from(lat) / 1e7)
    }

    /// The same for numbers that [`LonLat::to_e7`] gave: nothing to check.
    #[inline]
    pub(crate) fn of_e7(lon: i32, lat: i32) -> Self {
        Self {
            lon: f64::from(lon) / 1e7,
            lat: f64::from(lat) / 1e7,
        }
    }

    /// Longitude and latitude in whole 1e-7 degrees; 180e7 fits an i32.
    #[inline]
    pub(crate) fn to_e7(self) -> (i32, i32) {
        (nearest_whole(self.lon * 1e7), nearest_whole(self.lat * 1e7))
    }

    /// The same position at 1e-7 degrees, as node positions are held.
    pub(crate) fn rounded(self) -> Self {
        let (lon, lat) = self.to_e7();
        Self::of_e7(lon, lat)
    }

    /// The south-west corner of the box around two positions.
    pub(crate) fn lower(self, other: Self) -> Self {
        Self {
            lon: self.lon.min(other.lon),
            lat: self.lat.min(other.lat),
        }
    }

    /// The north-east corner of the box around two positions.
    pub(crate) fn upper(self, other: Self) -> Self {
        Self {
            lon: self.lon.max(other.lon),
            lat: self.lat.max(other.lat),
        }
    }

    /// The point a fraction of the way to `other` in the plane of degrees; exact at both ends.
    #[inline]
    pub(crate) fn towards(self, other: Self, fraction: f64) -> Self {
        if fraction >= 1.0 {
            return other;
        }
        Self {
            lon: self.lon + fraction * (other.lon - self.lon),
            lat: self.lat + fraction * (other.lat - self.lat),
        }
    }
}

/// The whole number nearest to one that fits, halves away from zero.
///
/// The same as `round`, which is a call into the library of the system on plain x86-64.
#[inline]
fn nearest_whole(number: f64) -> i32 {
    let whole = number as i32;
    let rest = number - f64::from(whole);
    whole + i32::from(rest >= 0.5) - i32::from(rest <= -0.5)
}

/// Great-circle distance between two positions, in metres (radius 6 371 008.8 m).
#[inline]
pub fn haversine_m(a: LonLat, b: LonLat) -> f64 {
    haversine_of((a, a.squeeze()), (b, b.squeeze()))
}

/// The same for positions whose [`LonLat::squeeze`] is known already.
#[inline]
pub(crate) fn haversine_of((a, squeeze_a): (LonLat, f64), (b, squeeze_b): (LonLat, f64)) -> f64 {
    let half_dlat = (b.lat - a.lat).to_radians() / 2.0;
    let half_dlon = (b.lon - a.lon).to_radians() / 2.0;
    if half_dlat.abs().max(half_dlon.abs()) < NEAR {
        let [up, across] = [half_dlat, half_dlon].map(sin_near);
        let h = up * up + squeeze_a * squeeze_b * (across * across);
        return 2.0 * EARTH_RADIUS_M * asin_near(h.sqrt());
    }
    let h = half_dlat.sin().powi(2) + squeeze_a * squeeze_b * half_dlon.sin().powi(2);
    // Rounding may lift h above 1 for antipodes, where asin is not defined.
    2.0 * EARTH_RADIUS_M * h.min(1.0).sqrt().asin()
}

/// Radians (12 km for two halves) up to which the next terms of the series below are smaller than
/// the rounding of the first: less than 1e-17 of the whole.
const NEAR: f64 = 1e-3;

/// Sine of a small angle, without a call into the library of the system.
#[inline]
fn sin_near(angle: f64) -> f64 {
    let square = angle * angle;
    angle - angle * square * (1.0 / 6.0 - square / 120.0)
}

/// The angle of a small sine.
#[inline]
fn asin_near(sine: f64) -> f64 {
    let square = sine * sine;
    sine + sine * square * (1.0 / 6.0 + square * (3.0 / 40.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_off_the_earth_are_refused() {
        assert_eq!(LonLat::new(f64::NAN, 0.0), Err(CoordinateError::NotFinite));
        assert_eq!(
            LonLat::new(0.0, f64::INFINITY),
            Err(CoordinateError::NotFinite)
        );
        assert_eq!(LonLat::new(180.1, 0.0), Err(CoordinateError::Longitude));
        assert_eq!(LonLat::new(0.0, -90.1), Err(CoordinateError::Latitude));
        assert!(LonLat::new(-180.0, 90.0).is_ok());
    }

    #[test]
    fn distances_match_the_sphere() {
        let at = |lon, lat| LonLat::new(lon, lat).unwrap();
        let degree = EARTH_RADIUS_M * std::f64::consts::PI / 180.0;
        assert!((haversine_m(at(0.0, 0.0), at(1.0, 0.0)) - degree).abs() < 1e-6);
        assert!((haversine_m(at(7.0, 10.0), at(7.0, 11.0)) - degree).abs() < 1e-6);
        assert_eq!(haversine_m(at(5.0, 5.0), at(5.0, 5.0)), 0.0);
        let half_way_round = haversine_m(at(0.0, 0.0), at(180.0, 0.0));
        assert!((half_way_round - 180.0 * degree).abs() < 1e-3);
    }

    #[test]
    fn near_distances_are_those_of_the_library() {
        let mut step = 1.3e-9;
        while step < 2.5 * NEAR {
            assert!((sin_near(step) / step.sin() - 1.0).abs() < 3e-16 || step > NEAR);
            assert!((asin_near(step) / step.asin() - 1.0).abs() < 3e-16 || step > 2.0 * NEAR);
            step *= 1.01;
        }
    }

    #[test]
    fn whole_numbers_are_those_of_round() {
        for number in [
            0.0,
            0.499_999_999_999_999_94,
            0.5,
            1.5,
            2.499_999,
            1_799_999_999.5,
        ] {
            for number in [number, -number] {
                assert_eq!(nearest_whole(number), number.round() as i32);
            }
        }
    }

    #[test]
    fn rounding_keeps_seven_decimals() {
        let at = LonLat::new(12.345_678_94, -3.000_000_06).unwrap();
        assert_eq!(at.to_e7(), (123_456_789, -30_000_001));
        assert_eq!(
            at.rounded(),
            LonLat::from_e7(123_456_789, -30_000_001).unwrap()
        );
        assert_eq!(at.rounded().rounded(), at.rounded());
    }
}
