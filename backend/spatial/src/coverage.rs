//! Coverage: the nearest facility of every category from everywhere at once.
//!
//! One pass answers for up to [`CATEGORIES`] categories. Facilities are carried up the hierarchy,
//! then one sweep over all junctions by falling number brings them down: no queue, every arc once,
//! all categories side by side in lanes. What lies inside a street is derived from its two ends.

use crate::hierarchy::Upward;
use crate::sweep::{LANES, Marks};
use crate::weights::{CLOSED, Position};

mod cell;
mod nodes;
mod pass;
mod places;

use cell::Cell;
pub use nodes::NodeCoverage;
pub use places::NodePlaces;

/// Categories of one pass.
pub const CATEGORIES: usize = LANES;

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
    cells: Vec<Cell>,
    /// Junctions above a facility.
    marks: Marks,
    /// Categories known at each marked junction, a bit each.
    known: Vec<u16>,
    first_category: u32,
    /// The least cost beyond the limit.
    over: u32,
    /// Facilities of the pass.
    beside: Vec<Beside>,
    /// Chain and place in `beside` of each, sorted.
    by_chain: Vec<(u32, u32)>,
    /// Chains with a facility.
    chains: Marks,
}

/// A facility as seen from its own street.
#[derive(Debug, Clone, Copy)]
struct Beside {
    lane: usize,
    facility: u32,
    position: Position,
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
    /// Others are left out; a cost of exactly `limit` is within it. Linear in junctions and arcs,
    /// however many facilities there are, but for sorting these by street; allocates on the first
    /// call only, unless lists grow.
    /// Positions must belong to the network of `upward`; panics for a junction that is not there.
    pub fn fill(
        &mut self,
        upward: &Upward,
        facilities: &[Facility],
        first_category: u32,
        limit: u32,
    ) {
        self.first_category = first_category;
        self.over = limit.min(CLOSED - 1) + 1;
        self.marks.clear(upward.len());
        if self.cells.len() != upward.len() {
            self.cells.resize(upward.len(), Cell::beyond(self.over));
            self.known.resize(upward.len(), 0);
        }
        // Lanes come four at a time on every processor.
        match self.seed(facilities).div_ceil(4) {
            0 | 1 => self.sweep::<4>(upward),
            2 => self.sweep::<8>(upward),
            3 => self.sweep::<12>(upward),
            _ => self.sweep::<LANES>(upward),
        }
    }

    /// Number of junctions of the last pass.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether nothing was asked yet, or of a network without junctions.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The nearest facility from a junction; None beyond the limit or for another pass' category.
    ///
    /// Panics for a junction that is not there.
    pub fn at_junction(&self, junction: u32, category: u32) -> Option<Served> {
        let lane = lane_of(category, self.first_category)?;
        within(self.cells[junction as usize].served(lane), self.over)
    }

    /// The nearest facility from a position, its leg included; None as for a junction.
    ///
    /// Constant time, and linear in the facilities on the same street.
    pub fn at(&self, position: &Position, category: u32) -> Option<Served> {
        let lane = lane_of(category, self.first_category)?;
        within(self.cell(position).served(lane), self.over)
    }

    /// What a position sees through both ends of its street, and on the street itself.
    #[inline(always)]
    fn cell(&self, position: &Position) -> Cell {
        let mut cell = Cell::beyond(self.over);
        for (junction, cost) in position.ends {
            cell.relax::<LANES>(&self.cells[junction as usize], cost);
        }
        if self.chains.contains(position.chain) {
            self.along(position, &mut cell);
        }
        cell
    }

    /// Offers the facilities on the position's own street.
    fn along(&self, position: &Position, cell: &mut Cell) {
        let chain = position.chain;
        let first = self.by_chain.partition_point(|&(other, _)| other < chain);
        let here = self.by_chain[first..].iter();
        for &(_, place) in here.take_while(|&&(other, _)| other == chain) {
            let beside = &self.beside[place as usize];
            let cost = beside.position.direct(position);
            if cost < self.over {
                cell.offer(beside.lane, beside.facility, cost);
            }
        }
    }
}

/// Lane of a category in the pass that begins with another; None outside the pass.
fn lane_of(category: u32, first: u32) -> Option<usize> {
    let lane = category.checked_sub(first)? as usize;
    (lane < CATEGORIES).then_some(lane)
}

fn within(served: Served, over: u32) -> Option<Served> {
    (served.cost < over).then_some(served)
}

#[cfg(test)]
mod tests;
