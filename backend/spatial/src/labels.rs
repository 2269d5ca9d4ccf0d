//! Hub labels: for every junction the few hubs over which all its shortest walks can be told.
//!
//! A label holds a hub exactly if that hub is the highest junction on all shortest walks to it;
//! the cost between two junctions is the least sum over hubs both labels hold. Labels are built
//! from the top down and belong to one metric: [`Labels::version`] says which.
//!
//! Hubs farther than a reach are left out where others can tell of them: they only serve walks
//! that are longer still, and on a large network they would be most of the memory. The highest
//! junctions keep whole labels; the first of those on the ways up from a junction are marked as
//! its relays, and what its own label leaves out stands in theirs ([`Labels::each`]). Costs
//! within [`Labels::reach`] need no relay.

use crate::hierarchy::Upward;
#[cfg(doc)]
use crate::junctions::JunctionGraph;
use crate::weights::CLOSED;

mod build;

use build::Builder;

/// Cost beyond which hubs are left to relays: 10 km of level street.
///
/// Two hours and twenty minutes at 1.2 m/s: few questions need a relay.
pub const LABEL_REACH: u32 = 100_000_000;

/// Set in the hub of a hop that is a relay.
const RELAY: u32 = 1 << 31;

/// Labels of all junctions for one metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    version: u64,
    /// Costs up to here need no relay; [`CLOSED`] if no hub was left out.
    reach: u32,
    near: Vec<Near>,
    /// Where the hops of a junction behind the near ones begin; one entry more than junctions.
    first: Vec<u32>,
    hops: Vec<Hop>,
}

/// Hops that a label has in a cache line of its own.
const NEAR: usize = 8;

/// The first hops of a label; fillers behind the last cost [`CLOSED`].
///
/// Most questions need few more. All of these lie close together, so that they need few pages, and
/// where is known from the junction alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
struct Near([Hop; NEAR]);

/// An entry of a label.
///
/// Both halves are always read together, one junction after the other: side by side they cost one
/// stream from memory instead of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hop {
    /// The hub, marked if it is a relay.
    hub: u32,
    /// Exact cost to it.
    pub cost: u32,
}

impl Hop {
    #[inline]
    pub(crate) fn new(hub: u32, cost: u32) -> Self {
        Self { hub, cost }
    }

    /// The hub, by its number as a junction: near hubs have tables near each other in memory.
    #[inline]
    pub fn hub(self) -> u32 {
        self.hub & !RELAY
    }

    /// Whether the hub's own label tells of hubs that this one leaves out.
    #[inline]
    pub fn is_relay(self) -> bool {
        self.hub & RELAY != 0
    }

