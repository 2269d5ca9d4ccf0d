//! Contraction with witnesses: the order and the arcs that make labels short.
//!
//! The order of [`crate::Hierarchy`] must suit any weights, and its labels pay for it with half
//! as many hubs again. Here junctions are ranked by how few arcs their contraction adds under
//! given weights, and an arc is added only where no other walk is as short. The rank is found
//! once; under other weights the same rank still gives right labels, only longer ones.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::hierarchy::{UpArc, Upward};
use crate::junctions::{JunctionGraph, NONE};
use crate::weights::CLOSED;

mod witness;

use witness::Witness;

/// Junctions a search for a witness settles while ranks are found, and while arcs are added.
///
/// A search cut short adds an arc that was not needed; it never loses one that was.
const PATIENCE: [usize; 2] = [60, 80];

/// The junctions not contracted so far and the arcs among them.
struct Remaining {
    arcs: Vec<Vec<UpArc>>,
    witness: Witness,
}

impl JunctionGraph {
    /// Junctions by rising importance for shortest walks at these costs of chains.
    ///
    /// Some 30 microseconds a junction in a town. Deterministic.
    pub fn hub_order(&self, chains: &[u32]) -> Vec<u32> {
        let count = self.len();
        let mut remaining = Remaining::new(self, chains);
        // How many contractions deep the junctions below each are: keeps contraction even.
        let mut depth = vec![0u32; count];
        let mut done = vec![false; count];
        let mut order = Vec::with_capacity(count);
        let mut first = |junction| Reverse((remaining.price(junction, 0), junction));
        let mut heap: BinaryHeap<_> = (0..count as u32).map(&mut first).collect();
        while let Some(Reverse((price, junction))) = heap.pop() {
            if done[junction as usize] {
                continue;
            }
            let now = remaining.price(junction, depth[junction as usize]);
            if now > price && heap.peek().is_some_and(|Reverse(next)| now > next.0) {
                heap.push(Reverse((now, junction)));
                continue;
            }
            done[junction as usize] = true;
            order.push(junction);
            let below = depth[junction as usize] + 1;
            for arc in remaining.contract(junction) {
                let depth = &mut depth[arc.head as usize];
                *depth = (*depth).max(below);
            }
        }
        order
    }

    /// Arcs to higher junctions when contracted in this order, numbered by their place in it.
    ///
    /// Some 5 microseconds a junction in a town. The order must name each junction once.
    pub fn contracted(&self, chains: &[u32], order: &[u32]) -> Upward {
        let mut rank = vec![NONE; self.len()];
        for (place, &junction) in (0u32..).zip(order) {
            rank[junction as usize] = place;
        }
        let mut remaining = Remaining::new(self, chains);
        let (mut first, mut arcs) = (vec![0], Vec::new());
        for &junction in order {
            let begin = arcs.len();
            arcs.extend(remaining.contract(junction).into_iter().map(|arc| UpArc {
                head: rank[arc.head as usize],
                ..arc
            }));
            arcs[begin..].sort_unstable_by_key(|arc| arc.head);
            first.push(arcs.len() as u32);
        }
        Upward::new(first, arcs)
    }
}

impl Remaining {
    fn new(graph: &JunctionGraph, chains: &[u32]) -> Self {
        let arcs = |junction| {
            let mut arcs: Vec<UpArc> = Vec::new();
            for arc in graph.arcs_of(junction) {
                let cost = chains.get(arc.chain as usize).copied().unwrap_or(CLOSED);
                if cost < CLOSED {
                    join(&mut arcs, arc.head, cost);
                }
            }
            arcs
        };
        Self {
            arcs: (0..graph.len() as u32).map(arcs).collect(),
            witness: Witness::new(graph.len()),
        }
    }

    /// How unwelcome contraction is: arcs it adds, for each it takes and in all, and its depth.
    fn price(&mut self, junction: u32, depth: u32) -> i64 {
        let mut added = 0;
        self.missing(junction, PATIENCE[0], |_, _, _| added += 1);
        let taken = self.arcs[junction as usize].len() as i64;
        1000 * (added - taken + 2 * i64::from(depth)) + 2000 * added / taken.max(1)
    }

    /// Takes a junction away, keeps all others as far apart as they were, and returns its arcs.
    fn contract(&mut self, junction: u32) -> Vec<UpArc> {
        let mut added = Vec::new();
        self.missing(junction, PATIENCE[1], |one, other, cost| {
            added.push((one, other, cost))
        });
        let taken = std::mem::take(&mut self.arcs[junction as usize]);
        for arc in &taken {
            self.arcs[arc.head as usize].retain(|back| back.head != junction);
        }
        for (one, other, cost) in added {
            join(&mut self.arcs[one as usize], other, cost);
            join(&mut self.arcs[other as usize], one, cost);
        }
        taken
    }

    /// Names the pairs of neighbours that have no walk as short as the one through a junction.
    fn missing(&mut self, junction: u32, patience: usize, mut name: impl FnMut(u32, u32, u32)) {
        let around = &self.arcs[junction as usize];
        for (place, one) in around.iter().enumerate() {
            let others = &around[place + 1..];
            let Some(farthest) = others.iter().map(|other| other.cost).max() else {
                break;
            };
            let limit = one.cost.saturating_add(farthest);
            self.witness
                .search(&self.arcs, one.head, junction, limit, patience);
            for other in others {
                let through = one.cost + other.cost;
                if through < CLOSED && self.witness.cost(other.head) > through {
                    name(one.head, other.head, through);
                }
            }
        }
    }
}

/// Adds an arc, or makes the one there is cheaper.
fn join(arcs: &mut Vec<UpArc>, head: u32, cost: u32) {
    match arcs.iter_mut().find(|arc| arc.head == head) {
        Some(arc) => arc.cost = arc.cost.min(cost),
        None => arcs.push(UpArc { head, cost }),
    }
}

#[cfg(test)]
mod tests;
