//! Labels from the top down.

use super::{Hop, Labels, RELAY};
use crate::hierarchy::Upward;
use crate::weights::CLOSED;

/// One junction in so many keeps a whole label whatever the reach: the highest.
const WHOLE_ONE_IN: usize = 16;

/// Set in the hub of a relay that a label without relays has no need of: others tell of it.
const TOLD: u32 = 1 << 30;

const HUB: u32 = !(RELAY | TOLD);

/// Labels under construction, hubs by rank.
///
/// Between a junction and a hub there may lie one of the highest junctions, which keep whole
/// labels. Then the hub may be left out, for the first of those on the way is among the relays:
/// a relay is never left out itself, not even if others tell of a walk to it that is as short.
pub(super) struct Builder {
    reach: u32,
    /// Ranks from here on have whole labels.
    whole_from: u32,
    /// Begin and end of the labels made so far.
    places: Vec<(u32, u32)>,
    /// Whether a label leaves out a hub, by itself or because one above it does.
    cut: Vec<bool>,
    hops: Vec<Hop>,
    /// Least cost found from the junction at hand to each hub; [`CLOSED`] between junctions.
    costs: Vec<u32>,
    /// Whether a walk of that cost passes a relay before the hub.
    passes: Vec<bool>,
    found: Vec<u32>,
}

impl Builder {
    pub(super) fn run(upward: &Upward, reach: u32) -> Self {
        let count = upward.len();
        let mut builder = Self {
            reach,
            whole_from: (count - count / WHOLE_ONE_IN) as u32,
            places: vec![(0, 0); count],
            cut: vec![false; count],
            hops: Vec::with_capacity(count * 48),
            costs: vec![CLOSED; count],
            passes: vec![false; count],
            found: Vec::new(),
        };
        for junction in (0..count as u32).rev() {
            builder.find(upward, junction);
            builder.label(junction);
        }
        builder
    }

    /// Finds the hubs of a junction in the labels above it.
    fn find(&mut self, upward: &Upward, junction: u32) {
        self.found.clear();
        let mut cut = false;
        for arc in upward.arcs_of(junction) {
            cut |= self.cut[arc.head as usize];
            let (begin, end) = self.places[arc.head as usize];
            let is_whole = arc.head >= self.whole_from;
            for hop in &self.hops[begin as usize..end as usize] {
                let (hub, cost) = (hop.hub & HUB, arc.cost + hop.cost);
                let passes = if is_whole {
                    hub != arc.head
                } else {
                    hub >= self.whole_from && hop.hub & RELAY == 0
                };
                let known = &mut self.costs[hub as usize];
                let known_passes = &mut self.passes[hub as usize];
                if cost < *known {
                    if *known == CLOSED {
                        self.found.push(hub);
                    }
                    (*known, *known_passes) = (cost, passes);
                } else if cost == *known {
                    *known_passes |= passes;
                }
            }
        }
        self.cut[junction as usize] = cut;
    }

    /// Makes a label of what was found.
    fn label(&mut self, junction: u32) {
        let begin = self.hops.len();
        self.hops.push(Hop::new(junction, 0));
        let is_whole = junction >= self.whole_from;
        for place in 0..self.found.len() {
            let hub = self.found[place];
            let cost = self.costs[hub as usize];
            let passes = self.passes[hub as usize];
            if !is_whole && passes && cost > self.reach {
                self.cut[junction as usize] = true;
                continue;
            }
            let is_relay = !is_whole && !passes && hub >= self.whole_from;
            let told = self.is_told_by_others(hub, cost);
            // No walk over a relay is a shortest one if others tell of a shorter walk to it.
            if told && (!is_relay || cost > 0 && self.is_told_by_others(hub, cost - 1)) {
                continue;
            }
            let mark = match (is_relay, told) {
                (true, true) => RELAY | TOLD,
                (true, false) => RELAY,
                (false, _) => 0,
            };
            self.hops.push(Hop::new(hub | mark, cost));
        }
        for &hub in &self.found {
            self.costs[hub as usize] = CLOSED;
        }
        self.hops[begin..]
            .sort_unstable_by_key(|hop| u64::from(hop.cost) << 32 | u64::from(hop.hub & HUB));
        self.places[junction as usize] = (begin as u32, self.hops.len() as u32);
    }

    /// Whether a higher hub lies on a walk to this one that is no longer.
    fn is_told_by_others(&self, hub: u32, cost: u32) -> bool {
        let (begin, end) = self.places[hub as usize];
        self.hops[begin as usize..end as usize].iter().any(|hop| {
            let higher = hop.hub & HUB;
            higher != hub && self.costs[higher as usize] + hop.cost <= cost
        })
    }

    /// Numbers hubs as junctions instead of by rank.
    pub(super) fn rename(&mut self, order: &[u32]) {
        for hop in &mut self.hops {
            hop.hub = order[(hop.hub & HUB) as usize] | hop.hub & !HUB;
        }
    }

    /// Puts the labels, made from the highest rank down, into the order of junctions.
    pub(super) fn finish(self, ranks: impl Iterator<Item = usize>, version: u64) -> Labels {
        let cut = self.cut.contains(&true);
        let reach = if cut { self.reach } else { CLOSED };
        let mut labels = Labels::with_capacity(version, reach, (self.cut.len(), self.hops.len()));
        for rank in ranks {
            let (begin, end) = self.places[rank];
            let hops = &self.hops[begin as usize..end as usize];
            // A label that leaves out nothing needs no relays, nor hubs that only were such.
            let needs_relays = self.cut[rank];
            let mark = if needs_relays { RELAY } else { 0 };
            let kept = hops
                .iter()
                .filter(|hop| needs_relays || hop.hub & TOLD == 0);
            labels.push(kept.map(|hop| Hop::new(hop.hub & (!(RELAY | TOLD) | mark), hop.cost)));
        }
        labels.hops.shrink_to_fit();
        labels
    }
}
