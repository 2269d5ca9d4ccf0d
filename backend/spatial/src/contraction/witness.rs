use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::hierarchy::UpArc;
use crate::weights::CLOSED;

/// A short search for walks that avoid a junction.
pub(super) struct Witness {
    costs: Vec<u32>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<u64>>,
}

impl Witness {
    pub(super) fn new(junctions: usize) -> Self {
        Self {
            costs: vec![CLOSED; junctions],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
        }
    }

    /// Cost of a walk found by the last search, perhaps not the shortest; [`CLOSED`] without one.
    pub(super) fn cost(&self, junction: u32) -> u32 {
        self.costs[junction as usize]
    }

    /// Searches from a junction up to a cost, settling no more than `patience` junctions.
    pub(super) fn search(
        &mut self,
        arcs: &[Vec<UpArc>],
        from: u32,
        avoided: u32,
        limit: u32,
        patience: usize,
    ) {
        for junction in self.touched.drain(..) {
            self.costs[junction as usize] = CLOSED;
        }
        self.heap.clear();
        self.improve(from, 0);
        let mut settled = 0;
        while let Some(Reverse(reached)) = self.heap.pop() {
            let (cost, junction) = ((reached >> 32) as u32, reached as u32);
            if cost > self.costs[junction as usize] {
                continue;
            }
            settled += 1;
            if cost > limit || settled > patience {
                return;
            }
            for arc in &arcs[junction as usize] {
                if arc.head != avoided {
                    self.improve(arc.head, cost + arc.cost);
                }
            }
        }
    }

    fn improve(&mut self, junction: u32, cost: u32) {
        let known = &mut self.costs[junction as usize];
        if cost < *known {
            if *known == CLOSED {
                self.touched.push(junction);
            }
            *known = cost;
            self.heap
                .push(Reverse(u64::from(cost) << 32 | u64::from(junction)));
        }
    }
}
