//! The flat plane the district is drawn on, in metres, and its place on the globe.

use serde::Serialize;

/// Metres per degree of latitude on a sphere of 6,371,008.8 m.
const LAT_M: f64 = 111_195.08;
/// Metres per degree of longitude at 31.4° north, a constant so that no cosine is computed.
const LON_M: f64 = 94_911.0;

/// A place, WGS-84 degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Place {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

impl Place {
    /// A place some metres to the east and north.
    pub(crate) fn moved(self, dx: f64, dy: f64) -> Self {
        Self {
            lon: round7(self.lon + dx / LON_M),
            lat: round7(self.lat + dy / LAT_M),
        }
    }
}

/// A point in metres east and north of the drawing's centre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spot {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Spot {
    pub(crate) fn distance(self, other: Self) -> f64 {
        let (dx, dy) = (self.x - other.x, self.y - other.y);
        (dx * dx + dy * dy).sqrt()
    }

    pub(crate) fn moved(self, dx: f64, dy: f64) -> Self {
        Self {
            x: self.x + dx,
            y: self.y + dy,
        }
    }
}

/// Where the drawing's centre lies, WGS-84 degrees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plane {
    pub(crate) lon: f64,
    pub(crate) lat: f64,
}

impl Plane {
    /// Degrees, kept to 1e-7 as in the real maps.
    pub(crate) fn place(self, spot: Spot) -> Place {
        Place {
            lon: self.lon,
            lat: self.lat,
        }
        .moved(spot.x, spot.y)
    }

    /// Metres from the centre.
    pub(crate) fn spot(self, lon: f64, lat: f64) -> Spot {
        Spot {
            x: (lon - self.lon) * LON_M,
            y: (lat - self.lat) * LAT_M,
        }
    }
}

fn round7(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_the_same_place() {
        let plane = Plane {
            lon: 121.4,
            lat: 31.4,
        };
        let Place { lon, lat } = plane.place(Spot {
            x: 1_234.5,
            y: -987.6,
        });
        let back = plane.spot(lon, lat);
        assert!(
            back.distance(Spot {
                x: 1_234.5,
                y: -987.6
            }) < 0.02
        );
    }
}
