//! A carrier that remembers what it was given, so that a test can say what it expected.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use domain::ids::{AccountId, IncidentId, OfferId, OutboxId};
use domain::message::{Facts, MessageKey};
use domain::notices::Channel;
use domain::ports::{Carriers, Delivered, Delivery};
use domain::time::Timestamp;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::world::{Person, World};

use super::PATIENCE;

/// When a busy carrier wants to be asked again.
const BUSY_FOR: TimeDelta = TimeDelta::seconds(5);

/// A notice that reached somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Who heard it.
    pub account: AccountId,
    /// Which message.
    pub key: MessageKey,
    /// What it spoke of.
    pub facts: Facts,
    /// About which incident.
    pub incident: IncidentId,
    /// About which offer.
    pub offer: Option<OfferId>,
}

/// How the carrier behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Temper {
    /// Takes everything.
    Taking,
    /// Takes nothing for now.
    Busy,
}

/// Takes every notice and fails the test for those that nobody expected.
pub struct FakeCarrier {
    world: World,
    state: Mutex<State>,
    heard: watch::Sender<u64>,
}

struct State {
    temper: Temper,
    /// Notices that were heard and not yet expected.
    open: Vec<Heard>,
    /// How often each outbox row was handed over and taken.
    taken: HashMap<OutboxId, u32>,
    /// Attempts that were turned away.
    turned_away: u32,
    minds_surprises: bool,
}

impl FakeCarrier {
    pub(super) fn new(world: World) -> Self {
        let state = State {
            temper: Temper::Taking,
            open: Vec::new(),
            taken: HashMap::new(),
            turned_away: 0,
            minds_surprises: true,
        };
        Self {
            world,
            state: Mutex::new(state),
            heard: watch::Sender::new(0),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes notices, or not for now.
    pub fn be(&self, temper: Temper) {
        self.state().temper = temper;
    }

    /// For tests that are not about notices: what is heard is not looked at.
    pub fn hear_anything(&self) {
        self.state().minds_surprises = false;
    }

    /// Waits until this person hears this, and takes it off the list.
    ///
    /// # Panics
    /// When it is not heard in time.
    pub async fn expect(&self, who: &Person, key: MessageKey) -> Heard {
        let mut news = self.heard.subscribe();
        let listening = async {
            loop {
                if let Some(heard) = self.take(who.account, key) {
                    return heard;
                }
                // The sender lives in self.
                let _ = news.changed().await;
            }
        };
        match timeout(PATIENCE, listening).await {
            Ok(heard) => heard,
            Err(_) => panic!(
                "{} never heard {key}; heard: {:#?}",
                who.name,
                self.unexpected()
            ),
        }
    }

    /// The same for several people.
    ///
    /// # Panics
    /// When one of them does not hear it in time.
    pub async fn expect_all(&self, who: &[&Person], key: MessageKey) {
        for person in who {
            self.expect(person, key).await;
        }
    }

    fn take(&self, account: AccountId, key: MessageKey) -> Option<Heard> {
        let open = &mut self.state().open;
        let place = open
            .iter()
            .position(|it| it.account == account && it.key == key)?;
        Some(open.remove(place))
    }

    /// What was heard and not expected, in words.
    pub fn unexpected(&self) -> Vec<String> {
        let state = self.state();
        let heard = state.open.iter();
        heard
            .map(|it| format!("{} heard {}", self.world.name_of(it.account), it.key))
            .collect()
    }

    pub(super) fn surprises(&self) -> Vec<String> {
        if self.state().minds_surprises {
            self.unexpected()
        } else {
            Vec::new()
        }
    }

    /// Notices that were taken more than once: allowed by the contract with carriers, and still
    /// to be counted.
    pub fn taken_twice(&self) -> usize {
        self.state()
            .taken
            .values()
            .filter(|count| **count > 1)
            .count()
    }

    /// Attempts that were turned away.
    pub fn turned_away(&self) -> u32 {
        self.state().turned_away
    }
}

impl Carriers for FakeCarrier {
    fn deliver(&self, delivery: &Delivery, now: Timestamp) -> Delivered {
        let mut state = self.state();
        if state.temper == Temper::Busy {
            state.turned_away += 1;
            return Delivered::Later {
                at: now + BUSY_FOR,
                reason: "busy".to_owned(),
            };
        }
        let times = state.taken.entry(delivery.outbox_id).or_default();
        *times += 1;
        if *times == 1 {
            state.open.push(Heard {
                account: delivery.account_id,
                key: delivery.notice.key,
                facts: delivery.notice.facts.clone(),
                incident: delivery.incident_id,
                offer: delivery.offer_id,
            });
        }
        drop(state);
        self.heard.send_modify(|count| *count += 1);
        Delivered::Sent(Channel::Push)
    }
}
