//! Coordinates carry their datum; an undeclared or unsupported one is refused.
//!
//! In Baoshan the shift between WGS-84 and GCJ-02 is 476-486 m: more than the whole radius of a
//! five-minute circle, so a wrong label makes every "nearest" false.

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// The geodetic datum a source declares.
    pub enum Datum {
        /// World Geodetic System 1984: raw satellite fixes and OpenStreetMap.
        Wgs84 = "wgs84",
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

/// A WGS-84 place, degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coordinate {
    lon: f64,
    lat: f64,
}

impl Coordinate {
    /// Takes degrees and the datum they are declared in.
    pub fn declared(lon: f64, lat: f64, datum: Datum) -> Result<Self, CoordinateError> {
        let Datum::Wgs84 = datum;
        if !(-180.0..=180.0).contains(&lon) {
            return Err(CoordinateError::Longitude);
        }
        if !(-90.0..=90.0).contains(&lat) {
            return Err(CoordinateError::Latitude);
        }
        Ok(Self { lon, lat })
    }

    /// Takes degrees and the datum's word as a stranger wrote it.
    pub fn parse(lon: f64, lat: f64, datum: &str) -> Result<Self, CoordinateError> {
        let datum = datum.parse().map_err(|_| CoordinateError::Datum)?;
        Self::declared(lon, lat, datum)
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
        for datum in ["", "gcj02", "bd09", "WGS84 "] {
            assert_eq!(
                Coordinate::parse(121.4, 31.3, datum),
                Err(CoordinateError::Datum)
            );
        }
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
