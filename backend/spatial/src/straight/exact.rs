use super::angle::Angles;
use crate::{LonLat, haversine_m};

/// Diameter of the sphere all lengths of this crate rest on, millimetres.
const DIAMETER_MM: f64 = 2.0 * 6_371_008_800.0;

/// Radians in 1e-7 degrees.
const RAD_PER_E7: f64 = std::f64::consts::PI / 180.0 / 1e7;

/// Half differences up to which the series below err by less than a part in 10^15, radians.
const SERIES_RAD: f64 = 0.03;

/// How near to half a millimetre the series are not trusted, millimetres.
const DOUBT_MM: f64 = 1e-4;

/// Distances from one position in whole millimetres of [`haversine_m`].
///
/// A sine costs as much as scanning a cell. Nearby, a few terms of its series give the same whole
/// millimetre; where they might not, the full formula decides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ruler {
    from: LonLat,
    lon_rad: f64,
    lat_rad: f64,
    sin_lat: f64,
    pub(super) cos_lat: f64,
}

impl Ruler {
    #[inline]
    pub(super) fn new(from: LonLat) -> Self {
        let lat_rad = from.lat().to_radians();
        let (sin_lat, cos_lat) = lat_rad.sin_cos();
        Self {
            from,
            lon_rad: from.lon().to_radians(),
            lat_rad,
            sin_lat,
            cos_lat,
        }
    }

    /// Tangent of the latitude, without its sign.
    #[inline]
    pub(super) fn tan_lat(&self) -> f64 {
        (self.sin_lat / self.cos_lat).abs()
    }

    /// Whole millimetres to a held position.
    #[inline]
    pub(super) fn millimetres(&self, to: Angles) -> u64 {
        let (lon_e7, lat_e7) = to.e7();
        let north = (lat_e7 as f64 * RAD_PER_E7 - self.lat_rad) * 0.5;
        let east = (lon_e7 as f64 * RAD_PER_E7 - self.lon_rad) * 0.5;
        if north.abs() > SERIES_RAD || east.abs() > SERIES_RAD {
            return self.in_full(to);
        }
        let (sin_north, sin_east) = (sine(north), sine(east));
        // The cosine of the other latitude by the sum of angles, from half their difference.
        let turned = self.cos_lat * sin_north + self.sin_lat * cosine(north);
        let cos_to = self.cos_lat - 2.0 * sin_north * turned;
        let root = (sin_north * sin_north + self.cos_lat * cos_to * sin_east * sin_east).sqrt();
        let mm = DIAMETER_MM * arc_sine(root);
        // Distances are not negative, and to cut is cheaper than to round.
        let whole = (mm + 0.5) as i64;
        let above = mm + 0.5 - whole as f64;
        if !(DOUBT_MM..=1.0 - DOUBT_MM).contains(&above) {
            return self.in_full(to);
        }
        whole as u64
    }

    #[cold]
    fn in_full(&self, to: Angles) -> u64 {
        let (lon, lat) = to.degrees();
        // Held positions are positions on earth, so the origin is never taken.
        let to = LonLat::new(lon, lat).unwrap_or(LonLat::ORIGIN);
        (haversine_m(self.from, to) * 1000.0).round() as u64
    }
}

// Factors instead of quotients: dividing takes several times as long.

#[inline]
fn sine(x: f64) -> f64 {
    let s = x * x;
    x * (1.0 - s * (1.0 / 6.0 - s * (1.0 / 120.0 - s * (1.0 / 5040.0))))
}

#[inline]
fn cosine(x: f64) -> f64 {
    let s = x * x;
    1.0 - s * (0.5 - s * (1.0 / 24.0 - s * (1.0 / 720.0)))
}

#[inline]
fn arc_sine(x: f64) -> f64 {
    let s = x * x;
    x * (1.0 + s * (1.0 / 6.0 + s * (3.0 / 40.0 + s * (5.0 / 112.0 + s * (35.0 / 1152.0)))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracle::Dice;

    #[test]
    fn the_series_give_the_millimetre_of_the_full_formula() {
        let mut dice = Dice::new(32);
        for round in 0..200_000 {
            let reach = [1e-5, 1e-3, 0.02, 0.5, 3.4, 30.0][round % 6];
            let lat = dice.unit() * 150.0 - 75.0;
            let from = LonLat::new(dice.unit() * 200.0 - 100.0, lat).unwrap();
            let mut aside = |middle: f64| middle + (dice.unit() * 2.0 - 1.0) * reach;
            let to = LonLat::new(aside(from.lon()), aside(lat).clamp(-90.0, 90.0)).unwrap();
            let plain = (haversine_m(from, to.rounded()) * 1000.0).round() as u64;
            assert_eq!(Ruler::new(from).millimetres(Angles::of(to)), plain);
        }
    }
}
