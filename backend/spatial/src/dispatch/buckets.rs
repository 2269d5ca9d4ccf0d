use super::best::{Best, key};
use super::bucket::Bucket;
use crate::labels::Hop;
use crate::weights::CLOSED;

/// Responders of one class by hub.
#[derive(Debug, Clone, Default)]
pub(super) struct Buckets {
    /// Least cost in each bucket, [`CLOSED`] in an empty one; small enough to stay in cache.
    least: Vec<u32>,
    buckets: Vec<Bucket>,
}

impl Buckets {
    pub(super) fn grow(&mut self, hubs: usize) {
        if self.least.len() < hubs {
            self.least.resize(hubs, CLOSED);
            self.buckets.resize_with(hubs, Bucket::default);
        }
    }

    pub(super) fn insert(&mut self, hop: Hop, responder: u32) {
        let bucket = &mut self.buckets[hop.hub as usize];
        bucket.insert(hop.cost, responder);
        self.least[hop.hub as usize] = bucket.least();
    }

    pub(super) fn remove(&mut self, hop: Hop, responder: u32) {
        let bucket = &mut self.buckets[hop.hub as usize];
        bucket.remove(hop.cost, responder);
        self.least[hop.hub as usize] = bucket.least();
    }

    /// Gives a responder at a hub another cost.
    pub(super) fn shift(&mut self, hop: Hop, cost: u32, responder: u32) {
        let bucket = &mut self.buckets[hop.hub as usize];
        bucket.shift(hop.cost, cost, responder);
        self.least[hop.hub as usize] = bucket.least();
    }

    /// Offers whoever stands at the hubs of a label and could be among the best.
    pub(super) fn collect(&self, label: &[Hop], leg: u32, best: &mut Best) {
        if self.least.is_empty() {
            return;
        }
        for hop in label {
            let base = leg + hop.cost;
            // Costs rise along the label: what is too far even with nothing behind it ends it.
            if key(base, 0) >= best.limit() {
                return;
            }
            let least = self.least[hop.hub as usize];
            if key(base + least, 0) >= best.limit() {
                continue;
            }
            for entry in self.buckets[hop.hub as usize].entries() {
                let reached = entry + key(base, 0);
                if reached >= best.limit() {
                    break;
                }
                best.offer(reached);
            }
        }
    }

    /// Bytes held on the heap.
    pub(super) fn bytes(&self) -> usize {
        let more: usize = self.buckets.iter().map(Bucket::bytes).sum();
        more + size_of_val(&self.least[..]) + size_of_val(&self.buckets[..])
    }
}
