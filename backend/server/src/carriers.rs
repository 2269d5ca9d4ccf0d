//! Takes notices to people: push where an account has an endpoint, the server's console beside it;
//! text messages and calls through gateways, where somebody has a number.

mod circuit;
mod console;
mod gateway;
mod push;
pub(crate) mod steps;
pub(crate) mod texts;

use std::sync::Arc;

use accessibility::{Channel as Wording, Language, Rendition};
use chrono::TimeDelta;
use domain::ids::ResponderId;
use domain::message::{MessageKey, Notice};
use domain::notices::{Channel, MAX_ATTEMPTS, retry_after};
use domain::ports::{Carriers, Delivered, Delivery, StoreError};
use domain::time::Timestamp;
use store::{Account, Issued, Platform, PushEndpoint, Reach, SqlStore};

pub use console::Console;
pub use gateway::{Gateways, Handed};
pub use push::{PushSettings, Pusher};

/// Longest that a token of an offer is good; a yes may stop counting much sooner.
const TOKEN_LASTS: TimeDelta = TimeDelta::minutes(30);

/// The real carriers.
pub struct PeopleCarriers {
    store: Arc<SqlStore>,
    pusher: Option<Pusher>,
    console: Console,
    gateways: Arc<Gateways>,
}

/// What became of one endpoint.
enum Attempt {
    Sent(Channel),
    Gone,
    Later(Option<chrono::TimeDelta>, String),
    Never(String),
}

impl PeopleCarriers {
    /// Carriers over the store's endpoints.
    pub fn new(store: Arc<SqlStore>, pusher: Option<Pusher>, console: Console) -> Self {
        Self {
            store,
            pusher,
            console,
            gateways: Arc::new(Gateways::none()),
        }
    }

    /// With gateways for text messages and calls.
    #[must_use]
    pub fn through(mut self, gateways: Arc<Gateways>) -> Self {
        self.gateways = gateways;
        self
    }

    fn try_deliver(&self, delivery: &Delivery, now: Timestamp) -> Result<Delivered, StoreError> {
        let account = self.store.account_read(delivery.account_id)?;
        if !self.gateways.is_empty() {
            let reach = self.store.reach_of(delivery.account_id)?;
            if reach != Reach::default() {
                return self.by_plan(&account, &reach, delivery, now);
            }
        }
        self.to_endpoints(&account, delivery, now)
    }

