use super::best::{Best, key};
use super::bucket::Bucket;
use crate::labels::Hop;
use crate::weights::CLOSED;

/// Hops of each label that are looked at in one turn.
const TURN: usize = 8;

/// Responders of one class by hub.
#[derive(Debug, Clone, Default)]
pub(super) struct Buckets {
    /// The first two entries of each bucket: mostly all that is asked for, and few enough to stay
    /// in cache.
    heads: Vec<[u64; 2]>,
    buckets: Vec<Bucket>,
}

/// A hub that may lead to an answer: what its bucket holds first, and the cost to add.
#[derive(Clone, Copy)]
struct Lead {
    hub: u32,
    base: u32,
    head: [u64; 2],
}

impl Buckets {
    pub(super) fn grow(&mut self, hubs: usize) {
        if self.heads.len() < hubs {
            self.heads.resize(hubs, Bucket::default().head());
            self.buckets.resize_with(hubs, Bucket::default);
        }
    }

    pub(super) fn insert(&mut self, hop: Hop, responder: u32) {
        let bucket = &mut self.buckets[hop.hub as usize];
        bucket.insert(hop.cost, responder);
        self.heads[hop.hub as usize] = bucket.head();
    }

    pub(super) fn remove(&mut self, hop: Hop, responder: u32) {
        let bucket = &mut self.buckets[hop.hub as usize];
        bucket.remove(hop.cost, responder);
        self.heads[hop.hub as usize] = bucket.head();
    }

    /// Gives a responder at a hub another cost.
    pub(super) fn shift(&mut self, hop: Hop, cost: u32, responder: u32) {
        let bucket = &mut self.buckets[hop.hub as usize];
        bucket.shift(hop.cost, cost, responder);
        self.heads[hop.hub as usize] = bucket.head();
    }

    /// Offers whoever stands at the hubs of two labels and could be among the best.
    ///
    /// Takes turns between the labels, some hops at a time. What a turn needs is touched before
    /// any of it is read: the loads from memory then overlap.
    pub(super) fn collect(&self, labels: [(&[Hop], u32); 2], best: &mut Best) {
        if self.heads.is_empty() {
            return;
        }
        for hop in labels
            .iter()
            .flat_map(|(label, _)| label.iter().step_by(TURN).take(2))
        {
            best.touch(hop.cost);
        }
        let mut labels = labels;
        loop {
            let none = Lead {
                hub: 0,
                base: CLOSED,
                head: [0; 2],
            };
            let (mut leads, mut count) = ([none; 2 * TURN], 0);
            for (label, leg) in &mut labels {
                // Costs rise along the label: what is too far even with nothing behind it ends it.
                let base = label.first().map_or(CLOSED, |hop| *leg + hop.cost);
                if key(base.min(CLOSED), 0) >= best.limit() {
                    *label = &[];
                }
                let (here, rest) = label.split_at(label.len().min(TURN));
                *label = rest;
                for hop in here {
                    let (hub, base) = (hop.hub, *leg + hop.cost);
                    let head = self.heads[hub as usize];
                    leads[count] = Lead { hub, base, head };
                    count += usize::from(head[0] + key(base, 0) < best.limit());
                }
            }
            if labels.iter().all(|(label, _)| label.is_empty()) && count == 0 {
                return;
            }
            self.follow(&mut leads[..count], best);
        }
    }

    /// Offers whoever stands first at some hubs, then whoever stands behind them.
    #[inline]
    fn follow(&self, leads: &mut [Lead], best: &mut Best) {
        let mut more = 0;
        for place in 0..leads.len() {
            let lead = leads[place];
            best.offer(lead.head[0] + key(lead.base, 0));
            leads[more] = lead;
            more += usize::from(lead.head[1] + key(lead.base, 0) < best.limit());
        }
        for lead in &leads[..more] {
            best.touch(self.buckets[lead.hub as usize].least());
        }
        for lead in &leads[..more] {
            let (few, more) = self.buckets[lead.hub as usize].entries();
            if offer_all(&few[1..], lead.base, best) {
                offer_all(more, lead.base, best);
            }
        }
    }

    /// Bytes held on the heap.
    pub(super) fn bytes(&self) -> usize {
        let more: usize = self.buckets.iter().map(Bucket::bytes).sum();
        more + size_of_val(&self.heads[..]) + size_of_val(&self.buckets[..])
    }
}

/// Offers entries of rising cost with a cost added; false once one comes too late.
#[inline]
fn offer_all(entries: &[u64], base: u32, best: &mut Best) -> bool {
    for &entry in entries {
        let reached = entry + key(base, 0);
        if reached >= best.limit() {
            return false;
        }
        best.offer(reached);
    }
    true
}
