//! Segments side by side, and what an estimate in single precision is worth.

use crate::LonLat;

/// Set in the edge of a segment that does not belong to the largest component.
const APART: u32 = 1 << 31;

/// Four segments with their exact ends in 1e-7 degrees; at the very end the last one repeats.
///
/// A question reads neighbouring cells in the order in which they lie in memory, nothing else.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(16))]
pub(super) struct Four {
    lon_a: [i32; 4],
    lat_a: [i32; 4],
    lon_b: [i32; 4],
    lat_b: [i32; 4],
    edge: [u32; 4],
}

/// An edge that snaps may lead to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Segment {
    pub(crate) edge: u32,
    /// Whether it belongs to another component than the largest.
    pub(crate) apart: bool,
    pub(crate) a: LonLat,
    pub(crate) b: LonLat,
}

/// An asked position in single precision: whole 1e-7 degrees, and what is left of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near {
    lon: i32,
    lat: i32,
    lon_rest: f32,
    lat_rest: f32,
    squeeze: f32,
}

impl Near {
    #[inline]
    pub(super) fn new(at: LonLat, squeeze: f64) -> Self {
        let (lon, lat) = at.to_e7();
        Self {
            lon,
            lat,
            lon_rest: (at.lon() * 1e7 - f64::from(lon)) as f32,
            lat_rest: (at.lat() * 1e7 - f64::from(lat)) as f32,
            squeeze: squeeze as f32,
        }
    }
}

/// How far an estimated distance may be off, where no coordinate, seen from the position, exceeds
/// `most`; all in 1e-7 degrees.
///
/// With u = 2^-24: the first end is off by 4u of `most` in each coordinate and the direction by 3u
/// of itself, which moves a segment by at most 15u; the fraction is off by 3u |a| / |d| + 8u, which
/// moves the foot by at most 27u; computing foot and square adds 8u. Distances change no more than
/// what they are measured to: 50u in all, rounded up to 64u. The exact rule is off by far less.
#[inline]
pub(super) fn error(most: f64) -> f32 {
    (most * f64::from(2f32.powi(-18))) as f32
}

#[inline]
fn lanes(of: impl Fn(usize) -> f32) -> [f32; 4] {
    [of(0), of(1), of(2), of(3)]
}

impl Four {
    pub(super) fn pack(segments: [Segment; 4]) -> Self {
        let ends = |of: fn(Segment) -> i32| segments.map(of);
        Self {
            lon_a: ends(|one| one.a.to_e7().0),
            lat_a: ends(|one| one.a.to_e7().1),
            lon_b: ends(|one| one.b.to_e7().0),
            lat_b: ends(|one| one.b.to_e7().1),
            edge: segments.map(|one| one.edge | if one.apart { APART } else { 0 }),
        }
    }

    /// Squares of the distances to all four, off by [`error`] before squaring.
    ///
    /// Written so that the compiler makes one instruction of four lanes.
    #[expect(
        clippy::manual_clamp,
        reason = "`clamp` keeps what is no number, where both ends are one point"
    )]
    #[inline]
    pub(super) fn squares(&self, near: Near) -> [f32; 4] {
        let (qx, qy) = (near.lon_rest, near.lat_rest);
        let ax = lanes(|lane| (self.lon_a[lane].wrapping_sub(near.lon) as f32 - qx) * near.squeeze);
        let ay = lanes(|lane| self.lat_a[lane].wrapping_sub(near.lat) as f32 - qy);
        let dx =
            lanes(|lane| self.lon_b[lane].wrapping_sub(self.lon_a[lane]) as f32 * near.squeeze);
        let dy = lanes(|lane| self.lat_b[lane].wrapping_sub(self.lat_a[lane]) as f32);
        let along = lanes(|lane| -(ax[lane] * dx[lane] + ay[lane] * dy[lane]));
        let whole = lanes(|lane| dx[lane] * dx[lane] + dy[lane] * dy[lane]);
        let fraction = lanes(|lane| (along[lane] / whole[lane]).max(0.0).min(1.0));
        let x = lanes(|lane| ax[lane] + fraction[lane] * dx[lane]);
        let y = lanes(|lane| ay[lane] + fraction[lane] * dy[lane]);
        lanes(|lane| x[lane] * x[lane] + y[lane] * y[lane])
    }

    /// A segment as it was packed.
    #[inline]
    pub(super) fn segment(&self, lane: usize) -> Segment {
        Segment {
            edge: self.edge[lane] & !APART,
            apart: self.edge[lane] & APART != 0,
            a: LonLat::of_e7(self.lon_a[lane], self.lat_a[lane]),
            b: LonLat::of_e7(self.lon_b[lane], self.lat_b[lane]),
        }
    }
}
