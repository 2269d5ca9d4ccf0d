//! Coverage: the nearest facility of every category from everywhere at once.
//!
//! One pass answers for up to [`CATEGORIES`] categories. Facilities are carried up the hierarchy,
//! then one sweep over all junctions by falling number brings them down: no queue, every arc once,
//! all categories side by side in lanes. What lies inside a street is derived from its two ends.

use crate::hierarchy::Upward;
use crate::sweep::Marks;
use crate::weights::{CLOSED, Position};

mod cell;
mod nodes;
mod pass;
mod places;

pub use cell::MOST_FACILITIES;
use cell::{Cell, Cells, QUAD, beyond, nearer, offer, offered, relax, served};
pub use nodes::NodeCoverage;
pub use places::NodePlaces;

/// Categories of one pass.
pub const CATEGORIES: usize = 4 * QUAD;

/// In place of a facility of the pass.
const NOBODY: u32 = u32::MAX;

/// A facility that serves its surroundings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facility {
    /// What it offers; facilities of one category replace each other.
    pub category: u32,
    /// Where it lies, leg to the street included.
    pub position: Position,
}

/// The nearest facility of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// Its place in the list of facilities; the lowest of equally near ones.
    pub facility: u32,
    /// Cost of the walk, both legs included; see [`crate::cost_ms`].
    pub cost: u32,
}

/// Answers of one pass, in memory that the next pass uses again.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    cells: Cells,
    /// Junctions above a facility.
    marks: Marks,
    first_category: u32,
    /// The least cost beyond the limit.
    over: u32,
    /// Facilities of the pass.
    beside: Vec<Beside>,
    /// Place in `beside` of a facility on each chain.
    on_chain: Vec<u32>,
}

/// A facility as seen from its own street.
#[derive(Debug, Clone, Copy)]
struct Beside {
    lane: usize,
    facility: u32,
    position: Position,
    /// Place of another facility on the same chain.
    next: u32,
}

/// The greatest cost within a time at a speed; None for speeds that get nowhere.
pub fn cost_within(limit_ms: u32, speed_m_s: f64) -> Option<u32> {
    let walks = speed_m_s.is_finite() && speed_m_s > 0.0;
    // 0.1 mm at a metre a second is 0.1 ms.
    walks.then(|| ((f64::from(limit_ms) * speed_m_s * 10.0).floor() as u32).min(CLOSED - 1))
}

impl Coverage {
    /// Nothing covered yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Finds the nearest facilities of [`CATEGORIES`] categories from `first_category` on.
    ///
    /// Others are left out; a cost of exactly `limit` is within it. Linear in junctions, arcs and
    /// facilities; allocates on the first call only, unless lists grow.
    /// Positions must belong to the network of `upward`; panics for a junction that is not there,
    /// and for more than [`MOST_FACILITIES`] facilities.
    pub fn fill(
        &mut self,
        upward: &Upward,
        facilities: &[Facility],
        first_category: u32,
        limit: u32,
    ) {
        self.first_category = first_category;
        self.over = limit.min(CLOSED - 1) + 1;
        match self.note(facilities).div_ceil(QUAD) {
            0 | 1 => self.sweep::<1>(upward),
            2 => self.sweep::<2>(upward),
            3 => self.sweep::<3>(upward),
            _ => self.sweep::<4>(upward),
        }
    }

    /// Number of junctions of the last pass.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether nothing was asked yet, or of a network without junctions.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nearest facility from a junction; None beyond the limit or for another pass' category.
    ///
    /// Panics for a junction that is not there.
    pub fn at_junction(&self, junction: u32, category: u32) -> Option<Served> {
        let lane = lane_of(category, self.first_category)?;
        within(self.cells.lane(junction, lane)?, self.over)
    }

    /// The nearest facility from a position, its leg included; None as for a junction.
    ///
    /// Constant time, and linear in the facilities on the same street.
    pub fn at(&self, position: &Position, category: u32) -> Option<Served> {
        let lane = lane_of(category, self.first_category)?;
        let mut best = cell::lane(self.over);
        for (junction, cost) in position.ends {
            if let Some(there) = self.cells.lane(junction, lane) {
                best = nearer(there + cell::lane(cost), best);
            }
        }
        for beside in self.along(position).filter(|beside| beside.lane == lane) {
            let cost = beside.position.direct(position);
            best = nearer(offered(beside.facility, cost), best);
        }
        within(best, self.over)
    }

    /// What a position sees through both ends of its street, and on the street itself.
    #[inline(always)]
    fn cell<const QUADS: usize>(&self, position: &Position) -> Cell<QUADS> {
        let cells = self.cells.all::<QUADS>();
        let mut cell = beyond(self.over);
        for (junction, cost) in position.ends {
            relax(&mut cell, &cells[junction as usize], cost);
        }
        for beside in self.along(position) {
            let cost = beside.position.direct(position);
            offer(&mut cell, beside.lane, offered(beside.facility, cost));
        }
        cell
    }

    /// The facilities on a position's own street.
    #[inline(always)]
    fn along(&self, position: &Position) -> impl Iterator<Item = &Beside> {
        let first = self.on_chain.get(position.chain as usize);
        let at = |&place: &u32| self.beside.get(place as usize);
        std::iter::successors(first.and_then(at), move |beside| at(&beside.next))
    }
}

/// Lane of a category in the pass that begins with another; None outside the pass.
fn lane_of(category: u32, first: u32) -> Option<usize> {
    let lane = category.checked_sub(first)? as usize;
    (lane < CATEGORIES).then_some(lane)
}

fn within(lane: f64, over: u32) -> Option<Served> {
    let served = served(lane);
    (served.cost < over).then_some(served)
}

#[cfg(test)]
mod tests;
