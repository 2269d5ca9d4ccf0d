//! Hub labels: for every junction the few hubs over which all its shortest walks can be told.
//!
//! A label holds a hub exactly if that hub is the highest junction on all shortest walks to it;
//! the cost between two junctions is the least sum over hubs both labels hold. Labels are built
//! from the top down and belong to one metric: [`Labels::version`] says which. Hubs are named by
//! their rank in whatever order the labels were built in; only equality of names matters.

use crate::hierarchy::Upward;
#[cfg(doc)]
use crate::junctions::JunctionGraph;
use crate::weights::CLOSED;

/// Labels of all junctions for one metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    version: u64,
    /// Where the hops of a junction begin; one entry more than junctions.
    first: Vec<u32>,
    hops: Vec<Hop>,
}

/// An entry of a label.
///
/// Both halves are always read together, one junction after the other: side by side they cost one
/// stream from memory instead of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hop {
    /// The hub, by rank; at least as high as the junction whose label it is in.
    pub hub: u32,
    /// Exact cost to it.
    pub cost: u32,
}

/// Working memory for the cost between single junctions: keep one per thread.
#[derive(Debug, Default)]
pub struct LabelScratch {
    /// Cost to each hub of the first label; [`CLOSED`] outside a question.
    costs: Vec<u32>,
}

impl Labels {
    /// Builds all labels from the top down, hubs ranked by junction number.
    ///
    /// `version` names the metric the labels are true for. Time and memory are about linear in
    /// the hops: some 90 a junction in a town.
    pub fn build(upward: &Upward, version: u64) -> Self {
        Builder::run(upward).finish(0..upward.len(), version)
    }

    /// Builds all labels with hubs ranked by another order ([`JunctionGraph::hub_order`]).
    ///
    /// `upward` has to be contracted in that order. Some 60 hops a junction in a town.
    pub fn ranked(upward: &Upward, order: &[u32], version: u64) -> Self {
        let mut rank = vec![0; order.len()];
        for (place, &junction) in order.iter().enumerate() {
            rank[junction as usize] = place;
        }
        Builder::run(upward).finish(rank.into_iter(), version)
    }

    /// Labels from a file; None if they name hubs that are not there or are not in order.
    pub(crate) fn from_parts(version: u64, first: Vec<u32>, hops: Vec<Hop>) -> Option<Self> {
        let count = first.len().checked_sub(1)?;
        let key = |hop: &Hop| u64::from(hop.cost) << 32 | u64::from(hop.hub);
        let are_known = hops
            .iter()
            .all(|hop| (hop.hub as usize) < count && hop.cost < CLOSED);
        let cover_all = first[0] == 0 && first[count] as usize == hops.len();
        let are_sorted = first.windows(2).all(|pair| {
            let label = hops.get(pair[0] as usize..pair[1] as usize);
            label.is_some_and(|label| label.is_sorted_by(|one, other| key(one) < key(other)))
        });
        (are_known && cover_all && are_sorted).then_some(Self {
            version,
            first,
            hops,
        })
    }

    /// Where the hops of each junction begin, and all hops.
    pub(crate) fn parts(&self) -> (&[u32], &[Hop]) {
        (&self.first, &self.hops)
    }

    /// The metric these labels are true for.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Number of junctions.
    pub fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// Whether there is no junction.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The label of a junction by rising cost, equals by hub; panics for an unknown junction.
    pub fn of(&self, junction: u32) -> &[Hop] {
        let junction = junction as usize;
        &self.hops[self.first[junction] as usize..self.first[junction + 1] as usize]
    }

    /// Cost of the shortest walk between two junctions; [`CLOSED`] without one.
    ///
    /// Linear in the two labels. Panics for a junction that is not there.
    pub fn between(&self, scratch: &mut LabelScratch, from: u32, to: u32) -> u32 {
        let costs = &mut scratch.costs;
        if costs.len() < self.len() {
            costs.resize(self.len(), CLOSED);
        }
        let near = self.of(from);
        for hop in near {
            costs[hop.hub as usize] = hop.cost;
        }
        let through = |hop: &Hop| costs[hop.hub as usize] + hop.cost;
        let best = self.of(to).iter().map(through).min();
        for hop in near {
            costs[hop.hub as usize] = CLOSED;
        }
        best.unwrap_or(CLOSED).min(CLOSED)
    }

    /// Number of hops in all labels together.
    pub fn hop_count(&self) -> usize {
        self.hops.len()
    }

    /// Bytes held on the heap.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.first[..]) + size_of_val(&self.hops[..])
    }
}

struct Builder {
    /// Begin and end of the labels made so far.
    places: Vec<(u32, u32)>,
    hops: Vec<Hop>,
    /// Least cost found from the junction at hand to each hub; [`CLOSED`] between junctions.
    costs: Vec<u32>,
    found: Vec<u32>,
}

impl Builder {
    fn run(upward: &Upward) -> Self {
        let count = upward.len();
        let mut builder = Self {
            places: vec![(0, 0); count],
            hops: Vec::with_capacity(count * 48),
            costs: vec![CLOSED; count],
            found: Vec::new(),
        };
        for junction in (0..count as u32).rev() {
            builder.label(upward, junction);
        }
        builder
    }

    fn label(&mut self, upward: &Upward, junction: u32) {
        self.found.clear();
        for arc in upward.arcs_of(junction) {
            let (begin, end) = self.places[arc.head as usize];
            for hop in &self.hops[begin as usize..end as usize] {
                let known = &mut self.costs[hop.hub as usize];
                if *known == CLOSED {
                    self.found.push(hop.hub);
                }
                *known = (*known).min(arc.cost + hop.cost);
            }
        }
        let begin = self.hops.len();
        self.hops.push(Hop {
            hub: junction,
            cost: 0,
        });
        for place in 0..self.found.len() {
            let hub = self.found[place];
            let cost = self.costs[hub as usize];
            if cost < CLOSED && !self.is_told_by_others(hub, cost) {
                self.hops.push(Hop { hub, cost });
            }
        }
        for &hub in &self.found {
            self.costs[hub as usize] = CLOSED;
        }
        self.hops[begin..]
            .sort_unstable_by_key(|hop| u64::from(hop.cost) << 32 | u64::from(hop.hub));
        self.places[junction as usize] = (begin as u32, self.hops.len() as u32);
    }

    /// Whether a higher hub lies on a walk to this one that is no longer.
    fn is_told_by_others(&self, hub: u32, cost: u32) -> bool {
        let (begin, end) = self.places[hub as usize];
        self.hops[begin as usize..end as usize]
            .iter()
            .any(|hop| hop.hub != hub && self.costs[hop.hub as usize] + hop.cost <= cost)
    }

    /// Puts the labels, made from the highest rank down, into the order of junctions.
    fn finish(self, ranks: impl Iterator<Item = usize>, version: u64) -> Labels {
        let mut labels = Labels {
            version,
            first: Vec::with_capacity(self.places.len() + 1),
            hops: Vec::with_capacity(self.hops.len()),
        };
        labels.first.push(0);
        for (begin, end) in ranks.map(|rank| self.places[rank]) {
            labels.hops.extend(&self.hops[begin as usize..end as usize]);
            labels.first.push(labels.hops.len() as u32);
        }
        labels
    }
}

#[cfg(test)]
mod tests;
