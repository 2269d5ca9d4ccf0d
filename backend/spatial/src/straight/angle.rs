use crate::LonLat;

/// Parts of a full turn (2^32) in a hundred-millionth of ten degrees: the factor from 1e-7 degrees.
const PARTS_PER_E7: f64 = 4_294_967_296.0 / 3_600_000_000.0;

/// A position in parts of a full turn, 2^32 of them (9.3 mm along a meridian).
///
/// The difference of two longitudes then wraps around the earth by itself. A part is shorter than
/// 1e-7 degrees, so a position at that resolution is held without loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Angles {
    pub(super) x: i32,
    pub(super) y: i32,
}

impl Angles {
    #[inline]
    pub(super) fn of(at: LonLat) -> Self {
        let (lon_e7, lat_e7) = (nearest(at.lon() * 1e7), nearest(at.lat() * 1e7));
        // Raised above zero, numbers are rounded by cutting them.
        let parts = |e7: i64| (e7 as f64 * PARTS_PER_E7 + 4_294_967_296.5) as u64;
        Self {
            // Only 180 degrees east does not fit; it becomes 180 degrees west.
            x: parts(lon_e7) as i32,
            y: parts(lat_e7) as i32,
        }
    }

    /// Longitude and latitude in whole 1e-7 degrees.
    #[inline]
    pub(super) fn e7(self) -> (i64, i64) {
        // Never near half way between two, see above, so integers round as floats would.
        let e7 = |parts: i32| (i64::from(parts) * 3_600_000_000 + (1 << 31)) >> 32;
        (e7(self.x), e7(self.y))
    }

    /// Longitude and latitude in degrees, as [`LonLat::rounded`] would have them.
    pub(super) fn degrees(self) -> (f64, f64) {
        let (lon_e7, lat_e7) = self.e7();
        (lon_e7 as f64 / 1e7, lat_e7 as f64 / 1e7)
    }
}

/// What `round` gives, without the call it is where the processor is not known to have it.
#[inline]
fn nearest(number: f64) -> i64 {
    let whole = number as i64;
    let rest = number - whole as f64;
    whole + i64::from(rest >= 0.5) - i64::from(rest <= -0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracle::Dice;

    #[test]
    fn positions_come_back_at_seven_decimals() {
        let mut dice = Dice::new(31);
        for _ in 0..10_000 {
            let at = LonLat::new(dice.unit() * 360.0 - 180.0, dice.unit() * 180.0 - 90.0).unwrap();
            let rounded = at.rounded();
            let held = Angles::of(at).degrees();
            assert_eq!(held, (rounded.lon(), rounded.lat()));
        }
        let corner = LonLat::new(180.0, -90.0).unwrap();
        assert_eq!(Angles::of(corner).degrees(), (-180.0, -90.0));
    }
}
