use super::Dispatch;
use super::best::Best;
use crate::labels::Labels;
use crate::snap::Snap;
use crate::weights::CLOSED;
use crate::{Class, Classes, Network};

/// How many responders of each class stand on each component of the network.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing {
    by_class: Vec<Vec<u32>>,
}

impl Standing {
    pub(super) fn clear(&mut self) {
        self.by_class.clear();
    }

    /// Counts a responder in.
    pub(super) fn enter(&mut self, classes: Classes, component: u32) {
        for class in classes.iter() {
            if self.by_class.len() <= class.index() {
                self.by_class.resize_with(class.index() + 1, Vec::new);
            }
            let counts = &mut self.by_class[class.index()];
            if counts.len() <= component as usize {
                counts.resize(component as usize + 1, 0);
            }
            counts[component as usize] += 1;
        }
    }

    /// Counts a responder out that was counted in.
    pub(super) fn leave(&mut self, classes: Classes, component: u32) {
        for class in classes.iter() {
            self.by_class[class.index()][component as usize] -= 1;
        }
    }

    fn count(&self, class: Class, component: u32) -> usize {
        let counts = self.by_class.get(class.index());
        counts
            .and_then(|counts| counts.get(component as usize))
            .map_or(0, |&count| count as usize)
    }

    /// Bytes held on the heap.
    pub(super) fn bytes(&self) -> usize {
        let counts: usize = self
            .by_class
            .iter()
            .map(|counts| size_of_val(&counts[..]))
            .sum();
        counts + size_of_val(&self.by_class[..])
    }
}

/// The component of the edge a snap lies on, whatever the snap itself says.
pub(super) fn component(network: &Network, snap: &Snap) -> u32 {
    let edge = &network.edges[snap.edge as usize];
    network.component[edge.a as usize]
}

impl Dispatch {
    /// Whether what labels found is the answer: nobody may be missing, or stand nearer than found,
    /// because a hub was left to relays.
    ///
    /// Costs within the reach are exact, so that is so if all found lie within it, and are either
    /// as many as were asked for or everybody who can walk there.
    pub(super) fn is_certain(
        &self,
        labels: &Labels,
        network: &Network,
        (snap, class): (&Snap, Class),
        best: &Best,
    ) -> bool {
        if labels.reach() == CLOSED {
            return true;
        }
        let (keys, wanted) = (best.keys(), best.most());
        let within = |&worst: &u64| (worst >> 32) as u32 <= labels.reach();
        keys.last().is_none_or(within)
            && (keys.len() == wanted
                || keys.len() >= self.standing.count(class, component(network, snap)))
    }
}
