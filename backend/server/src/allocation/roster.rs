//! Responders with their place on the network.

use std::collections::HashMap;

use domain::ids::ResponderId;
use domain::responders::Responder;
use spatial::{LonLat, Network, Snap};

/// A cache of all responders; the database stays the truth.
#[derive(Default)]
pub struct Roster {
    responders: Vec<Responder>,
    snaps: Vec<Option<Snap>>,
    index: HashMap<ResponderId, usize>,
}

impl Roster {
    /// Places responders on the network, if there is one.
    pub fn placed(responders: Vec<Responder>, network: Option<&Network>) -> Self {
        let snaps = responders
            .iter()
            .map(|responder| place(responder, network))
            .collect();
        let index = responders
            .iter()
            .enumerate()
            .map(|(i, r)| (r.id, i))
            .collect();
        Self {
            responders,
            snaps,
            index,
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.responders.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.responders.is_empty()
    }

    /// One of them.
    pub fn responder(&self, index: usize) -> &Responder {
        &self.responders[index]
    }

    /// Where that one stands on the network, when that is known.
    pub fn snap(&self, index: usize) -> Option<Snap> {
        self.snaps.get(index).copied().flatten()
    }

    /// One of them by identity.
    pub fn find(&self, id: ResponderId) -> Option<&Responder> {
        self.index.get(&id).map(|index| &self.responders[*index])
    }
}

fn place(responder: &Responder, network: Option<&Network>) -> Option<Snap> {
    let at = responder.at?;
    let at = LonLat::new(at.lon(), at.lat()).ok()?;
    network?.snap(at).filter(Snap::is_known)
}
