use super::Served;
use crate::sweep::{LANES, cost, lane};

/// Nearest facility of each category: costs in one set of lanes, facilities in another.
///
/// Beyond the limit the cost is the limit and one more; the facility is then 0, so that no other
/// at that cost replaces it.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Cell {
    costs: [i32; LANES],
    facilities: [i32; LANES],
}

impl Cell {
    /// Nothing nearer than a cost.
    #[inline(always)]
    pub(super) const fn beyond(over: u32) -> Self {
        Self {
            costs: [lane(over); LANES],
            facilities: [0; LANES],
        }
    }

    /// Takes over what is nearer from another cell, at a cost from here.
    ///
    /// Of equally near facilities the lower stays: a lower one is compared as if nearer by one.
    /// Only the first `USED` categories are looked at.
    #[inline(always)]
    pub(super) fn relax<const USED: usize>(&mut self, other: &Self, cost: u32) {
        for lane in 0..USED {
            self.relax_one(other, cost, lane);
        }
    }

    #[inline(always)]
    fn relax_one(&mut self, other: &Self, cost: u32, lane: usize) {
        let through = other.costs[lane] + cost as i32;
        let facility = other.facilities[lane];
        let lower = i32::from(facility < self.facilities[lane]);
        let nearer = through - lower < self.costs[lane];
        self.costs[lane] = if nearer { through } else { self.costs[lane] };
        self.facilities[lane] = if nearer {
            facility
        } else {
            self.facilities[lane]
        };
    }

    /// Like [`Cell::relax`] for the categories whose bits are set.
    #[inline(always)]
    pub(super) fn relax_few(&mut self, other: &Self, cost: u32, mut categories: u16) {
        while categories != 0 {
            self.relax_one(other, cost, categories.trailing_zeros() as usize % LANES);
            categories &= categories - 1;
        }
    }

    /// Takes a facility at a cost if it is nearer, or as near and lower.
    #[inline]
    pub(super) fn offer(&mut self, category: usize, facility: u32, cost: u32) {
        let offered = (lane(cost), facility as i32);
        if offered < (self.costs[category], self.facilities[category]) {
            (self.costs[category], self.facilities[category]) = offered;
        }
    }

    /// The facility of a category; its cost may be beyond the limit.
    pub(super) fn served(&self, category: usize) -> Served {
        Served {
            facility: self.facilities[category] as u32,
            cost: cost(self.costs[category]),
        }
    }
}
