//! The nearest responders of a class, while they move.
//!
//! Every responder stands in the buckets of the hubs of both its junctions, sorted by cost; a
//! question reads the buckets of its own hubs, nearest first, and stops when no bucket can better
//! the answer. Classes have buckets of their own, so a rare class costs no more than a common one.
//! Without labels for the weights at hand the answer comes from a search over the junctions:
//! slower, equally right.

use crate::closures::Streets;
use crate::junctions::NONE;
use crate::labels::{Hop, Labels};
use crate::snap::Snap;
use crate::weights::{CLOSED, Position, cost_ms};
use crate::{Class, Classes};

mod best;
mod bucket;
mod buckets;
mod chains;
mod gather;
mod search;
mod standing;

use best::{Best, key};
use buckets::{Buckets, Row};
use gather::Gather;
use search::Search;
use standing::{Standing, component};

#[cfg(test)]
mod tests;

/// Responders are places in tables: their numbers have to lie below this.
pub const RESPONDERS: u32 = 1 << 22;

/// A responder and how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Number it was placed with.
    pub responder: u32,
    /// Walking time, the legs to and from the street included.
    pub ms: u32,
}

/// Moving responders on the streets of one profile.
///
/// Memory: about 1 kB a responder and class, and 56 bytes a junction and class in use.
#[derive(Debug, Clone, Default)]
pub struct Dispatch {
    /// Version of the weights that buckets are true for; None if they were not kept up.
    version: Option<u64>,
    buckets: Vec<Buckets>,
    members: Vec<Member>,
    /// First responder on each chain.
    on_chain: Vec<u32>,
    standing: Standing,
    gather: Gather,
}

/// A responder; absent while it has no class.
#[derive(Debug, Clone)]
struct Member {
    snap: Snap,
    position: Position,
    classes: Classes,
    /// Component it stands on.
    component: u32,
    /// Hubs it stands at in buckets, with the cost to each.
    hops: Vec<Hop>,
    /// Neighbours in the list of its chain.
    next: u32,
    previous: u32,
}

/// Working memory of questions: keep one per thread.
#[derive(Debug, Default)]
pub struct DispatchScratch {
    best: Best,
    /// Relays of the origin: cost and junction in one word.
    relays: Vec<u64>,
    search: Search,
    found: Vec<Found>,
}

impl Dispatch {
    /// Nobody yet; buckets are kept from the first responder on if the streets have labels.
    pub fn new(streets: &Streets) -> Self {
        let mut dispatch = Self::default();
        dispatch.refresh(streets);
        dispatch
    }

    /// Places a responder, or moves it; with no class it is removed.
    ///
    /// Seconds for doors, floors or an old fix are walked metres here: add them to the snap's leg.
    /// Returns whether it is placed: false for a snap of another network, for an empty set and
    /// for a number of [`RESPONDERS`] or more. A few microseconds for each of its classes. If the
    /// streets are not those the buckets are true for, they are given up until
    /// [`Dispatch::refresh`].
    pub fn place(
        &mut self,
        streets: &Streets,
        responder: u32,
        at: &Snap,
        classes: Classes,
    ) -> bool {
        let position = streets.weights().position(at);
        let Some(position) =
            position.filter(|_| classes != Classes::NONE && responder < RESPONDERS)
        else {
            self.remove(responder);
            return false;
        };
        let labels = streets
            .labels()
            .filter(|labels| self.version == Some(labels.version()));
        if labels.is_none() {
            self.give_up();
        }
        self.take_off_chain(responder);
        self.seat(responder, *at, position);
        let member = &mut self.members[responder as usize];
        member.component = component(streets.network(), at);
        let old = std::mem::replace(&mut member.classes, classes);
        self.put_on_chain(responder, position.chain);
        if let Some(labels) = labels {
            self.rehang(responder, old, labels);
        }
        true
    }

    /// Takes a responder away, if it is there.
    pub fn remove(&mut self, responder: u32) {
        if self.classes_of(responder) == Classes::NONE {
            return;
        }
        self.take_off_chain(responder);
        let member = &mut self.members[responder as usize];
        for class in std::mem::take(&mut member.classes).iter() {
            for hop in &member.hops {
                self.buckets[class.index()].remove(*hop, responder);
            }
        }
        member.hops.clear();
    }

    /// Classes of a responder; none if it is not there.
    pub fn classes_of(&self, responder: u32) -> Classes {
        let member = self.members.get(responder as usize);
        member.map_or(Classes::NONE, |member| member.classes)
    }

    /// Hangs everybody anew, after the streets or their labels were replaced.
    ///
    /// Some ten microseconds for each responder and class. Without labels only positions are
    /// taken over; questions are then answered by search.
    pub fn refresh(&mut self, streets: &Streets) {
        self.give_up();
        self.standing.clear();
        self.on_chain.clear();
        self.on_chain.resize(streets.graph().chains().len(), NONE);
        self.version = streets.labels().map(Labels::version);
        for responder in 0..self.members.len() as u32 {
            let Member { snap, classes, .. } = self.members[responder as usize];
            if classes == Classes::NONE {
                continue;
            }
            self.members[responder as usize].classes = Classes::NONE;
            self.place(streets, responder, &snap, classes);
        }
    }

