use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

use crate::nearest::Candidates;
use crate::network::{Arc, Network};
use crate::pace::{part_um, to_um};
use crate::snap::Snap;

/// No node: the beginning of a way back.
pub(crate) const START: u32 = u32::MAX;

/// No way from a snap to an end of its edge.
pub(crate) const NO_WAY: u64 = u64::MAX;

/// Working memory of a search: keep one per thread and pass it to every question.
///
/// It fits any network and grows to the largest it has seen; nothing in it outlives a question.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(crate) search: Search,
    pub(crate) candidates: Candidates,
}

impl Scratch {
    /// Empty working memory.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Dijkstra's algorithm from at most two nodes.
#[derive(Debug, Default)]
pub(crate) struct Search {
    round: u32,
    marks: Vec<Mark>,
    /// Length first, node second: equal lengths are settled by rising node, always the same way.
    heap: BinaryHeap<Reverse<(u64, u32)>>,
}

/// What a search knows about a node; void unless of the current round.
#[derive(Debug, Default, Clone, Copy)]
struct Mark {
    round: u32,
    previous: u32,
    length_um: u64,
}

impl Search {
    /// Settles nodes by rising length until `visit` breaks or nothing is left.
    pub(crate) fn run(
        &mut self,
        network: &Network,
        starts: [(u32, u64); 2],
        visit: impl FnMut(u32, u64) -> ControlFlow<()>,
    ) {
        self.run_at(network, starts, |arc| Some(arc.length_um), visit);
    }

    /// Settles nodes by rising cost, given for each arc; None for one that cannot be walked.
    pub(crate) fn run_at(
        &mut self,
        network: &Network,
        starts: [(u32, u64); 2],
        cost_um: impl Fn(&Arc) -> Option<u64>,
        mut visit: impl FnMut(u32, u64) -> ControlFlow<()>,
    ) {
        self.begin(network.ids.len());
        for (node, length_um) in starts {
            if length_um < NO_WAY {
                self.improve(node, length_um, START);
            }
        }
        while let Some(Reverse((length_um, node))) = self.heap.pop() {
            if self.marks[node as usize].length_um < length_um {
                continue;
            }
            if visit(node, length_um).is_break() {
                return;
            }
            for arc in network.arcs_of(node) {
                if let Some(cost_um) = cost_um(arc) {
                    self.improve(arc.head, length_um.saturating_add(cost_um), node);
                }
            }
        }
    }

    /// Length to a node as far as the last run knows it; None if it was not met.
    pub(crate) fn met_um(&self, node: u32) -> Option<u64> {
        let mark = self.marks.get(node as usize)?;
        (mark.round == self.round).then_some(mark.length_um)
    }

    /// The node before this one on the shortest way of the last run.
    pub(crate) fn previous(&self, node: u32) -> u32 {
        self.marks[node as usize].previous
    }

    /// Voids all marks by counting up the round, which is cheaper than clearing them.
    fn begin(&mut self, nodes: usize) {
        self.heap.clear();
        if self.marks.len() < nodes {
            self.marks.resize(nodes, Mark::default());
        }
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.marks.fill(Mark::default());
            self.round = 1;
        }
    }

    fn improve(&mut self, node: u32, length_um: u64, previous: u32) {
        let mark = &mut self.marks[node as usize];
        if mark.round == self.round && mark.length_um <= length_um {
            return;
        }
        *mark = Mark {
            round: self.round,
            previous,
            length_um,
        };
        self.heap.push(Reverse((length_um, node)));
    }
}

/// A snap as the search sees it: two ends, the lengths to them, and the leg to the street.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anchor {
    pub(crate) edge: u32,
    pub(crate) component: u32,
    /// Both ends of the edge with the length to each, leg included.
    pub(crate) ends: [(u32, u64); 2],
    pub(crate) leg_um: u64,
    /// Length along the edge from its `a` end.
    along_um: u64,
}

impl Anchor {
    /// None for a snap to an edge that this network does not have.
    pub(crate) fn new(network: &Network, snap: &Snap) -> Option<Self> {
        let length_um = network.edges.get(snap.edge as usize)?.length_um;
        Self::at(network, snap, length_um)
    }

    /// The same where the edge costs something else than its length.
    pub(crate) fn at(network: &Network, snap: &Snap, edge_um: u64) -> Option<Self> {
        let edge = network.edges.get(snap.edge as usize)?;
        let leg_um = to_um(snap.snap_m);
        let along_um = part_um(edge_um, snap.fraction);
        let to_b_um = edge_um - along_um;
        Some(Self {
            edge: snap.edge,
            component: network.component[edge.a as usize],
            ends: [
                (edge.a, leg_um.saturating_add(along_um)),
                (edge.b, leg_um.saturating_add(to_b_um)),
            ],
            leg_um,
            along_um,
        })
    }

    /// Length to another snap along the edge both lie on, legs included.
    pub(crate) fn direct_um(&self, other: &Self) -> Option<u64> {
        (self.edge == other.edge).then(|| {
            let along_um = self.along_um.abs_diff(other.along_um);
            along_um
                .saturating_add(self.leg_um)
                .saturating_add(other.leg_um)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;

    #[test]
    fn rounds_may_wrap() {
        let map = Drawn::new("a--b--c   d--e--f");
        let network = map.network();
        let mut search = Search {
            round: u32::MAX - 1,
            ..Search::default()
        };
        // Nodes that the rounds before have not touched must not look like known ones.
        for first in [0, 3, 0] {
            let mut settled = Vec::new();
            search.run(&network, [(first, 0), (first + 1, 5)], |node, length_um| {
                settled.push((node, length_um));
                ControlFlow::Continue(())
            });
            assert_eq!(settled.len(), 3);
            assert_eq!(settled[..2], [(first, 0), (first + 1, 5)]);
            assert_eq!(search.previous(first + 2), first + 1);
        }
    }

    #[test]
    fn a_scratch_serves_networks_of_any_size() {
        let (small, large) = (Drawn::new("a--b"), Drawn::new("a--b--c--d--e"));
        let mut scratch = Scratch::new();
        for map in [&small, &large, &small] {
            let network = map.network();
            let start = network.snap(network.node_at(0)).unwrap();
            let reached = network.reach(&mut scratch, &start, u32::MAX, 1.0);
            assert_eq!(reached.len(), network.summary().nodes);
        }
    }
}
