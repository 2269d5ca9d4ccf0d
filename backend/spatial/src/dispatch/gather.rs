use super::buckets::Buckets;
use crate::labels::{Hop, Labels};
use crate::weights::{CLOSED, Position};

/// The hubs of a position, gathered from the labels of both its junctions.
#[derive(Debug, Clone, Default)]
pub(super) struct Gather {
    /// Hubs with the cost to each.
    pub(super) hops: Vec<Hop>,
    /// Cost to each hub while gathering; [`CLOSED`] between uses.
    costs: Vec<u32>,
}

impl Gather {
    /// Gathers the hubs of a position.
    pub(super) fn gather(&mut self, labels: &Labels, position: &Position) {
        self.hops.clear();
        if self.costs.len() < labels.len() {
            self.costs.resize(labels.len(), CLOSED);
        }
        for (junction, leg) in position.ends.into_iter().filter(|&(_, leg)| leg < CLOSED) {
            for hop in labels.of(junction) {
                let known = &mut self.costs[hop.hub as usize];
                let cost = (leg + hop.cost).min(CLOSED);
                if *known == CLOSED && cost < CLOSED {
                    self.hops.push(*hop);
                }
                *known = (*known).min(cost);
            }
        }
        for hop in &mut self.hops {
            hop.cost = std::mem::replace(&mut self.costs[hop.hub as usize], CLOSED);
        }
    }

    /// Brings a class from the old hubs of a responder to the gathered ones.
    pub(super) fn move_within(&mut self, buckets: &mut Buckets, old: &[Hop], responder: u32) {
        for hop in &self.hops {
            self.costs[hop.hub as usize] = hop.cost;
        }
        for &hop in old {
            match std::mem::replace(&mut self.costs[hop.hub as usize], CLOSED) {
                CLOSED => buckets.remove(hop, responder),
                cost => buckets.shift(hop, cost, responder),
            }
        }
        for hop in &self.hops {
            if std::mem::replace(&mut self.costs[hop.hub as usize], CLOSED) != CLOSED {
                buckets.insert(*hop, responder);
            }
        }
    }

    /// Bytes held on the heap.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.costs[..]) + self.hops.capacity() * size_of::<Hop>()
    }
}
