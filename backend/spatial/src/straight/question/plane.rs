use crate::straight::angle::Angles;
use crate::straight::cells::{Block, LANES};

/// The plane that touches the earth near a position: parts north, and parts east squeezed.
///
/// With `a` the plane distance in radians, `t` the tangent and `c` the cosine of the latitude,
/// the square of the distance on the sphere is that of the plane within a share of
/// `e(a) = t a + (1 + 1/c^2) a^2`: the first term is the change of the cosine towards the other
/// latitude, the second bounds all that is of fourth order. That holds up to 75 degrees and
/// 200 km; there, points farther than 200 km in the plane are farther than 100 km on the sphere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plane {
    pub(super) tan_lat: f64,
    pub(super) steep: f64,
}

impl Plane {
    /// The square beyond which every point is farther on the sphere than any within the given
    /// plane distance, in parts. Rises with the distance.
    pub(super) fn beyond(&self, parts: f64) -> f64 {
        let share = |parts: f64| {
            let a = parts * std::f64::consts::TAU / 4_294_967_296.0;
            self.tan_lat * a + self.steep * a * a
        };
        let factor = (1.0 + share(parts)) / (1.0 - share(2.2 * parts)) * (1.0 + 2e-6);
        // Rounding moves the two distances by less than six parts together, millimetres included.
        parts * parts * factor + 12.0 * parts + 40.0
    }
}

/// Squares of the plane distances to the points of a block.
#[inline]
pub(super) fn squares(block: &Block, at: Angles, squeeze: f32) -> [f32; LANES] {
    let mut squares = [0.0; LANES];
    for (lane, square) in squares.iter_mut().enumerate() {
        let east = block.x[lane].wrapping_sub(at.x) as f32 * squeeze;
        let north = block.y[lane].wrapping_sub(at.y) as f32;
        *square = east * east + north * north;
    }
    squares
}