    fn to_endpoints(
        &self,
        account: &Account,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<Delivered, StoreError> {
        let endpoints = self.store.push_endpoints_of(delivery.account_id)?;
        let notice = self.named(account, &delivery.notice)?;
        let language = Language::parse(&account.language);
        let words = |wording| accessibility::render(&notice, language, wording);
        let has_phone = endpoints.iter().any(|it| it.platform == Platform::Fcm);
        let issued = match delivery.notice.key {
            MessageKey::OfferNew if has_phone => self.issued(account, delivery, now)?,
            _ => None,
        };
        let link = issued.as_ref().map(|issued| issued.link.as_str());
        let mut attempts = Vec::new();
        for endpoint in &endpoints {
            let attempt = match endpoint.platform {
                Platform::Console => match words(Wording::Console) {
                    Ok(text) => self.to_console(account, &text),
                    Err(error) => Attempt::Never(error.to_string()),
                },
                Platform::Fcm => match words(Wording::Push) {
                    Ok(text) => self.to_phone(endpoint, delivery, &text, link),
                    Err(error) => Attempt::Never(error.to_string()),
                },
            };
            if matches!(attempt, Attempt::Gone) {
                self.store.push_endpoint_drop_token(&endpoint.token, now)?;
            }
            attempts.push(attempt);
        }
        Ok(sum_up(attempts, delivery.attempts, now))
    }

    /// Puts the responder's name into the facts, which the domain keeps as an identifier.
    fn named(&self, account: &Account, notice: &Notice) -> Result<Notice, StoreError> {
        let mut notice = notice.clone();
        let id = notice
            .facts
            .get("responder_id")
            .and_then(|id| id.parse().ok());
        if let Some(id) = id.map(ResponderId) {
            let found = self
                .store
                .responders_by_ids(account.organisation_id, &[id])?;
            if let Some(responder) = found.into_iter().next() {
                notice.facts.insert("responder".to_owned(), responder.name);
            }
        }
        Ok(notice)
    }

    fn to_console(&self, account: &Account, text: &Rendition) -> Attempt {
        self.console.print(account.role, &account.name, text);
        Attempt::Sent(Channel::Console)
    }

    /// What an offer is answered with; a notice that was written before its offer's end has none.
    fn issued(
        &self,
        account: &Account,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<Option<Issued>, StoreError> {
        let Some(offer) = delivery.offer_id else {
            return Ok(None);
        };
        let sent_at = self
            .store
            .offer_read(account.organisation_id, offer)?
            .sent_at;
        let until = sent_at + TOKEN_LASTS;
        let owner = (offer, account.id);
        let organisation = account.organisation_id;
        self.store
            .acceptance_issue(organisation, owner, until, now)
            .map(Some)
    }

    fn to_phone(
        &self,
        endpoint: &PushEndpoint,
        delivery: &Delivery,
        text: &Rendition,
        link: Option<&str>,
    ) -> Attempt {
        match &self.pusher {
            Some(pusher) => pusher.push(&endpoint.token, delivery, text, link),
            None => Attempt::Never("push is not configured".to_owned()),
        }
    }
}

impl PeopleCarriers {
    fn try_rehearse(&self, delivery: &Delivery) -> Result<Delivered, StoreError> {
        let account = self.store.account_read(delivery.account_id)?;
        let notice = self.named(&account, &delivery.notice)?;
        let language = Language::parse(&account.language);
        let words = accessibility::render(&notice, language, Wording::Console);
        Ok(words.map_or(Delivered::NoEndpoint, |text| {
            self.to_console(&account, &text);
            Delivered::Sent(Channel::Console)
        }))
    }
}

impl Carriers for PeopleCarriers {
    fn rehearse(&self, delivery: &Delivery, _: Timestamp) -> Delivered {
        // An exercise that cannot be told is no reason to try again: nobody is in need.
        self.try_rehearse(delivery).unwrap_or(Delivered::NoEndpoint)
    }

    fn deliver(&self, delivery: &Delivery, now: Timestamp) -> Delivered {
        match self.try_deliver(delivery, now) {
            Ok(delivered) => delivered,
            Err(StoreError::NotFound) => Delivered::Failed("no such account".to_owned()),
            Err(error) => Delivered::Later {
                at: now + retry_after(delivery.attempts, None),
                reason: error.to_string(),
            },
        }
    }
}

/// One endpoint that took it is enough; otherwise the best hope among the rest.
fn sum_up(attempts: Vec<Attempt>, made: u32, now: Timestamp) -> Delivered {
    let mut outcome = Delivered::NoEndpoint;
    for attempt in attempts {
        match attempt {
            Attempt::Sent(channel) => return Delivered::Sent(channel),
            Attempt::Later(asked, reason) if made + 1 < MAX_ATTEMPTS => {
                outcome = Delivered::Later {
                    at: now + retry_after(made, asked),
                    reason,
                };
            }
            Attempt::Later(_, reason) | Attempt::Never(reason) => {
                if !matches!(outcome, Delivered::Later { .. }) {
                    outcome = Delivered::Failed(reason);
                }
            }
            Attempt::Gone => {}
        }
    }
    outcome
}

/// Whether the phone must be woken for this message.
fn is_urgent(key: MessageKey) -> bool {
    !matches!(
        key,
        MessageKey::FamilyClosed | MessageKey::OperatorFollowUp | MessageKey::OperatorAttention
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment() -> Timestamp {
        "2026-11-24T19:00:00Z".parse().expect("a moment")
    }

    #[test]
    fn one_endpoint_that_took_it_is_enough() {
        let attempts = vec![
            Attempt::Later(None, "busy".into()),
            Attempt::Sent(Channel::Push),
            Attempt::Never("bad".into()),
        ];
        assert_eq!(
            sum_up(attempts, 0, moment()),
            Delivered::Sent(Channel::Push)
        );
    }

    #[test]
    fn a_dead_endpoint_alone_leaves_no_endpoint() {
        assert_eq!(
            sum_up(vec![Attempt::Gone], 0, moment()),
            Delivered::NoEndpoint
        );
    }

    #[test]
    fn hope_wins_over_failure_until_the_attempts_are_used_up() {
        let both = || {
            vec![
                Attempt::Never("bad".into()),
                Attempt::Later(None, "busy".into()),
            ]
        };
        assert!(matches!(
            sum_up(both(), 0, moment()),
            Delivered::Later { .. }
        ));
        assert!(matches!(
            sum_up(both(), MAX_ATTEMPTS - 1, moment()),
            Delivered::Failed(_)
        ));
    }
}
