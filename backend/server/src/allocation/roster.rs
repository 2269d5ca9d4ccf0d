//! All responders as the store has them.

use std::collections::HashMap;

use domain::ids::ResponderId;
use domain::responders::Responder;

/// A copy of all responders; the database stays the truth.
#[derive(Clone, Default)]
pub struct Roster {
    responders: Vec<Responder>,
    index: HashMap<ResponderId, usize>,
}

impl Roster {
    /// Responders in the order in which the fixed list asks them.
    pub fn new(responders: Vec<Responder>) -> Self {
        let index = responders
            .iter()
            .enumerate()
            .map(|(i, r)| (r.id, i))
            .collect();
        Self { responders, index }
    }

    /// The same with one of them as they are now; somebody new comes last.
    #[must_use]
    pub fn with(&self, responder: Responder) -> Self {
        let mut roster = self.clone();
        match roster.index.get(&responder.id) {
            Some(&index) => roster.responders[index] = responder,
            None => {
                let place = roster.responders.len();
                roster.index.insert(responder.id, place);
                roster.responders.push(responder);
            }
        }
        roster
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

    /// Everybody.
    pub fn all(&self) -> &[Responder] {
        &self.responders
    }

    /// One of them by identity.
    pub fn find(&self, id: ResponderId) -> Option<&Responder> {
        self.index.get(&id).map(|index| &self.responders[*index])
    }
}
