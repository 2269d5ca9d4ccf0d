use super::best::{Best, key};
use super::bucket::{Bucket, Few};
use crate::labels::{Hop, Labels};
use crate::weights::CLOSED;

/// Hops of each label that are looked at in one turn; no fewer than its near ones.
const TURN: usize = 8;

/// What is still to be looked at of a label, with a cost to add.
#[derive(Clone, Copy)]
pub(super) struct Row<'l> {
    here: &'l [Hop],
    rest: &'l [Hop],
    leg: u32,
}

impl<'l> Row<'l> {
    pub(super) const NONE: Self = Self {
        here: &[],
        rest: &[],
        leg: CLOSED,
    };

    pub(super) fn new(labels: &'l Labels, junction: u32, leg: u32) -> Self {
        let (here, rest) = labels.halves(junction);
        Self { here, rest, leg }
    }

    #[inline]
    fn base(&self, hop: &Hop) -> u32 {
        (self.leg + hop.cost).min(CLOSED)
    }
}

/// Responders of one class by hub.
#[derive(Debug, Clone, Default)]
pub(super) struct Buckets {
    few: Vec<Few>,
    more: Vec<Vec<u64>>,
}

/// A hub that may lead to an answer, and the cost to add to that of whoever stands there.
#[derive(Clone, Copy)]
struct Lead {
    hub: u32,
    base: u32,
}

impl Buckets {
    pub(super) fn grow(&mut self, hubs: usize) {
        if self.few.len() < hubs {
            self.few.resize(hubs, Few::NOBODY);
            self.more.resize_with(hubs, Vec::new);
        }
    }

    pub(super) fn insert(&mut self, hop: Hop, responder: u32) {
        self.at(hop.hub()).insert(hop.cost, responder);
    }

    pub(super) fn remove(&mut self, hop: Hop, responder: u32) {
        self.at(hop.hub()).remove(hop.cost, responder);
    }

    /// Gives a responder at a hub another cost.
    pub(super) fn shift(&mut self, hop: Hop, cost: u32, responder: u32) {
        self.at(hop.hub()).shift(hop.cost, cost, responder);
    }

    #[inline]
    fn at(&mut self, hub: u32) -> Bucket<'_> {
        Bucket {
            few: &mut self.few[hub as usize],
            more: &mut self.more[hub as usize],
        }
    }

    /// Offers whoever stands at the hubs of two labels and could be among the best.
    ///
    /// Takes turns between the labels, some hops at a time. What a turn needs is touched before
    /// any of it is read: the loads from memory then overlap.
    pub(super) fn collect(&self, mut rows: [Row<'_>; 2], best: &mut Best) {
        if self.few.is_empty() {
            return;
        }
        for row in &rows {
            best.touch(row.here.first().map_or(0, |hop| hop.cost));
            best.touch(row.rest.first().map_or(0, |hop| hop.cost));
        }
        loop {
            let none = Lead { hub: 0, base: 0 };
            let (mut leads, mut count) = ([none; 2 * TURN], 0);
            for row in &mut rows {
                // Costs rise along a label: what is too far even with nothing behind it ends it.
                let base = row.here.first().map_or(CLOSED, |hop| row.base(hop));
                if key(base, 0) >= best.limit() {
                    (row.here, row.rest) = (&[], &[]);
                }
                for hop in row.here {
                    let (hub, base) = (hop.hub(), row.base(hop));
                    leads[count] = Lead { hub, base };
                    let first = self.few[hub as usize].0[0];
                    count += usize::from(first + key(base, 0) < best.limit());
                }
                (row.here, row.rest) = row.rest.split_at(row.rest.len().min(TURN));
            }
            if count == 0 && rows.iter().all(|row| row.here.is_empty()) {
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
            let few = &self.few[lead.hub as usize].0;
            best.offer(few[0] + key(lead.base, 0));
            leads[more] = lead;
            more += usize::from(few[1] + key(lead.base, 0) < best.limit());
        }
        for lead in &leads[..more] {
            if offer_all(&self.few[lead.hub as usize].0[1..], lead.base, best) {
                offer_all(&self.more[lead.hub as usize], lead.base, best);
            }
        }
    }

    /// Bytes held on the heap.
    pub(super) fn bytes(&self) -> usize {
        let entries: usize = self.more.iter().map(Vec::capacity).sum();
        entries * size_of::<u64>() + size_of_val(&self.few[..]) + size_of_val(&self.more[..])
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
