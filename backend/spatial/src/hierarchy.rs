//! Contraction hierarchy over junctions, in two steps that change at different rates.
//!
//! [`Hierarchy`] is the topology: which arcs contraction adds, and every triangle of arcs. It
//! depends on the order alone and serves all profiles. [`Metric`] is the cost of every arc for one
//! set of [`crate::Weights`]; a closure makes a new one in about a millisecond. [`Upward`] keeps
//! only the arcs that some shortest walk needs: what sweeps and labels run on.
//!
//! A junction's number is its rank, so "upward" is "to a higher number". Walks cost the same in
//! both directions; one cost an arc therefore serves the way up and the way down.

use crate::junctions::{JunctionGraph, NONE};
use crate::weights::CLOSED;

mod ascent;
mod metric;

pub use ascent::Ascent;
pub use metric::{Metric, UpArc, Upward};

/// Arcs from every junction to higher ones, closed under contraction.
#[derive(Debug, Clone, PartialEq)]
pub struct Hierarchy {
    /// Where the arcs of a junction begin; one entry more than junctions.
    first: Vec<u32>,
    /// Higher ends of the arcs, rising within a junction.
    heads: Vec<u32>,
    /// For each pair of arcs of a junction, in order: the arc between their heads.
    opposite: Vec<u32>,
    /// The arc of each chain; NONE for chains that return.
    arc_of_chain: Vec<u32>,
}

impl Hierarchy {
    /// Contracts the junctions by rising number; about linear in the triangles that result.
    pub fn new(graph: &JunctionGraph) -> Self {
        let (first, heads) = contract(graph);
        let mut hierarchy = Self {
            first,
            heads,
            opposite: Vec::new(),
            arc_of_chain: Vec::new(),
        };
        hierarchy.opposite = hierarchy.triangles();
        let arc = |chain: &crate::Chain| {
            hierarchy
                .arc(chain.a.min(chain.b), chain.a.max(chain.b))
                .unwrap_or(NONE)
        };
        hierarchy.arc_of_chain = graph.chains().iter().map(arc).collect();
        hierarchy
    }

    /// Number of junctions.
    pub fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// Whether there is no junction.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Arcs from a junction, as indices into [`Hierarchy::heads`]; panics for an unknown junction.
    pub fn up(&self, junction: u32) -> std::ops::Range<usize> {
        self.first[junction as usize] as usize..self.first[junction as usize + 1] as usize
    }

    /// Higher ends of all arcs.
    pub fn heads(&self) -> &[u32] {
        &self.heads
    }

    /// The lowest junction above, to which everything above this one is connected.
    pub fn parent(&self, junction: u32) -> Option<u32> {
        self.heads[self.up(junction)].first().copied()
    }

    /// Number of triangles of arcs; customising visits each once.
    pub fn triangle_count(&self) -> usize {
        self.opposite.len()
    }

    /// Bytes held on the heap.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.first[..])
            + size_of_val(&self.heads[..])
            + size_of_val(&self.opposite[..])
            + size_of_val(&self.arc_of_chain[..])
    }

    /// The arc between two junctions, the lower one first.
    fn arc(&self, low: u32, high: u32) -> Option<u32> {
        let up = self.up(low);
        let place = self.heads[up.clone()].binary_search(&high).ok()?;
        Some((up.start + place) as u32)
    }

    /// Lists the third arc of every triangle, by its lowest junction.
    fn triangles(&self) -> Vec<u32> {
        let mut opposite = Vec::new();
        for junction in 0..self.len() as u32 {
            let up = self.up(junction);
            for one in up.clone() {
                // Both lists are sorted and the second holds all of the first: one walk suffices.
                let mut arc = self.first[self.heads[one] as usize];
                for other in one + 1..up.end {
                    while self.heads[arc as usize] != self.heads[other] {
                        arc += 1;
                    }
                    opposite.push(arc);
                }
            }
        }
        opposite
    }
}

/// Arcs to higher junctions, with those that contraction adds.
fn contract(graph: &JunctionGraph) -> (Vec<u32>, Vec<u32>) {
    let count = graph.len();
    // Children by parent, as linked lists: a junction hands its arcs to its lowest head only.
    let (mut child, mut sibling) = (vec![NONE; count], vec![NONE; count]);
    let (mut first, mut heads) = (vec![0u32], Vec::new());
    let mut found: Vec<u32> = Vec::new();
    let mut marked = vec![NONE; count];
    for junction in 0..count as u32 {
        found.clear();
        let mut find = |head: u32| {
            if head > junction && marked[head as usize] != junction {
                marked[head as usize] = junction;
                found.push(head);
            }
        };
        graph
            .arcs_of(junction)
            .iter()
            .for_each(|arc| find(arc.head));
        let mut below = child[junction as usize];
        while below != NONE {
            let arcs = first[below as usize] as usize..first[below as usize + 1] as usize;
            heads[arcs].iter().for_each(|&head| find(head));
            below = sibling[below as usize];
        }
        found.sort_unstable();
        if let Some(&parent) = found.first() {
            sibling[junction as usize] = child[parent as usize];
            child[parent as usize] = junction;
        }
        heads.extend(&found);
        first.push(heads.len() as u32);
    }
    (first, heads)
}

#[cfg(test)]
pub(crate) mod checks;
#[cfg(test)]
mod tests;
