use super::Lanes;
use crate::hierarchy::{UpArc, Upward};
use crate::sweep::{Marks, ascend};
use crate::weights::{CLOSED, Position};

/// The part of the hierarchy above a set of targets, in the order of the sweep.
///
/// Junctions are numbered anew, the highest first, so that the sweep reads its memory forwards.
#[derive(Debug, Clone, Default)]
pub(super) struct Restricted {
    /// The junction of each number.
    junctions: Vec<u32>,
    /// The number of each junction; void for junctions that are not above a target.
    numbers: Vec<u32>,
    /// Where the arcs of each number begin; one entry more than numbers.
    first: Vec<u32>,
    /// Arcs to lower numbers.
    arcs: Vec<UpArc>,
    /// Numbers of the junctions around each target, with costs.
    ends: Vec<[(u32, u32); 2]>,
    /// Chain and index of each target, sorted.
    chains: Vec<(u32, u32)>,
}

impl Restricted {
    /// Chooses everything above these targets; linear in that, and in a 64th of all junctions.
    pub(super) fn choose(&mut self, upward: &Upward, marks: &mut Marks, targets: &[Position]) {
        marks.clear(upward.len());
        for (junction, cost) in targets.iter().flat_map(|target| target.ends) {
            if cost < CLOSED {
                marks.insert(junction);
            }
        }
        ascend(upward, marks, |_, _, _, _| {});
        self.junctions.clear();
        let mut next = marks.next(0);
        while let Some(junction) = next {
            self.junctions.push(junction);
            next = marks.next(junction + 1);
        }
        self.junctions.reverse();
        self.numbers.resize(upward.len(), 0);
        self.arcs.clear();
        self.first.clear();
        self.first.push(0);
        for (number, &junction) in (0u32..).zip(&self.junctions) {
            self.numbers[junction as usize] = number;
            let numbers = &self.numbers;
            self.arcs
                .extend(upward.arcs_of(junction).iter().map(|arc| UpArc {
                    head: numbers[arc.head as usize],
                    cost: arc.cost,
                }));
            self.first.push(self.arcs.len() as u32);
        }
        self.place(targets);
    }

    /// Notes where the targets are.
    fn place(&mut self, targets: &[Position]) {
        let numbers = &self.numbers;
        let end = |(junction, cost): (u32, u32)| {
            // Any number does for an end that is closed.
            let number = if cost < CLOSED {
                numbers[junction as usize]
            } else {
                0
            };
            (number, cost)
        };
        self.ends.clear();
        self.ends
            .extend(targets.iter().map(|target| target.ends.map(end)));
        self.chains.clear();
        let chains = (0u32..)
            .zip(targets)
            .map(|(index, target)| (target.chain, index));
        self.chains.extend(chains);
        self.chains.sort_unstable();
    }

    /// Numbers in use, and at least one.
    pub(super) fn len(&self) -> usize {
        self.junctions.len().max(1)
    }

    /// Numbers of the junctions around each target, with costs.
    pub(super) fn ends(&self) -> &[[(u32, u32); 2]] {
        &self.ends
    }

    /// Chain and index of the targets on a chain.
    pub(super) fn on_chain(&self, chain: u32) -> &[(u32, u32)] {
        let first = self.chains.partition_point(|&(other, _)| other < chain);
        let here = self.chains[first..].partition_point(|&(other, _)| other == chain);
        &self.chains[first..first + here]
    }

    /// Brings the costs of marked junctions down to all chosen ones.
    pub(super) fn sweep(&self, marks: &Marks, up: &[Lanes], down: &mut [Lanes]) {
        for (number, &junction) in self.junctions.iter().enumerate() {
            let mut lanes = if marks.contains(junction) {
                up[junction as usize]
            } else {
                Lanes::NOTHING
            };
            for arc in &self.arcs[self.first[number] as usize..self.first[number + 1] as usize] {
                lanes.relax(&down[arc.head as usize], arc.cost);
            }
            down[number] = lanes;
        }
    }
}
