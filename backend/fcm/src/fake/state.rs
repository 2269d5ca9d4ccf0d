//! What the fake remembers.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::broadcast;

use super::key::Account;

/// Accepted sends kept, so that a long demonstration does not fill the memory.
const KEPT_SENDS: usize = 10_000;

/// Sends a slow listener may lag behind before it loses the oldest.
const LISTENER_LAG: usize = 1024;

/// How sends to one registration token end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// Accepted at once, as without a script.
    Accept,
    /// Refused for good: the app is gone.
    Unregistered,
    /// Refused for good: not a registration token.
    InvalidArgument,
    /// Refused for good: another project's token.
    SenderMismatch,
    /// The next one is refused with `Retry-After` in seconds.
    UnavailableOnce {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// The next one is refused with `Retry-After` as a date.
    UnavailableOnceUntil {
        /// Seconds from now to that date.
        retry_after_s: u64,
    },
    /// The next one is refused because of too many messages.
    QuotaExceededOnce {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// The next one is refused, and so is every access token issued so far.
    UnauthorisedOnce,
    /// Accepted at once, answered late.
    Delay(Duration),
}

impl Behaviour {
    fn is_for_one_send(&self) -> bool {
        matches!(
            self,
            Self::UnavailableOnce { .. }
                | Self::UnavailableOnceUntil { .. }
                | Self::QuotaExceededOnce { .. }
                | Self::UnauthorisedOnce
        )
    }
}

/// A send the fake has accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedSend {
    /// Name given to the message.
    pub name: String,
    /// Registration token.
    pub token: String,
    /// Title, empty if there was none.
    pub title: String,
    /// Text, empty if there was none.
    pub body: String,
    /// Values for the app.
    pub data: BTreeMap<String, String>,
    /// The whole `message` as it came in.
    pub message: Value,
    /// When it was accepted.
    pub at: SystemTime,
}

/// Shared by the two endpoints and the handle.
pub(super) struct State {
    pub(super) account: Account,
    pub(super) base_url: String,
    memory: Mutex<Memory>,
    listeners: broadcast::Sender<RecordedSend>,
}

#[derive(Default)]
struct Memory {
    token_requests: usize,
    send_requests: usize,
    accepted: VecDeque<RecordedSend>,
    accepted_ever: u64,
    issued: HashMap<String, SystemTime>,
    scripts: HashMap<String, Behaviour>,
}

impl State {
    pub(super) fn new(account: Account, base_url: String) -> Self {
        let (listeners, _) = broadcast::channel(LISTENER_LAG);
        Self {
            account,
            base_url,
            memory: Mutex::default(),
            listeners,
        }
    }

    pub(super) fn token_url(&self) -> String {
        format!("{}/token", self.base_url)
    }

    pub(super) fn count_token_request(&self) {
        self.memory().token_requests += 1;
    }

    pub(super) fn count_send_request(&self) {
        self.memory().send_requests += 1;
    }

    pub(super) fn token_requests(&self) -> usize {
        self.memory().token_requests
    }

    pub(super) fn send_requests(&self) -> usize {
        self.memory().send_requests
    }

    pub(super) fn accepted(&self) -> Vec<RecordedSend> {
        self.memory().accepted.iter().cloned().collect()
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<RecordedSend> {
        self.listeners.subscribe()
    }

    pub(super) fn script(&self, token: &str, behaviour: Behaviour) {
        self.memory().scripts.insert(token.to_owned(), behaviour);
    }

    /// The behaviour due now; one for a single send is used up.
    pub(super) fn take_behaviour(&self, token: &str) -> Behaviour {
        let mut memory = self.memory();
        let behaviour = memory
            .scripts
            .get(token)
            .cloned()
            .unwrap_or(Behaviour::Accept);
        if behaviour.is_for_one_send() {
            memory.scripts.remove(token);
        }
        behaviour
    }

    /// A new access token; hard to guess because the assertion is signed.
    pub(super) fn issue(&self, assertion: &str, until: SystemTime) -> String {
        let mut memory = self.memory();
        let serial = memory.token_requests;
        let digest = Sha256::digest(format!("{serial}.{assertion}"));
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let token = format!("fake.{serial}.{hex}");
        memory.issued.insert(token.clone(), until);
        token
    }

    pub(super) fn is_valid(&self, token: &str, now: SystemTime) -> bool {
        self.memory()
            .issued
            .get(token)
            .is_some_and(|until| *until > now)
    }

    pub(super) fn revoke_all(&self) {
        self.memory().issued.clear();
    }

    /// Keeps an accepted message, tells the listeners, and returns its name.
    pub(super) fn accept(&self, project: &str, message: &Value, now: SystemTime) -> String {
        let mut memory = self.memory();
        memory.accepted_ever += 1;
        let name = format!("projects/{project}/messages/0:{}", memory.accepted_ever);
        let send = RecordedSend::read(name.clone(), message, now);
        if memory.accepted.len() == KEPT_SENDS {
            memory.accepted.pop_front();
        }
        memory.accepted.push_back(send.clone());
        // Still under the lock, so that listeners see the order of the record.
        // Nobody listening is no failure.
        let _listening = self.listeners.send(send);
        name
    }

    /// A panic elsewhere cannot leave these plain values half-written.
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecordedSend {
    fn read(name: String, message: &Value, at: SystemTime) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let entries = message["data"].as_object().into_iter().flatten();
        Self {
            name,
            token: text(&message["token"]),
            title: text(&message["notification"]["title"]),
            body: text(&message["notification"]["body"]),
            data: entries
                .map(|(key, value)| (key.clone(), text(value)))
                .collect(),
            message: message.clone(),
            at,
        }
    }
}
