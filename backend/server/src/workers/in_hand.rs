//! What a worker has in hand at once: it claims more when half of the places are free again.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use super::rest;

/// Tasks of one worker. One that breaks off holds a lease that runs out, so its row comes again.
pub(super) struct InHand {
    tasks: JoinSet<()>,
    at_once: usize,
    /// What a task is, for the log.
    what: &'static str,
}

impl InHand {
    pub(super) fn new(what: &'static str, at_once: usize) -> Self {
        Self {
            tasks: JoinSet::new(),
            at_once,
            what,
        }
    }

    /// How many more fit.
    pub(super) fn free(&self) -> usize {
        self.at_once - self.tasks.len()
    }

    pub(super) fn take(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Waits until half of the places are free, so that a claim, which is a commit, is for many
    /// rows; or until it is time to stop.
    pub(super) async fn half_free(&mut self, stop: &mut watch::Receiver<bool>) {
        while self.tasks.len() > self.at_once / 2 && !*stop.borrow() {
            tokio::select! {
                Some(ended) = self.tasks.join_next() => note(self.what, ended),
                _ = stop.wait_for(|stopped| *stopped) => {}
            }
        }
    }

    /// Lets tasks end until there may be something new; false when it is time to stop.
    pub(super) async fn rest(
        &mut self,
        woken: &mut watch::Receiver<u64>,
        stop: &mut watch::Receiver<bool>,
        period: Duration,
    ) -> bool {
        let something = rest(woken, stop, period);
        tokio::pin!(something);
        loop {
            tokio::select! {
                Some(ended) = self.tasks.join_next() => note(self.what, ended),
                goes_on = &mut something => return goes_on,
            }
        }
    }

    /// Lets all of them end.
    pub(super) async fn end(mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            note(self.what, ended);
        }
    }
}

fn note(what: &str, ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a {what} broke off; its lease runs out and it comes again");
    }
}
