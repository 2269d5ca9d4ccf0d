//! Cells: the nearest facility of each category, side by side in lanes.
//!
//! A lane is one float that holds cost and facility together: a whole number below 2^53, the cost
//! in its high digits, the facility in its low ones. Adding a cost is then one addition and taking
//! the nearer, or of equally near ones the lower, is one minimum; every x86-64 processor does both
//! on several floats at a time, but cannot compare whole numbers of this size.

use super::Served;
use crate::weights::CLOSED;

/// Facilities of one pass: so many that their numbers and [`CLOSED`] share a float.
pub const MOST_FACILITIES: usize = 1 << 22;

/// What one unit of cost counts in a lane.
const UNIT: f64 = MOST_FACILITIES as f64;

// Sums beyond 2^53 are rounded, but stay above all costs there are.
const _: () = assert!((CLOSED as u64 + 1) * MOST_FACILITIES as u64 <= 1 << f64::MANTISSA_DIGITS);

/// Lanes of one register of today's processors.
pub(super) const QUAD: usize = 4;

/// Four categories.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(32))]
pub(super) struct Quad([f64; QUAD]);

/// All categories at one place, four to a quad.
pub(super) type Cell<const QUADS: usize> = [Quad; QUADS];

/// The numbers of so many facilities; panics for more than [`MOST_FACILITIES`].
pub(super) fn numbers(facilities: usize) -> std::ops::Range<u32> {
    assert!(facilities <= MOST_FACILITIES, "too many facilities");
    0..facilities as u32
}

/// A cost in a lane, to which a facility or another cost can be added.
#[inline(always)]
pub(super) fn lane(cost: u32) -> f64 {
    f64::from(cost) * UNIT
}

/// A facility at a cost in a lane.
#[inline]
pub(super) fn offered(facility: u32, cost: u32) -> f64 {
    lane(cost) + f64::from(facility)
}

/// What a lane holds; its cost may be beyond the limit.
#[inline]
pub(super) fn served(lane: f64) -> Served {
    let whole = lane as u64;
    Served {
        facility: (whole % MOST_FACILITIES as u64) as u32,
        cost: (whole / MOST_FACILITIES as u64) as u32,
    }
}

/// The nearer of two lanes. Written as the one instruction is: [`f64::min`] also minds NaN.
#[inline(always)]
pub(super) fn nearer(one: f64, other: f64) -> f64 {
    if one < other { one } else { other }
}

impl Quad {
    /// The same in all lanes.
    #[inline(always)]
    const fn all(lane: f64) -> Self {
        Self([lane; QUAD])
    }
}

/// Nothing nearer than a cost.
#[inline(always)]
pub(super) fn beyond<const QUADS: usize>(over: u32) -> Cell<QUADS> {
    [Quad::all(lane(over)); QUADS]
}

/// Takes what is offered in a lane if it is nearer.
#[inline]
pub(super) fn offer<const QUADS: usize>(cell: &mut Cell<QUADS>, lane: usize, offered: f64) {
    let known = &mut cell[lane / QUAD].0[lane % QUAD];
    *known = nearer(offered, *known);
}

/// Takes over what is nearer from another cell, at a cost from here.
#[inline(always)]
pub(super) fn relax<const QUADS: usize>(cell: &mut Cell<QUADS>, other: &Cell<QUADS>, cost: u32) {
    let cost = lane(cost);
    for quad in 0..QUADS {
        for lane in 0..QUAD {
            let through = other[quad].0[lane] + cost;
            cell[quad].0[lane] = nearer(through, cell[quad].0[lane]);
        }
    }
}

/// The cells of many places, as wide as the categories in use need.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    quads: Vec<Quad>,
    /// Quads of each cell; zero before the first use.
    width: usize,
}

impl Cells {
    /// Makes room for so many places; what the cells hold is left from before.
    pub(super) fn room<const QUADS: usize>(&mut self, places: usize) -> &mut [Cell<QUADS>] {
        self.width = QUADS;
        self.quads.resize(places * QUADS, Quad::all(0.0));
        self.quads.as_chunks_mut().0
    }

    /// All cells; `QUADS` must be what room was made for.
    pub(super) fn all<const QUADS: usize>(&self) -> &[Cell<QUADS>] {
        debug_assert_eq!(self.width, QUADS);
        self.quads.as_chunks().0
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Number of places.
    pub(super) fn len(&self) -> usize {
        self.quads.len() / self.width.max(1)
    }

    /// A lane of a place; None if it is not in use. Panics for a place that is not there.
    pub(super) fn lane(&self, place: u32, lane: usize) -> Option<f64> {
        let first = place as usize * self.width;
        let cell = &self.quads[first..first + self.width.max(1)];
        Some(cell.get(lane / QUAD)?.0[lane % QUAD])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAST: u32 = MOST_FACILITIES as u32 - 1;

    #[test]
    fn lanes_keep_cost_and_facility_apart() {
        for cost in [0, 1, 12_600_000, CLOSED - 1, CLOSED] {
            for facility in [0, 1, LAST - 1, LAST] {
                let lane = offered(facility, cost);
                assert_eq!(served(lane), Served { facility, cost });
                let further = served(lane + super::lane(CLOSED - cost));
                assert_eq!((further.facility, further.cost), (facility, CLOSED));
            }
            // The cost decides, then the facility.
            assert!(offered(LAST, cost) < offered(0, cost + 1));
            assert!(offered(LAST - 1, cost) < offered(LAST, cost));
        }
    }

    #[test]
    fn sums_that_are_rounded_stay_beyond_every_limit() {
        for facility in [0, 1, 3, LAST] {
            let sum = offered(facility, CLOSED) + lane(CLOSED);
            assert!(sum > offered(LAST, CLOSED));
            let mut cell = beyond::<1>(CLOSED);
            relax(&mut cell, &[Quad::all(offered(facility, CLOSED))], CLOSED);
            assert_eq!(cell, beyond::<1>(CLOSED));
        }
    }

    #[test]
    fn as_many_facilities_have_numbers_as_are_allowed() {
        assert_eq!(numbers(MOST_FACILITIES).last(), Some(LAST));
        assert!(numbers(0).is_empty());
    }

    #[test]
    #[should_panic(expected = "too many facilities")]
    fn more_facilities_have_none() {
        numbers(MOST_FACILITIES + 1);
    }
}
