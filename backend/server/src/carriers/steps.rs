//! One notice on its way through its person's plan of channels.

use accessibility::Language;
use chrono::TimeDelta;
use domain::identity::Role;
use domain::incidents::OfferState;
use domain::message::MessageKey;
use domain::notices::call::CallResult;
use domain::notices::plan::{ChannelPlan, LIMIT_WINDOW, Step, limited_until};
use domain::notices::receipt::Receipt;
use domain::notices::{Channel, OutboxItem, retry_after};
use domain::ports::{Delivered, Delivery, StoreError};
use domain::time::Timestamp;
use store::{Account, NextStep, Passed, Reach, Way, derived_id};

use super::gateway::Handed;
use super::{PeopleCarriers, texts};

/// Why a quiet notice was not sent: a later one speaks for it.
const BUNDLED: &str = "told together with a later one";

/// What a step works with.
pub(super) struct Walk<'a> {
    pub(super) account: &'a Account,
    pub(super) reach: &'a Reach,
    pub(super) delivery: &'a Delivery,
    pub(super) now: Timestamp,
    item: OutboxItem,
    way: Way,
}

impl PeopleCarriers {
    /// Takes a notice one step further.
    pub(super) fn by_plan(
        &self,
        account: &Account,
        reach: &Reach,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<Delivered, StoreError> {
        let (item, way) = self.store.outbox_way(delivery.outbox_id)?;
        let walk = Walk {
            account,
            reach,
            delivery,
            now,
            item,
            way,
        };
        let role = account.role;
        let plan = reach.plan.clone().unwrap_or(ChannelPlan::of_role(role));
        let plan = plan.led_by(&delivery.notice.channels());
        let key = delivery.notice.key;
        if let Some(reason) = self.no_longer_wanted(&walk)? {
            return Ok(Delivered::Dropped(reason));
        }
        if let Some(channel) = way.by_channel {
            return self.by_channels(&walk, &[channel]);
        }
        let all_clear = matches!(key, MessageKey::OfferWithdrawn | MessageKey::OfferCancelled);
        if let Some(offer) = delivery.offer_id.filter(|_| all_clear) {
            // Whoever was asked by telephone does not look into the app for the all-clear.
            let used = self
                .store
                .channels_of_offer(account.organisation_id, offer)?;
            if !used.is_empty() {
                return self.by_channels(&walk, &used);
            }
        }
        if let Some(at) = plan.quiet_until(key, now) {
            return Ok(Delivered::Held { at });
        }
        let served =
            |step: &Step| step.channel == Channel::Push || self.gateways.serve(step.channel);
        let steps = plan.steps_for(key, reach.phone.is_some());
        let steps: Vec<Step> = steps.into_iter().filter(served).collect();
        self.walk_on(&walk, &steps)
    }

    /// Why a notice need not go any further by now.
    fn no_longer_wanted(&self, walk: &Walk<'_>) -> Result<Option<String>, StoreError> {
        if walk.way.step == 0 {
            return Ok(None);
        }
        let organisation = walk.account.organisation_id;
        if self.store.has_arrived(organisation, walk.way.root)? {
            return Ok(Some("another channel has reached them".to_owned()));
        }
        if let Some(offer) = walk.item.offer_id
            && walk.item.notice.key == MessageKey::OfferNew
        {
            let state = self.store.offer_read(organisation, offer)?.state;
            let open = matches!(state, OfferState::Pending | OfferState::Expired);
            return Ok((!open).then(|| "the offer is answered".to_owned()));
        }
        if walk.account.role == Role::Operator {
            let incident = self
                .store
                .incident_read(organisation, walk.item.incident_id)?;
            let taken = incident.acknowledged_by.is_some() || !incident.is_open();
            return Ok(taken.then(|| "the seat has it".to_owned()));
        }
        Ok(None)
    }

    /// Tries the steps from the present one on, until one takes it; what comes after is a row.
    fn walk_on(&self, walk: &Walk<'_>, steps: &[Step]) -> Result<Delivered, StoreError> {
        let mut outcome = Delivered::NoEndpoint;
        for (index, step) in steps.iter().enumerate().skip(walk.way.step) {
            if step.channel != Channel::Push
                && let Some(waits) = self.waits(walk)?
            {
                return Ok(waits);
            }
            let (delivered, passed) = self.by_channel(walk, step.channel)?;
            let next = steps.get(index + 1).map(|next| NextStep {
                item: OutboxItem {
                    id: derived_id(&format!("step|{}|{}", walk.way.root, index + 1)).into(),
                    ..walk.item.clone()
                },
                root: walk.way.root,
                step: index + 1,
                due: walk.now + TimeDelta::seconds(next.after_s.into()),
            });
            match delivered {
                Delivered::Sent(_) | Delivered::Later { .. } => {
                    self.store
                        .receipts_keep(passed.into_iter().collect(), next, walk.now)?;
                    return Ok(delivered);
                }
                // It will never go this way: the next one is not waited for.
                Delivered::Failed(reason) => outcome = Delivered::Failed(reason),
                _ => {}
            }
        }
        Ok(outcome)
    }

    /// Whether a quiet text waits for others, or is told by a later one.
    fn waits(&self, walk: &Walk<'_>) -> Result<Option<Delivered>, StoreError> {
        let key = walk.item.notice.key;
        if domain::notices::is_emergency(key) {
            return Ok(None);
        }
        let window = walk.now - LIMIT_WINDOW;
        let (_, after) = self.store.quiet_neighbours(&walk.item, window)?;
        if after > 0 {
            return Ok(Some(Delivered::Dropped(BUNDLED.to_owned())));
        }
        let owner = (walk.account.organisation_id, walk.account.id);
        let sent = self.store.quiet_texts(owner, window)?;
        Ok(limited_until(key, &sent, walk.now).map(|at| Delivered::Held { at }))
    }

    /// By each of these channels; one that took it is enough.
    fn by_channels(&self, walk: &Walk<'_>, channels: &[Channel]) -> Result<Delivered, StoreError> {
        let mut outcome = Delivered::NoEndpoint;
        for channel in channels {
            let (delivered, passed) = self.by_channel(walk, *channel)?;
            self.store
                .receipts_keep(passed.into_iter().collect(), None, walk.now)?;
            outcome = match (outcome, delivered) {
                (sent @ Delivered::Sent(_), _) => sent,
                (later @ Delivered::Later { .. }, Delivered::Failed(_) | Delivered::NoEndpoint) => {
                    later
                }
                (_, delivered) => delivered,
            };
        }
        Ok(outcome)
    }

    fn by_channel(
        &self,
        walk: &Walk<'_>,
        channel: Channel,
    ) -> Result<(Delivered, Option<Passed>), StoreError> {
        let (delivered, gateway) = match channel {
            Channel::Push | Channel::Console => {
                let to_app = self.to_endpoints(walk.account, walk.delivery, walk.now)?;
                (to_app, None)
            }
            Channel::Sms | Channel::Voice => self.by_gateway(walk, channel)?,
        };
        let receipt = match &delivered {
            Delivered::Sent(_) => Some((Receipt::Sent, None)),
            Delivered::Failed(reason) => Some((Receipt::Undelivered, Some(reason.clone()))),
            _ => None,
        };
        let passed = receipt.map(|(receipt, reason)| Passed {
            item: walk.item.clone(),
            root: walk.way.root,
            channel,
            receipt,
            gateway,
            reason,
        });
        Ok((delivered, passed))
    }

    fn by_gateway(
        &self,
        walk: &Walk<'_>,
        channel: Channel,
    ) -> Result<(Delivered, Option<String>), StoreError> {
        let Some(phone) = &walk.reach.phone else {
            return Ok((Delivered::NoEndpoint, None));
        };
        let notice = self.named(walk.account, &walk.item.notice)?;
        let language = Language::parse(&walk.account.language);
        let id = walk.item.id.0;
        let message = if channel == Channel::Sms {
            let issued = match notice.key {
                MessageKey::OfferNew => self.issued(walk.account, walk.delivery, walk.now)?,
                _ => None,
            };
            let code = issued.as_ref().map(|issued| issued.code.as_str());
            let words = texts::sms_words(&notice, language, code);
            let words = words.map(|text| self.with_bundled(walk, text, language));
            match words {
                Ok(text) => texts::sms(id, phone.as_str(), language, &text?),
                Err(error) => return Ok((Delivered::Failed(error.to_string()), None)),
            }
        } else {
            let line = texts::Line {
                id,
                to: phone.as_str(),
                language,
                seat: self.gateways.seat_phone(),
            };
            let told = texts::voice_words(&notice, language);
            match (told, texts::scripts()) {
                (Ok(told), Some(scripts)) => {
                    let script = scripts.get(texts::script_of(notice.key));
                    texts::call(&line, script, &told)
                }
                (Err(error), _) => return Ok((Delivered::Failed(error.to_string()), None)),
                (_, None) => return Ok((Delivered::Failed("no scripts".to_owned()), None)),
            }
        };
        let attempts = walk.delivery.attempts;
        Ok(match self.gateways.send(id, channel, &message, walk.now) {
            Handed::To(name) => (Delivered::Sent(channel), Some(name)),
            Handed::Never(reason) => (Delivered::Failed(reason), None),
            Handed::Later(asked, reason) => {
                let at = walk.now + retry_after(attempts, asked);
                (Delivered::Later { at, reason }, None)
            }
        })
    }

    fn with_bundled(
        &self,
        walk: &Walk<'_>,
        text: String,
        language: Language,
    ) -> Result<String, StoreError> {
        if domain::notices::is_emergency(walk.item.notice.key) {
            return Ok(text);
        }
        let owner = (walk.account.organisation_id, walk.account.id);
        let day = walk.now - TimeDelta::days(1);
        let sent = self.store.quiet_texts(owner, day)?;
        let since = sent.into_iter().max().unwrap_or(day);
        let bundled = self.store.bundled_since(owner, BUNDLED, since)?;
        // Those that still wait beside it will see this one, and stay silent.
        let (before, _) = self.store.quiet_neighbours(&walk.item, walk.now)?;
        Ok(if bundled > 0 || before > 0 {
            texts::with_more(text, language)
        } else {
            text
        })
    }
}

/// What a key says about how far a call's message got.
pub(crate) fn receipt_of(result: CallResult) -> Receipt {
    match result {
        CallResult::Heard | CallResult::Person => Receipt::Heard,
        CallResult::Accept | CallResult::Decline | CallResult::Fine | CallResult::NeedHelp => {
            Receipt::Acknowledged
        }
        CallResult::Silent | CallResult::Busy | CallResult::NoAnswer | CallResult::Failed => {
            Receipt::Undelivered
        }
    }
}
