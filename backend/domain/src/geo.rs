//! Coordinates carry their datum; an undeclared or unsupported one is refused.
//!
//! In Baoshan the shift between WGS-84 and GCJ-02 is 476-486 m: more than the whole radius of a
//! five-minute circle, so a wrong label makes every "nearest" false.

mod mislabelled;
mod shift;

use serde::{Deserialize, Serialize};

pub use mislabelled::{LEAST_PAIRS, proposed_datum};

use crate::words::words;

words! {
    /// The geodetic datum a source declares.
    pub enum Datum {
        /// World Geodetic System 1984: raw satellite fixes and OpenStreetMap.
        Wgs84 = "wgs84",
        /// The shifted datum of AMap, Tencent and map kits of phones in China.
        Gcj02 = "gcj02",
        /// Baidu's.
        Bd09 = "bd09",
    }
}

/// Why a pair of numbers is not a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CoordinateError {
    /// Longitude is not a finite number in -180..=180.
    #[error("longitude out of range")]
    Longitude,
    /// Latitude is not a finite number in -90..=90.
    #[error("latitude out of range")]
    Latitude,
    /// The datum is missing or not supported.
    #[error("datum undeclared or unsupported")]
    Datum,
}

/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.080_233_532_9;

/// A WGS-84 place, degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coordinate {
    lon: f64,
    lat: f64,
}

impl Coordinate {
    /// Takes degrees and the datum they are declared in; shifted ones are brought to WGS-84.
    ///
    /// # Errors
    /// Numbers off the globe.
    pub fn declared(lon: f64, lat: f64, datum: Datum) -> Result<Self, CoordinateError> {
        if !(-180.0..=180.0).contains(&lon) {
            return Err(CoordinateError::Longitude);
        }
        if !(-90.0..=90.0).contains(&lat) {
            return Err(CoordinateError::Latitude);
        }
        let (lon, lat) = match datum {
            Datum::Wgs84 => (lon, lat),
            Datum::Gcj02 => shift::wgs84_of_gcj02((lon, lat)),
            Datum::Bd09 => shift::wgs84_of_bd09((lon, lat)),
        };
        Ok(Self { lon, lat })
    }

    /// Takes degrees and the datum's word as a stranger wrote it.
    pub fn parse(lon: f64, lat: f64, datum: &str) -> Result<Self, CoordinateError> {
        let datum = datum.parse().map_err(|_| CoordinateError::Datum)?;
        Self::declared(lon, lat, datum)
    }

    /// Metres to another place, good to one in a thousand over a few kilometres.
    pub fn metres_to(self, other: Self) -> f64 {
        let east = (other.lon - self.lon) * self.lat.to_radians().cos();
        let north = other.lat - self.lat;
        east.hypot(north) * DEGREE_M
    }

    /// Degrees east.
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        self.lat
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_declared_and_supported_datum_makes_a_coordinate() {
        assert!(Coordinate::parse(121.4, 31.3, "wgs84").is_ok());
        for datum in ["", "gcj-02", "cgcs2000", "WGS84 "] {
            assert_eq!(
                Coordinate::parse(121.4, 31.3, datum),
                Err(CoordinateError::Datum)
            );
        }
    }

    #[test]
    fn a_shifted_datum_is_brought_back() {
        let at = |datum| Coordinate::parse(121.4, 31.3, datum).expect("a place");
        // Known shifts of Shanghai: about 0.0046 degrees east and 0.0018 south.
        let (plain, gcj02) = (at("wgs84"), at("gcj02"));
        assert!((plain.lon() - gcj02.lon() - 0.0046).abs() < 0.0003);
        assert!((gcj02.lat() - plain.lat() - 0.0018).abs() < 0.0004);
        assert!(at("bd09").lon() < gcj02.lon());
    }

    #[test]
    fn numbers_off_the_globe_are_refused() {
        let at = |lon, lat| Coordinate::declared(lon, lat, Datum::Wgs84);
        assert_eq!(at(f64::NAN, 0.0), Err(CoordinateError::Longitude));
        assert_eq!(at(181.0, 0.0), Err(CoordinateError::Longitude));
        assert_eq!(at(0.0, f64::INFINITY), Err(CoordinateError::Latitude));
        assert!(at(-180.0, 90.0).is_ok());
    }
}
