//! Carriers: they lose, wait, throttle and refuse, and what they deliver somebody reads.

use domain::notices::{Channel, retry_after};
use domain::ports::{Delivered, Delivery};
use domain::time::{Timestamp, seconds};

use super::agenda::Event;
use super::faults::Fault;
use super::world::World;

impl World {
    /// Takes a notice on its way.
    pub(super) fn carry(&self, delivery: &Delivery, now: Timestamp) -> Delivered {
        let attempts = delivery.attempts;
        let mark = (self.now.get(), "call", delivery.outbox_id, attempts);
        self.history.borrow_mut().mark(mark);
        if self.strikes(Fault::CarrierSlow) {
            self.struck(Fault::CarrierSlow);
            let wait = self.carrier.borrow_mut().seconds(1, 45);
            self.pass(wait);
        }
        if self.strikes(Fault::Throttled) {
            self.struck(Fault::Throttled);
            let asks = self.carrier.borrow_mut().between(1, 30);
            let asks = seconds(u32::try_from(asks).unwrap_or(1));
            return Delivered::Later {
                at: now + retry_after(attempts, Some(asks)),
                reason: "too many".to_owned(),
            };
        }
        if self.strikes(Fault::Rejected) {
            self.struck(Fault::Rejected);
            return Delivered::Failed("no such number".to_owned());
        }
        if self.strikes(Fault::NoticeLost) {
            self.struck(Fault::NoticeLost);
            return Delivered::Sent(Channel::Console);
        }
        let wait = self.carrier.borrow_mut().ms(100, 4000);
        let heard = Event::Hear {
            account: delivery.account_id,
            key: delivery.notice.key,
            incident: delivery.incident_id,
            offer: delivery.offer_id,
        };
        self.put(wait, heard);
        if self.strikes(Fault::ReplyLost) {
            self.struck(Fault::ReplyLost);
            return Delivered::Later {
                at: now + retry_after(attempts, None),
                reason: "no reply".to_owned(),
            };
        }
        Delivered::Sent(Channel::Console)
    }
}
