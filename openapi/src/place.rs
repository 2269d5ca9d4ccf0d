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

/// Datum of submitted coordinates. There is no default, and undeclared ones are refused: the
/// difference is half a kilometre. Shifted ones are brought to WGS 84 where they come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Datum {
    /// WGS 84, as satellites give it.
    Wgs84,
    /// GCJ-02, as AMap, Tencent and map kits of phones in China give it.
    Gcj02,
    /// BD-09, as Baidu gives it.
    Bd09,
}
