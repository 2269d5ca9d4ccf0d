//! How near every point of a lattice lies to a reached street.

use crate::{DEGREE_M, LonLat};

/// Width of the lattice's cells, and how far beside a street still belongs to it.
pub(super) const CELL_M: f64 = 40.0;

/// Lattice points at most; cells are doubled until they suffice.
const MOST_POINTS: f64 = 4_000_000.0;

/// A plane in metres around the middle of a network.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground {
    middle: LonLat,
    squeeze: f64,
}

impl Ground {
    pub(super) fn around(middle: LonLat) -> Self {
        Self {
            middle,
            squeeze: squeeze(middle.lat()),
        }
    }

    /// Metres east and north of the middle.
    pub(super) fn metres(self, at: LonLat) -> [f32; 2] {
        let east = (at.lon() - self.middle.lon()) * DEGREE_M * self.squeeze;
        [
            east as f32,
            ((at.lat() - self.middle.lat()) * DEGREE_M) as f32,
        ]
    }
}

/// How much shorter a degree of longitude is; near the poles it never shrinks to nothing.
fn squeeze(lat: f64) -> f64 {
    lat.to_radians().cos().max(0.01)
}

/// A lattice around an origin with true lengths there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lattice {
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Position of the first lattice point.
    west: f64,
    south: f64,
    /// Degrees in a cell.
    width: f64,
    height: f64,
    /// From metres on the ground to cells.
    scale: [f32; 2],
    shift: [f32; 2],
}

impl Lattice {
    /// The lattice over what lies within `reach_m` of the origin and in the box of the network.
    pub(super) fn around(
        ground: Ground,
        origin: LonLat,
        reach_m: f64,
        (min, max): (LonLat, LonLat),
    ) -> Self {
        let squeeze = squeeze(origin.lat());
        // A little more, because the plane is not the sphere.
        let reach = (reach_m * 1.01 + CELL_M) / DEGREE_M;
        let west = min.lon().max(origin.lon() - reach / squeeze);
        let east = max.lon().min(origin.lon() + reach / squeeze).max(west);
        let south = min.lat().max(origin.lat() - reach);
        let north = max.lat().min(origin.lat() + reach).max(south);
        let mut cell_m = CELL_M;
        let (across, up) = loop {
            let across = ((east - west) * squeeze * DEGREE_M / cell_m).ceil() + 6.0;
            let up = ((north - south) * DEGREE_M / cell_m).ceil() + 6.0;
            if across * up <= MOST_POINTS {
                break (across, up);
            }
            cell_m *= 2.0;
        };
        let (width, height) = (cell_m / DEGREE_M / squeeze, cell_m / DEGREE_M);
        let (west, south) = (west - 2.5 * width, south - 2.5 * height);
        let scale = [
            (squeeze / ground.squeeze / cell_m) as f32,
            (1.0 / cell_m) as f32,
        ];
        let shift = [
            ((ground.middle.lon() - west) / width) as f32,
            ((ground.middle.lat() - south) / height) as f32,
        ];
        Self {
            columns: across as usize,
            rows: up as usize,
            west,
            south,
            width,
            height,
            scale,
            shift,
        }
    }

    pub(super) fn points(&self) -> usize {
        self.columns * self.rows
    }

    /// A place in cells, as whole millionths of a degree.
    pub(super) fn micro_degrees(&self, [x, y]: [f32; 2]) -> [i32; 2] {
        let lon = (self.west + f64::from(x) * self.width).clamp(-180.0, 180.0);
        let lat = (self.south + f64::from(y) * self.height).clamp(-90.0, 90.0);
        [(lon * 1e6).round() as i32, (lat * 1e6).round() as i32]
    }
}

/// A point on the ground that the limit with this number reaches, and those before it do not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub(super) at: [f32; 2],
    pub(super) limit: u32,
}

/// For each limit and lattice point the square of the distance to the nearest street, in cells.
///
/// Distances up to one cell are right, to half of the spacing between samples; a larger one says
/// only that it is larger.
#[derive(Debug, Default)]
pub(super) struct Field {
    squares: Vec<f32>,
    points: usize,
}

impl Field {
    pub(super) fn begin(&mut self, lattice: &Lattice, limits: usize) {
        self.points = lattice.points();
        self.squares.clear();
        self.squares.resize(self.points * limits, f32::INFINITY);
    }

    /// Takes note of points on the ground that are reached.
    pub(super) fn stamp(&mut self, lattice: &Lattice, points: &[Reach]) {
        let step = lattice.columns;
        // The outermost points stay outside, so that every border closes.
        let most = [(lattice.columns - 3) as f32, (lattice.rows - 3) as f32];
        for point in points {
            let x = point.at[0] * lattice.scale[0] + lattice.shift[0];
            let y = point.at[1] * lattice.scale[1] + lattice.shift[1];
            let is_inside = x >= 2.0 && x < most[0] && y >= 2.0 && y < most[1];
            if !is_inside {
                continue;
            }
            let (column, row) = (x as u32, y as u32);
            let (to_west, to_south) = (x - column as f32 + 1.0, y - row as f32 + 1.0);
            let east = squares(to_west);
            let first =
                point.limit as usize * self.points + (row as usize - 1) * step + column as usize
                    - 1;
            for (row, north) in squares(to_south).into_iter().enumerate() {
                nearer(&mut self.squares, first + row * step, north, east);
            }
        }
    }

    /// What a limit reaches, every later limit reaches too.
    pub(super) fn carry_over(&mut self) {
        for later in 1..self.squares.len() / self.points.max(1) {
            let (before, rest) = self.squares.split_at_mut(later * self.points);
            let before = &before[(later - 1) * self.points..];
            for (known, &before) in rest[..self.points].iter_mut().zip(before) {
                *known = if before < *known { before } else { *known };
            }
        }
    }

    pub(super) fn of(&self, limit: usize) -> &[f32] {
        &self.squares[limit * self.points..][..self.points]
    }
}

/// Squares of the distances to four lattice lines, the first of which is so far off.
#[inline]
fn squares(far: f32) -> [f32; 4] {
    let square = |place: f32| (far - place) * (far - place);
    [square(0.0), square(1.0), square(2.0), square(3.0)]
}

/// Lowers four neighbours to the squares of their distances, where these are less.
#[inline]
fn nearer(field: &mut [f32], first: usize, north: f32, east: [f32; 4]) {
    // Not `f32::min`, which minds numbers that are none.
    let least = |a: f32, b: f32| if a < b { a } else { b };
    if let Some([a, b, c, d]) = field[first..].first_chunk_mut::<4>() {
        *a = least(north + east[0], *a);
        *b = least(north + east[1], *b);
        *c = least(north + east[2], *c);
        *d = least(north + east[3], *d);
    }
}
