use super::angle::Angles;
use super::cells::{ClassCells, NONE};
use super::exact::Ruler;
use super::{FoundPoint, POINT_IDS};
use crate::LonLat;

mod plane;
mod rectangle;
mod seen;

use plane::{Plane, squares};
use rectangle::Rectangle;
use seen::Seen;

/// Metres in one part of a full turn of a great circle, 2^32 of them.
const METRES_PER_PART: f64 = 40_030_228.884 / 4_294_967_296.0;

/// Square of the plane distance beyond which nothing is proved (200 km), in parts.
const FARTHEST_SQUARE: f32 = (200_000.0 / METRES_PER_PART * (200_000.0 / METRES_PER_PART)) as f32;

/// Largest plane distance an answer may rest on (90 km), in parts; see [`Plane::beyond`].
const TRUSTED: f64 = 90_000.0 / METRES_PER_PART;

/// Degrees of latitude up to which the plane is used.
const TRUSTED_LAT: f64 = 75.0;

/// Ids there may be; a key is millimetres times this and the id.
const ID_VALUES: u64 = POINT_IDS as u64;

/// Working memory of [`super::StraightIndex::nearest`]: keep one per thread.
#[derive(Debug, Clone, Default)]
pub struct StraightScratch {
    seen: Seen,
    /// Points that may be in the answer, by whole millimetres and id in one number.
    exact: Vec<u64>,
    found: Vec<FoundPoint>,
}

impl StraightScratch {
    /// Empty working memory.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn nothing(&mut self) -> &[FoundPoint] {
        self.found.clear();
        &self.found
    }

    pub(super) fn nearest(&mut self, cells: &ClassCells, at: LonLat, k: usize) -> &[FoundPoint] {
        let ruler = Ruler::new(at);
        self.exact.clear();
        self.seen.clear();
        // No distance on earth has more than 35 bits of millimetres.
        let exact =
            |slot: u32| ruler.millimetres(cells.at(slot)) * ID_VALUES + u64::from(cells.id(slot));
        if k > 0 && k < cells.count() && at.lat().abs() <= TRUSTED_LAT {
            let search = Search::new(cells, at, &ruler, k, &mut self.seen);
            if let Some(limit) = search.run() {
                self.seen.within(limit, |slot| self.exact.push(exact(slot)));
                return self.answer(k);
            }
        }
        if k > 0 {
            self.exact.extend(cells.filled().map(exact));
        }
        self.answer(k)
    }

    fn answer(&mut self, k: usize) -> &[FoundPoint] {
        if self.exact.len() > 4 * k + 64 {
            self.exact.select_nth_unstable(k);
            self.exact.truncate(k);
        }
        self.exact.sort_unstable();
        let found = |&key: &u64| FoundPoint {
            id: (key % ID_VALUES) as u32,
            metres: (key / ID_VALUES) as f64 / 1000.0,
        };
        self.found.clear();
        self.found.extend(self.exact.iter().take(k).map(found));
        &self.found
    }
}

/// One search for the candidates of an answer.
struct Search<'a> {
    cells: &'a ClassCells,
    at: Angles,
    east: i64,
    north: i64,
    squeeze: f32,
    plane: Plane,
    k: usize,
    seen: &'a mut Seen,
}

impl<'a> Search<'a> {
    fn new(cells: &'a ClassCells, at: LonLat, ruler: &Ruler, k: usize, seen: &'a mut Seen) -> Self {
        let angles = Angles::of(at);
        Self {
            cells,
            at: angles,
            east: cells.lattice.eastward(angles.x),
            north: cells.lattice.northward(angles.y),
            squeeze: ruler.cos_lat as f32,
            plane: Plane {
                tan_lat: ruler.tan_lat(),
                steep: 1.0 + (ruler.cos_lat * ruler.cos_lat).recip(),
            },
            k,
            seen,
        }
    }