    /// Hub and mark in one word, as in a file.
    #[inline]
    pub(crate) fn marked(self) -> u32 {
        self.hub
    }
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
        Builder::run(upward, LABEL_REACH).finish(0..upward.len(), version)
    }

    /// Builds all labels with hubs ranked by another order ([`JunctionGraph::hub_order`]).
    ///
    /// `upward` has to be contracted in that order. Some 60 hops a junction in a town.
    pub fn ranked(upward: &Upward, order: &[u32], version: u64) -> Self {
        Self::within(upward, order, version, LABEL_REACH)
    }

    /// The same with another reach than [`LABEL_REACH`].
    pub(crate) fn within(upward: &Upward, order: &[u32], version: u64, reach: u32) -> Self {
        let mut rank = vec![0; order.len()];
        for (place, &junction) in order.iter().enumerate() {
            rank[junction as usize] = place;
        }
        let mut builder = Builder::run(upward, reach);
        builder.rename(order);
        builder.finish(rank.into_iter(), version)
    }

    /// Labels from a file; None if they name hubs that are not there, are not in order, or have
    /// relays that need relays themselves.
    pub(crate) fn from_parts(
        version: u64,
        reach: u32,
        first: Vec<u32>,
        hops: Vec<Hop>,
    ) -> Option<Self> {
        let count = first.len().checked_sub(1)?;
        let are_known = hops
            .iter()
            .all(|hop| (hop.hub() as usize) < count && hop.cost < CLOSED);
        let cover_all = first[0] == 0 && first[count] as usize == hops.len();
        if !are_known || !cover_all {
            return None;
        }
        let mut labels = Self::with_capacity(version, reach, (count, hops.len()));
        for pair in first.windows(2) {
            let label = hops.get(pair[0] as usize..pair[1] as usize)?;
            if !label.is_sorted_by_key(|hop| hop.cost) {
                return None;
            }
            labels.push(label.iter().copied());
        }
        let is_whole = |hop: Hop| !labels.of(hop.hub()).any(Hop::is_relay);
        let mut relays = hops.iter().filter(|hop| hop.is_relay());
        relays.all(|&relay| is_whole(relay)).then_some(labels)
    }

    /// Where the hops of each junction begin, and all hops.
    pub(crate) fn to_parts(&self) -> (Vec<u32>, Vec<Hop>) {
        let (mut first, mut hops) = (vec![0], Vec::with_capacity(self.hop_count()));
        for junction in 0..self.len() as u32 {
            hops.extend(self.of(junction));
            first.push(hops.len() as u32);
        }
        (first, hops)
    }

    /// No labels yet, and room for so many and their hops.
    fn with_capacity(version: u64, reach: u32, (labels, hops): (usize, usize)) -> Self {
        let mut first = Vec::with_capacity(labels + 1);
        first.push(0);
        Self {
            version,
            reach,
            near: Vec::with_capacity(labels),
            first,
            hops: Vec::with_capacity(hops.saturating_sub(labels * NEAR)),
        }
    }

    /// Adds the label of the next junction, by rising cost.
    fn push(&mut self, mut label: impl Iterator<Item = Hop>) {
        // A filler's hub is looked up with the others, so it has to be there.
        let junction = self.near.len() as u32;
        let near = std::array::from_fn(|_| label.next().unwrap_or(Hop::new(junction, CLOSED)));
        self.near.push(Near(near));
        self.hops.extend(label);
        self.first.push(self.hops.len() as u32);
    }

    /// The metric these labels are true for.
    #[inline]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Costs up to here need no relay; [`CLOSED`] if none does.
    #[inline]
    pub fn reach(&self) -> u32 {
        self.reach
    }

    /// Number of junctions.
    pub fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// Whether there is no junction.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The label of a junction by rising cost; panics for an unknown junction.
    #[inline]
    pub fn of(&self, junction: u32) -> impl Iterator<Item = Hop> + Clone {
        let (near, rest) = self.halves(junction);
        let near = near.iter().filter(|hop| hop.cost < CLOSED);
        near.chain(rest).copied()
    }

    /// The same as it lies in memory: the near hops, with fillers that cost [`CLOSED`], and those
    /// behind them.
    #[inline]
    pub(crate) fn halves(&self, junction: u32) -> (&[Hop], &[Hop]) {
        let junction = junction as usize;
        let rest = self.first[junction] as usize..self.first[junction + 1] as usize;
        (&self.near[junction].0, &self.hops[rest])
    }

    /// Names every hub of a junction with a cost to it, the least of which is exact: those of its
    /// own label, and those that its relays tell of.
    #[inline]
    pub(crate) fn each(&self, junction: u32, mut name: impl FnMut(u32, u32)) {
        for hop in self.of(junction) {
            name(hop.hub(), hop.cost);
            if hop.is_relay() {
                for far in self.of(hop.hub()) {
                    name(far.hub(), (hop.cost + far.cost).min(CLOSED));
                }
            }
        }
    }

    /// Cost of the shortest walk between two junctions; [`CLOSED`] without one.
    ///
    /// Linear in the two labels and those of their relays. Panics for a junction that is not there.
    pub fn between(&self, scratch: &mut LabelScratch, from: u32, to: u32) -> u32 {
        let costs = &mut scratch.costs;
        if costs.len() < self.len() {
            costs.resize(self.len(), CLOSED);
        }
        self.each(from, |hub, cost| {
            let known = &mut costs[hub as usize];
            *known = (*known).min(cost);
        });
        let mut best = CLOSED;
        self.each(to, |hub, cost| best = best.min(costs[hub as usize] + cost));
        self.each(from, |hub, _| costs[hub as usize] = CLOSED);
        best
    }

    /// Number of hops in all labels together.
    pub fn hop_count(&self) -> usize {
        let near = self.near.iter().flat_map(|near| &near.0);
        near.filter(|hop| hop.cost < CLOSED).count() + self.hops.len()
    }

    /// Bytes held on the heap.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.near[..]) + size_of_val(&self.first[..]) + size_of_val(&self.hops[..])
    }
}

#[cfg(test)]
mod tests;
