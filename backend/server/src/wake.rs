//! Wake-ups without payload: workers and streams look for themselves.

use domain::ports::WakeUps;
use tokio::sync::watch;

/// Tells everybody who waits that rows were committed. A lost signal costs a poll, nothing else.
#[derive(Debug)]
pub struct WakeUp {
    committed: watch::Sender<u64>,
}

impl Default for WakeUp {
    fn default() -> Self {
        Self {
            committed: watch::Sender::new(0),
        }
    }
}

impl WakeUp {
    /// Registers before looking: a commit between look and sleep is not missed.
    pub fn register(&self) -> watch::Receiver<u64> {
        let mut receiver = self.committed.subscribe();
        receiver.mark_unchanged();
        receiver
    }
}

impl WakeUps for WakeUp {
    fn committed(&self) {
        self.committed
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}
