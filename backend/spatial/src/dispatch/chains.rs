use super::best::{Best, key};
use super::{Dispatch, Member};
use crate::junctions::NONE;
use crate::weights::Position;
use crate::{Class, Classes};

impl Dispatch {
    /// Offers everybody on the origin's own chain at the cost along it.
    pub(super) fn on_the_same_chain(&self, origin: &Position, class: Class, best: &mut Best) {
        let mut responder = self
            .on_chain
            .get(origin.chain as usize)
            .copied()
            .unwrap_or(NONE);
        while responder != NONE {
            let member = &self.members[responder as usize];
            if member.classes.contains(class) {
                best.offer(key(origin.direct(&member.position), responder));
            }
            responder = member.next;
        }
    }

    /// Takes a responder out of the list of its chain, and counts it out.
    pub(super) fn take_off_chain(&mut self, responder: u32) {
        if self.classes_of(responder) == Classes::NONE {
            return;
        }
        let Member {
            position,
            classes,
            component,
            next,
            previous,
            ..
        } = self.members[responder as usize];
        self.standing.leave(classes, component);
        match self.members.get_mut(previous as usize) {
            Some(member) => member.next = next,
            None => self.on_chain[position.chain as usize] = next,
        }
        if let Some(member) = self.members.get_mut(next as usize) {
            member.previous = previous;
        }
    }

    /// Puts a responder at the head of the list of a chain, and counts it in.
    pub(super) fn put_on_chain(&mut self, responder: u32, chain: u32) {
        if self.on_chain.len() <= chain as usize {
            self.on_chain.resize(chain as usize + 1, NONE);
        }
        let next = std::mem::replace(&mut self.on_chain[chain as usize], responder);
        if let Some(member) = self.members.get_mut(next as usize) {
            member.previous = responder;
        }
        let member = &mut self.members[responder as usize];
        (member.next, member.previous) = (next, NONE);
        self.standing.enter(member.classes, member.component);
    }
}
