//! Positions on the wire. Coordinates are always WGS 84, longitude first.

use poem_openapi::{Enum, Object};

/// A position in WGS 84 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Object)]
pub struct Point {
    /// Longitude, -180 to 180.
    #[oai(validator(minimum(value = "-180"), maximum(value = "180")))]
    pub lon: f64,
    /// Latitude, -90 to 90.
    #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
    pub lat: f64,
}

/// Datum of submitted coordinates. Others are refused: shifted coordinates send
/// people to the wrong house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Datum {
    /// WGS 84, as satellites give it.
    Wgs84,
}
