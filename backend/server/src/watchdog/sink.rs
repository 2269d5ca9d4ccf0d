//! Where test alarms end: in place of every carrier, for one account only.

use std::sync::Arc;

use domain::notices::Channel;
use domain::ports::{Carriers, Delivered, Delivery};
use domain::time::Timestamp;

use super::Watchdog;
use crate::engine::SharedCarriers;

/// Takes what is for the watchdog's account, and hands everything else on.
pub(crate) struct Sink {
    watchdog: Arc<Watchdog>,
    carriers: SharedCarriers,
}

impl Sink {
    /// In front of these carriers.
    pub(crate) fn before(watchdog: Arc<Watchdog>, carriers: SharedCarriers) -> SharedCarriers {
        Arc::new(Self { watchdog, carriers })
    }
}

impl Carriers for Sink {
    fn deliver(&self, delivery: &Delivery, now: Timestamp) -> Delivered {
        if self.watchdog.account.get() == Some(&delivery.account_id) {
            self.watchdog.seen().sunk += 1;
            return Delivered::Sent(Channel::Console);
        }
        self.carriers.deliver(delivery, now)
    }
}
