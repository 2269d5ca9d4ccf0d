//! Requests of the last half minute: a repeat gets the same answer.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::answer::Own;
use super::message::Transaction;

/// How long senders repeat a request: 64 times half a second (RFC 3261, timer F).
pub(super) const REPEATED_FOR: Duration = Duration::from_secs(32);
/// Requests remembered at most; the event key still finds what is older.
const MOST: usize = 20_000;

/// What a request was answered with.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    /// The response.
    pub(super) response: Vec<u8>,
    /// What we sent besides.
    pub(super) own: Option<Own>,
}

/// What is known about a request that came in.
#[derive(Debug)]
pub(super) enum Seen {
    /// Nothing: it is in hand from now on.
    New,
    /// It is in hand, and its answer will come.
    InHand,
    /// Its answer.
    Answered(Answered),
}

/// What is remembered.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    by_transaction: HashMap<Transaction, (Instant, Option<Answered>)>,
    in_order: VecDeque<(Instant, Transaction)>,
    /// Our own requests that wait for their response.
    waiting: HashMap<String, oneshot::Sender<()>>,
}

impl Repeats {
    /// Looks a request up, and takes it in hand when it is new.
    pub(super) fn look(&self, transaction: &Transaction, now: Instant) -> Seen {
        let mut known = self.lock();
        known.forget(now);
        match known.by_transaction.get(transaction) {
            Some((_, Some(answered))) => Seen::Answered(answered.clone()),
            Some((_, None)) => Seen::InHand,
            None => {
                let fresh = (now, None);
                known.by_transaction.insert(transaction.clone(), fresh);
                known.in_order.push_back((now, transaction.clone()));
                Seen::New
            }
        }
    }

    /// Remembers an answer.
    pub(super) fn answered(&self, transaction: &Transaction, with: Answered) {
        if let Some((_, place)) = self.lock().by_transaction.get_mut(transaction) {
            *place = Some(with);
        }
    }

    /// Nothing was kept: the next repeat is a first try.
    pub(super) fn failed(&self, transaction: &Transaction) {
        self.lock().by_transaction.remove(transaction);
    }

    /// Resolves when a request of ours is answered.
    pub(super) fn await_answer(&self, branch: &str) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.lock().waiting.insert(branch.to_owned(), sender);
        receiver
    }

    /// A request of ours was answered, or is given up.
    pub(super) fn done(&self, branch: &str) {
        if let Some(waiting) = self.lock().waiting.remove(branch) {
            // Whoever waited may have stopped.
            let _ = waiting.send(());
        }
    }

    // Nothing that could panic happens under the lock, so a poisoned one is still whole.
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn forget(&mut self, now: Instant) {
        while let Some((at, _)) = self.in_order.front()
            && (*at + REPEATED_FOR <= now || self.in_order.len() >= MOST)
        {
            let Some((begun, old)) = self.in_order.pop_front() else {
                return;
            };
            // One that failed may have begun anew since.
            if self
                .by_transaction
                .get(&old)
                .is_some_and(|it| it.0 == begun)
            {
                self.by_transaction.remove(&old);
            }
        }
    }
}
