//! Rings of polygons: simplified, nested, and in whole millionths of a degree.

use super::field::Lattice;

/// How far a simplified ring may leave the traced one, in cells: below half of a seventh, so that
/// two rings, or two parts of one, cannot meet.
const OFF: f32 = 0.05;

/// Holes of less than this many cells are closed.
const LEAST_HOLE: f32 = 1.0;

/// A closed ring; its last point is not its first one again.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ring {
    first: u32,
    end: u32,
    start: u32,
    is_hole: bool,
    /// A hole too small to be kept.
    is_closed: bool,
    /// The outer ring of the polygon this ring belongs to.
    polygon: u32,
}

/// The rings of all limits of one answer.
#[derive(Debug, Default)]
pub(super) struct Rings {
    rings: Vec<Ring>,
    points: Vec<[i32; 2]>,
    /// Where the rings of each limit begin.
    limits: Vec<u32>,
    traced: Vec<[f32; 2]>,
    kept: Vec<u32>,
}

impl Rings {
    pub(super) fn clear(&mut self) {
        self.rings.clear();
        self.points.clear();
        self.limits.clear();
    }

    /// Number of the first ring of the next limit.
    pub(super) fn begin_limit(&mut self) -> u32 {
        self.limits.push(self.len());
        self.len()
    }

    pub(super) fn len(&self) -> u32 {
        self.rings.len() as u32
    }

    pub(super) fn begin(&mut self, start: u32) -> u32 {
        self.traced.clear();
        self.rings.push(Ring {
            first: self.points.len() as u32,
            end: self.points.len() as u32,
            start,
            is_hole: false,
            is_closed: false,
            polygon: self.len(),
        });
        self.len() - 1
    }

    pub(super) fn push(&mut self, place: [f32; 2]) {
        self.traced.push(place);
    }

    /// Ends the ring begun last.
    pub(super) fn finish(&mut self, lattice: &Lattice) {
        let doubled = doubled_area(&self.traced);
        let Some(ring) = self.rings.last_mut() else {
            return;
        };
        ring.is_hole = doubled < 0.0;
        ring.is_closed = ring.is_hole && -doubled < 2.0 * LEAST_HOLE;
        if ring.is_closed {
            return;
        }
        simplify(&self.traced, &mut self.kept);
        let place = |&kept: &u32| lattice.micro_degrees(self.traced[kept as usize]);
        self.points.extend(self.kept.iter().map(place));
        ring.end = self.points.len() as u32;
    }

    pub(super) fn is_hole(&self, ring: u32) -> bool {
        self.rings[ring as usize].is_hole
    }

    pub(super) fn start(&self, ring: u32) -> u32 {
        self.rings[ring as usize].start
    }

    /// Puts a hole into the polygon of the ring beside it; rings are put in the order they began.
    pub(super) fn put_into(&mut self, hole: u32, beside: u32) {
        if let Some(beside) = self.rings.get(beside as usize).copied() {
            self.rings[hole as usize].polygon = beside.polygon;
        }
    }

    /// The rings of a limit, polygon by polygon, the outer ring of each first.
    pub(super) fn of(&self, limit: usize) -> impl Iterator<Item = (bool, &[[i32; 2]])> {
        let first = self.limits.get(limit).map_or(self.len(), |&first| first);
        let end = self
            .limits
            .get(limit + 1)
            .map_or(self.len(), |&first| first);
        let outer = (first..end).filter(|&ring| !self.is_hole(ring));
        outer.flat_map(move |polygon| {
            let holes = (first..end).filter(move |&ring| {
                let ring = &self.rings[ring as usize];
                ring.is_hole && !ring.is_closed && ring.polygon == polygon
            });
            std::iter::once(polygon).chain(holes).map(|ring| {
                let Ring {
                    first,
                    end,
                    is_hole,
                    ..
                } = self.rings[ring as usize];
                (is_hole, &self.points[first as usize..end as usize])
            })
        })
    }
}

/// Twice the area in square cells; negative when the ring runs clockwise.
fn doubled_area(ring: &[[f32; 2]]) -> f32 {
    let Some(&last) = ring.last() else { return 0.0 };
    // Relative to a point of the ring, so that far-off rings lose no digits.
    let from = |[x, y]: [f32; 2]| (x - last[0], y - last[1]);
    let mut sum = 0.0;
    let mut before = (0.0, 0.0);
    for &place in ring {
        let here = from(place);
        sum += before.0 * here.1 - here.0 * before.1;
        before = here;
    }
    sum
}

/// Chooses points so that every traced point is within `OFF` of the line between its neighbours.
///
/// One pass: from each chosen point the line may turn within the narrowest cone that passes all
/// points since; a point outside, or nearer than one before, makes its predecessor the next one.
fn simplify(traced: &[[f32; 2]], kept: &mut Vec<u32>) {
    kept.clear();
    kept.push(0);
    let mut from = traced[0];
    let mut cone = Cone::default();
    let mut place = 1;
    while place <= traced.len() {
        if cone.takes(from, traced[place % traced.len()]) {
            place += 1;
            continue;
        }
        // The point just after a chosen one is always taken: this one is further on.
        kept.push(place as u32 - 1);
        from = traced[place - 1];
        cone = Cone::default();
    }
    if kept.len() < 3 {
        kept.clear();
        kept.extend(0..traced.len() as u32);
    }
}

/// Directions from a point in which a line passes all points taken so far.
#[derive(Debug, Default)]
struct Cone {
    bounds: Option<([f32; 2], [f32; 2])>,
    farthest: f32,
}

impl Cone {
    fn takes(&mut self, from: [f32; 2], to: [f32; 2]) -> bool {
        let way = [to[0] - from[0], to[1] - from[1]];
        let square = way[0] * way[0] + way[1] * way[1];
        if square < self.farthest {
            return false;
        }
        self.farthest = square;
        if square <= OFF * OFF {
            return true;
        }
        let sine = OFF / square.sqrt();
        let cosine = (1.0 - sine * sine).sqrt();
        let right = [
            way[0] * cosine + way[1] * sine,
            way[1] * cosine - way[0] * sine,
        ];
        let left = [
            way[0] * cosine - way[1] * sine,
            way[1] * cosine + way[0] * sine,
        ];
        let Some((rightmost, leftmost)) = &mut self.bounds else {
            self.bounds = Some((right, left));
            return true;
        };
        if cross(*rightmost, way) < 0.0 || cross(way, *leftmost) < 0.0 {
            return false;
        }
        if cross(*rightmost, right) > 0.0 {
            *rightmost = right;
        }
        if cross(left, *leftmost) > 0.0 {
            *leftmost = left;
        }
        true
    }
}

fn cross(a: [f32; 2], b: [f32; 2]) -> f32 {
    a[0] * b[1] - a[1] * b[0]
}