    /// Sees every point within some square of plane distance, which the `k` nearest are within;
    /// None if the plane cannot tell.
    fn run(mut self) -> Option<f32> {
        let lattice = &self.cells.lattice;
        let (column, row) = lattice.cell(self.at);
        let mut reach = lattice.reach(self.cells.count(), self.k);
        let mut visited = Rectangle::NOTHING;
        let within = loop {
            let wider = Rectangle::around(column, row, reach, lattice.columns, lattice.rows);
            self.between(wider, visited);
            visited = wider;
            let within = self.seen.count(FARTHEST_SQUARE);
            if within >= self.k {
                break within;
            }
            if wider.cells() == lattice.cells() as i64 {
                return None;
            }
            reach += 1 + reach / 2;
        };
        let area = visited.cells() as f32 * lattice.cell_area() * self.squeeze;
        let guess = area * (self.k as f32 + 1.0) / (std::f32::consts::PI * within as f32);
        let limit = self.limit(guess, FARTHEST_SQUARE)?;
        let blocks = self.seen.blocks.len();
        self.disc(limit, visited)?;
        if self.seen.blocks.len() == blocks {
            return Some(limit);
        }
        self.limit(0.8 * limit, limit)
    }

    /// A square that leaves out no point of the answer, from a square that `k` points are within.
    fn limit(&self, guess: f32, most: f32) -> Option<f32> {
        let square = self.seen.holding(self.k, guess, most);
        let parts = f64::from(square).sqrt();
        if parts > TRUSTED {
            return None;
        }
        Some((self.plane.beyond(parts) as f32).min(most))
    }

    /// Visits all cells that the circle of the limit touches and that were not visited.
    fn disc(&mut self, limit: f32, visited: Rectangle) -> Option<()> {
        let lattice = &self.cells.lattice;
        let reach = limit.sqrt() as i64 + 2;
        let broad = (limit.sqrt() / self.squeeze) as i64 + 2;
        if !lattice.whole(self.east, broad) {
            return None;
        }
        let circle = Rectangle {
            west: lattice.column(self.east - broad),
            east: lattice.column(self.east + broad),
            south: lattice.row(self.north - reach),
            north: lattice.row(self.north + reach),
        };
        if circle.within(visited) {
            return Some(());
        }
        for row in circle.south..=circle.north {
            let away = lattice.to_row(self.north, row) as f32 * (1.0 - 1e-6);
            let rest = limit - away * away;
            if rest >= 0.0 {
                let broad = (rest.sqrt() / self.squeeze * (1.0 + 1e-6)) as i64 + 2;
                let west = lattice.column(self.east - broad);
                let east = lattice.column(self.east + broad);
                self.beside(row, west, east, visited);
            }
        }
        Some(())
    }

    /// Visits the cells of a rectangle that are not in the one visited before.
    fn between(&mut self, outer: Rectangle, visited: Rectangle) {
        for row in outer.south..=outer.north {
            self.beside(row, outer.west, outer.east, visited);
        }
    }

    /// Visits the cells of a row that are not in the rectangle visited before.
    fn beside(&mut self, row: i64, west: i64, east: i64, visited: Rectangle) {
        if (visited.south..=visited.north).contains(&row) {
            self.row(row, west, east.min(visited.west - 1));
            self.row(row, west.max(visited.east + 1), east);
        } else {
            self.row(row, west, east);
        }
    }

    /// Visits cells of a row, both ends included; none if they are crossed.
    fn row(&mut self, row: i64, from: i64, to: i64) {
        if from > to {
            return;
        }
        let cells = self.cells;
        let first = cells.lattice.number(0, row);
        let words = row as usize * cells.lattice.words;
        for word in from / 64..=to / 64 {
            let mut bits = cells.occupied[words + word as usize];
            bits &= u64::MAX << (from - word * 64).clamp(0, 63);
            bits &= u64::MAX >> (word * 64 + 63 - to).clamp(0, 63);
            while bits != 0 {
                let column = word as usize * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let mut block = (first + column) as u32;
                while block != NONE {
                    let squares = squares(&cells.blocks[block as usize], self.at, self.squeeze);
                    self.seen.squares.push(squares);
                    self.seen.blocks.push(block);
                    block = cells.next[block as usize];
                }
            }
        }
    }
}
