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
            labels.each(junction, |hub, cost| {
                let known = &mut self.costs[hub as usize];
                let cost = (leg + cost).min(CLOSED);
                if *known == CLOSED && cost < CLOSED {
                    self.hops.push(Hop::new(hub, cost));
                }
                *known = (*known).min(cost);
            });
        }
        for hop in &mut self.hops {
            hop.cost = std::mem::replace(&mut self.costs[hop.hub() as usize], CLOSED);
        }
    }

    /// Whether the gathered hubs are those of a list, in its order: so they are after a move along
    /// a chain.
    pub(super) fn has_hubs_of(&self, old: &[Hop]) -> bool {
        let same = |(new, old): (&Hop, &Hop)| new.hub() == old.hub();
        self.hops.len() == old.len() && self.hops.iter().zip(old).all(same)
    }

    /// Gives a responder the gathered costs, at the hubs where it stands already.
    pub(super) fn shift_within(&self, buckets: &mut Buckets, old: &[Hop], responder: u32) {
        for (new, &old) in self.hops.iter().zip(old) {
            if new.cost != old.cost {
                buckets.shift(old, new.cost, responder);
            }
        }
    }

    /// Brings a class from the old hubs of a responder to the gathered ones.
    pub(super) fn move_within(&mut self, buckets: &mut Buckets, old: &[Hop], responder: u32) {
        for hop in &self.hops {
            self.costs[hop.hub() as usize] = hop.cost;
        }
        for &hop in old {
            match std::mem::replace(&mut self.costs[hop.hub() as usize], CLOSED) {
                CLOSED => buckets.remove(hop, responder),
                cost => buckets.shift(hop, cost, responder),
            }
        }
        for hop in &self.hops {
            if std::mem::replace(&mut self.costs[hop.hub() as usize], CLOSED) != CLOSED {
                buckets.insert(*hop, responder);
            }
        }
    }

    /// Bytes held on the heap.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.costs[..]) + self.hops.capacity() * size_of::<Hop>()
    }
}
