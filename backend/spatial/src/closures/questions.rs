//! Questions to streets at the costs of a profile: over all nodes, by search, always exact.

use std::ops::ControlFlow;

use super::Streets;
use crate::nearest::Nearest;
use crate::network::Arc;
use crate::pace::{Pace, to_metres};
use crate::reach::Reached;
use crate::search::{Anchor, NO_WAY, START, Scratch};
use crate::snap::Snap;

impl Streets {
    /// Every node within a time limit, by rising time; equal costs by rising node.
    ///
    /// [`crate::Network::reach`] at the costs of these streets. From an edge that cannot be
    /// walked nothing is reached. Right whether or not there are labels.
    pub fn reach(
        &self,
        scratch: &mut Scratch,
        origin: &Snap,
        limit_ms: u32,
        speed_m_s: f64,
    ) -> Vec<Reached> {
        let mut reached = Vec::new();
        let (Some(origin), Some(pace)) = (self.anchor(origin), Pace::new(speed_m_s)) else {
            return reached;
        };
        let limit_um = pace.within_um(limit_ms);
        let cost_um = |arc: &Arc| self.weights.through_um(arc.edge);
        let visit = |node, length_um| {
            if length_um > limit_um {
                return ControlFlow::Break(());
            }
            reached.push(Reached {
                node,
                ms: pace.ms(length_um),
            });
            ControlFlow::Continue(())
        };
        scratch
            .search
            .run_at(&self.frame.network, origin.ends, cost_um, visit);
        reached
    }

    /// The `k` candidates with the least time from the origin, nearest first.
    ///
    /// [`crate::Network::nearest`] at the costs of these streets; `metres` is what is walked on
    /// the quickest way (of equally quick ways the shortest is not looked for), waits left out.
    /// Right whether or not there are labels.
    pub fn nearest_of(
        &self,
        scratch: &mut Scratch,
        origin: &Snap,
        candidates: &[Snap],
        k: usize,
        speed_m_s: f64,
        limit_ms: Option<u32>,
    ) -> Vec<Nearest> {
        let (Some(start), Some(pace)) = (self.anchor(origin), Pace::new(speed_m_s)) else {
            return Vec::new();
        };
        let limit_um = limit_ms.map_or(u64::MAX, |limit_ms| pace.within_um(limit_ms));
        let found = &mut scratch.candidates;
        found.begin(|snap| self.anchor(snap), &start, candidates, k, limit_um);
        if found.most > 0 {
            let cost_um = |arc: &Arc| self.weights.through_um(arc.edge);
            scratch
                .search
                .run_at(&self.frame.network, start.ends, cost_um, |node, um| {
                    found.visit(node, um)
                });
        }
        let answer = |&(cost_um, index): &(u64, u32)| {
            let index = index as usize;
            Nearest {
                index,
                ms: pace.ms(cost_um),
                metres: to_metres(self.walked_um(scratch, origin, &candidates[index], cost_um)),
            }
        };
        scratch.candidates.best().iter().map(answer).collect()
    }

    /// A snap at the cost of its edge; None where nobody may walk, and for another network's.
    pub(crate) fn anchor(&self, snap: &Snap) -> Option<Anchor> {
        let edge_um = self.weights.edge_um(snap.edge)?;
        let mut anchor = Anchor::at(&self.frame.network, snap, edge_um)?;
        for (end, open) in anchor.ends.iter_mut().zip(self.weights.ways_out(snap.edge)) {
            if !open {
                end.1 = NO_WAY;
            }
        }
        Some(anchor)
    }

    /// Length of the way that the last search found at this cost, legs included.
    pub(crate) fn walked_um(&self, scratch: &Scratch, from: &Snap, to: &Snap, cost_um: u64) -> u64 {
        let known = (self.anchor(from).zip(self.anchor(to)))
            .zip(Anchor::new(&self.frame.network, from).zip(Anchor::new(&self.frame.network, to)));
        let Some(((start, goal), (start_level, goal_level))) = known else {
            return 0;
        };
        if start.direct_um(&goal) == Some(cost_um) {
            return start_level.direct_um(&goal_level).unwrap_or(0);
        }
        let enters = (goal.ends.iter().zip(goal_level.ends)).find(|((node, rest_um), _)| {
            let met_um = scratch.search.met_um(*node);
            met_um.is_some_and(|met_um| met_um.saturating_add(*rest_um) == cost_um)
        });
        let Some((_, (mut node, mut length_um))) = enters else {
            return 0;
        };
        loop {
            let previous = scratch.search.previous(node);
            if previous == START {
                break;
            }
            length_um = length_um.saturating_add(self.step_um(scratch, previous, node));
            node = previous;
        }
        let met_um = scratch.search.met_um(node);
        let leaves = (start.ends.iter().zip(start_level.ends))
            .find(|((end, um), _)| *end == node && Some(*um) == met_um);
        length_um.saturating_add(leaves.map_or(0, |(_, (_, um))| um))
    }

    /// Length of the edge by which the search went from one node to the next.
    fn step_um(&self, scratch: &Scratch, from: u32, to: u32) -> u64 {
        let met_um = |node| scratch.search.met_um(node).unwrap_or(0);
        let step_um = met_um(to).saturating_sub(met_um(from));
        let arcs = self.frame.network.arcs_of(from).iter();
        arcs.filter(|arc| arc.head == to && self.weights.through_um(arc.edge) == Some(step_um))
            .map(|arc| arc.length_um)
            .min()
            .unwrap_or(0)
    }
}
