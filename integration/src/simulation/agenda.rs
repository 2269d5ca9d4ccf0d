//! What happens next: one queue ordered by time, and by the order of asking among equals.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use domain::ids::{AccountId, IncidentId, OfferId};
use domain::message::MessageKey;
use domain::ports::{ClaimedOutbox, ClaimedTimer};

use super::people::Deed;

/// A worker's lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    Timers,
    Outbox,
}

/// Something that happens at a moment.
pub(super) enum Event {
    /// A planned alarm begins.
    Begin(usize),
    /// A device says it, again and again until it is answered.
    Say { event: usize, tries: u32 },
    /// A frame is at the door of a process.
    Arrive { event: usize, process: usize },
    /// The device hears the answer.
    Answered(usize),
    /// A worker looks; a periodic look brings the next one.
    Look {
        process: usize,
        lane: Lane,
        is_periodic: bool,
    },
    /// A worker lets a claimed timer take effect.
    Fire {
        process: usize,
        epoch: u32,
        timer: Box<ClaimedTimer>,
    },
    /// A worker hands a claimed notice over.
    HandOver {
        process: usize,
        epoch: u32,
        claimed: Box<ClaimedOutbox>,
    },
    /// A notice is read.
    Hear {
        account: AccountId,
        key: MessageKey,
        incident: IncidentId,
        offer: Option<OfferId>,
    },
    /// Somebody does something.
    Act { deed: Rc<Deed>, tries: u32 },
    /// Somebody does something nobody asked for.
    Meddle(IncidentId),
    /// The seat looks at its board.
    Board,
    /// A planned trouble begins.
    Trouble(usize),
    /// A process comes back.
    Start(usize),
    /// The clock of a process is right again.
    ClockRight(usize),
    /// A process hears devices again.
    Joined(usize),
    /// Nothing goes wrong any more.
    Heal,
}

struct Entry {
    at: i64,
    number: u64,
    event: Event,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

/// The queue.
#[derive(Default)]
pub(super) struct Agenda {
    queue: BinaryHeap<Reverse<Entry>>,
    asked: u64,
}

impl Agenda {
    /// Puts something at a moment. O(log n).
    pub(super) fn put(&mut self, at: i64, event: Event) {
        self.asked += 1;
        let number = self.asked;
        self.queue.push(Reverse(Entry { at, number, event }));
    }

    /// Takes the next thing, if it is not after this moment. O(log n).
    pub(super) fn take(&mut self, until: i64) -> Option<(i64, Event)> {
        let next = self.queue.peek()?;
        if next.0.at > until {
            return None;
        }
        self.queue
            .pop()
            .map(|Reverse(entry)| (entry.at, entry.event))
    }
}