    /// The `k` responders of a class with the shortest walk to the snapped position, nearest first.
    ///
    /// Equal costs come by rising number. Fewer than `k` are returned when fewer can walk there;
    /// nobody for a snap of another network or a speed that is not positive and finite.
    /// Exact whatever the state of labels and buckets; fast when both are those of `streets`,
    /// fastest when the answer lies within the reach of the labels ([`crate::LABEL_REACH`]).
    pub fn nearest<'s>(
        &self,
        streets: &Streets,
        scratch: &'s mut DispatchScratch,
        snap: &Snap,
        class: Class,
        k: usize,
        speed_m_s: f64,
    ) -> &'s [Found] {
        let DispatchScratch {
            best,
            relays,
            search,
            found,
        } = scratch;
        found.clear();
        let walks = speed_m_s.is_finite() && speed_m_s > 0.0;
        let Some(origin) = streets.weights().position(snap).filter(|_| walks && k > 0) else {
            return found;
        };
        best.begin(k, self.members.len());
        let labels = streets
            .labels()
            .filter(|labels| self.version == Some(labels.version()));
        if let Some(labels) = labels {
            self.on_the_same_chain(&origin, class, best);
            self.by_labels(labels, &origin, class, best);
            if !self.is_certain(labels, streets.network(), (snap, class), best) {
                self.by_relays(labels, &origin, class, relays, best);
            }
        } else {
            self.by_search(streets, &origin, class, search, best);
        }
        found.extend(best.keys().iter().map(|&key| Found {
            responder: key as u32,
            ms: cost_ms((key >> 32) as u32, speed_m_s),
        }));
        found
    }

    /// Bytes held on the heap.
    pub fn bytes(&self) -> usize {
        let hops = |member: &Member| size_of_val(&member.hops[..]);
        self.buckets.iter().map(Buckets::bytes).sum::<usize>()
            + size_of_val(&self.members[..])
            + self.members.iter().map(hops).sum::<usize>()
            + size_of_val(&self.on_chain[..])
            + self.standing.bytes()
            + self.gather.bytes()
    }

    fn by_labels(&self, labels: &Labels, origin: &Position, class: Class, best: &mut Best) {
        let Some(buckets) = self.buckets.get(class.index()) else {
            return;
        };
        let [mut near, mut far] = origin.ends;
        if far.1 < near.1 {
            std::mem::swap(&mut near, &mut far);
        }
        buckets.collect(
            [near, far].map(|(junction, leg)| Row::new(labels, junction, leg)),
            best,
        );
    }

    /// Offers whoever stands at the hubs that labels leave to relays, nearest relay first.
    fn by_relays(
        &self,
        labels: &Labels,
        origin: &Position,
        class: Class,
        relays: &mut Vec<u64>,
        best: &mut Best,
    ) {
        let Some(buckets) = self.buckets.get(class.index()) else {
            return;
        };
        relays.clear();
        for (junction, leg) in origin.ends.into_iter().filter(|&(_, leg)| leg < CLOSED) {
            let marked = labels.of(junction).filter(|hop| hop.is_relay());
            relays.extend(marked.map(|hop| key((leg + hop.cost).min(CLOSED), hop.hub())));
        }
        relays.sort_unstable();
        for (place, &relay) in relays.iter().enumerate() {
            let (cost, hub) = ((relay >> 32) as u32, relay as u32);
            // The other end of the street has mostly the same relays.
            if relays[..place].iter().all(|&nearer| nearer as u32 != hub) {
                buckets.collect([Row::new(labels, hub, cost), Row::NONE], best);
            }
        }
    }

    /// Empties all buckets.
    fn give_up(&mut self) {
        if self.version.take().is_some() {
            self.buckets.clear();
            self.members
                .iter_mut()
                .for_each(|member| member.hops.clear());
        }
    }

    /// Writes down where a responder is, in memory that may have to grow.
    fn seat(&mut self, responder: u32, snap: Snap, position: Position) {
        let absent = Member {
            snap,
            position,
            classes: Classes::NONE,
            component: 0,
            hops: Vec::new(),
            next: NONE,
            previous: NONE,
        };
        let place = responder as usize;
        if self.members.len() <= place {
            self.members.resize(place + 1, absent);
        }
        let member = &mut self.members[place];
        (member.snap, member.position) = (snap, position);
    }

    /// Moves a responder from the buckets of its old hubs and classes to those of its new ones.
    fn rehang(&mut self, responder: u32, old: Classes, labels: &Labels) {
        let member = &mut self.members[responder as usize];
        let classes = member.classes;
        for class in classes.iter() {
            if self.buckets.len() <= class.index() {
                self.buckets
                    .resize_with(class.index() + 1, Buckets::default);
            }
            self.buckets[class.index()].grow(labels.len());
        }
        for class in old.without(classes).iter() {
            let buckets = &mut self.buckets[class.index()];
            member
                .hops
                .iter()
                .for_each(|hop| buckets.remove(*hop, responder));
        }
        self.gather.gather(labels, &member.position);
        let same_hubs = self.gather.has_hubs_of(&member.hops);
        for class in old.without(old.without(classes)).iter() {
            let buckets = &mut self.buckets[class.index()];
            if same_hubs {
                self.gather.shift_within(buckets, &member.hops, responder);
            } else {
                self.gather.move_within(buckets, &member.hops, responder);
            }
        }
        for class in classes.without(old).iter() {
            let buckets = &mut self.buckets[class.index()];
            self.gather
                .hops
                .iter()
                .for_each(|hop| buckets.insert(*hop, responder));
        }
        std::mem::swap(&mut member.hops, &mut self.gather.hops);
    }
}
