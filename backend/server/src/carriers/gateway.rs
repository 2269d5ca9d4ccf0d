//! Text messages and calls through gateways over HTTP: signed, with fail-over.
//!
//! The form is our own (decision record 0022); an adapter in front of a real provider speaks it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use domain::notices::Channel;
use domain::time::Timestamp;
use ingest::webhook::sign;
use reqwest::StatusCode;
use serde_json::Value;
use tokio::runtime::Handle;
use uuid::Uuid;

use super::circuit::Circuit;
use crate::config::Gateway;

/// Longest wait that is taken from a provider.
const LONGEST_WAIT_S: i64 = 300;

/// All gateways, in the order they are asked.
pub struct Gateways {
    all: Vec<Provider>,
    seat_phone: Option<String>,
    /// None where no gateway is configured: nothing is ever sent then.
    http: Option<(reqwest::Client, Handle)>,
}

struct Provider {
    settings: Gateway,
    circuit: Mutex<Circuit>,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// A gateway took it.
    To(String),
    /// None took it now.
    Later(Option<TimeDelta>, String),
    /// Every one said that it never will.
    Never(String),
}

enum Refused {
    Now(Option<TimeDelta>, String),
    Forever(String),
}

impl Gateways {
    /// No gateway.
    pub fn none() -> Self {
        Self {
            all: Vec::new(),
            seat_phone: None,
            http: None,
        }
    }

    /// Gateways on the present runtime.
    ///
    /// # Errors
    /// An HTTP client that cannot be made.
    pub fn new(settings: &[Gateway], seat_phone: Option<String>) -> Result<Self, reqwest::Error> {
        if settings.is_empty() {
            return Ok(Self::none());
        }
        let mut settings = settings.to_vec();
        settings.sort_by_key(|gateway| gateway.order);
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let provider = |settings| Provider {
            settings,
            circuit: Mutex::default(),
        };
        Ok(Self {
            all: settings.into_iter().map(provider).collect(),
            seat_phone,
            http: Some((client, Handle::current())),
        })
    }

    /// Whether messages can go by this channel.
    pub fn serve(&self, channel: Channel) -> bool {
        self.all.iter().any(|one| one.settings.channel == channel)
    }

    /// Whether there is none at all.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// A gateway's key and channel.
    pub fn named(&self, name: &str) -> Option<(&[u8], Channel)> {
        let found = self.all.iter().find(|one| one.settings.name == name)?;
        Some((found.settings.key.as_bytes(), found.settings.channel))
    }

    /// Where a call is put through to a person.
    pub fn seat_phone(&self) -> Option<&str> {
        self.seat_phone.as_deref()
    }

    /// Hands a message over; the same identifier to every provider, so that one that took it after
    /// all knows a repeat. Blocks: only for threads that may.
    ///
    /// A provider whose circuit is open is asked last and not left out: a message that may save a
    /// life is tried everywhere.
    pub fn send(&self, id: Uuid, channel: Channel, message: &Value, now: Timestamp) -> Handed {
        let serving = self
            .all
            .iter()
            .filter(|one| one.settings.channel == channel);
        let (first, last): (Vec<_>, Vec<_>) = serving.partition(|one| one.circuit().admits(now));
        let mut outcome = Handed::Never(format!("no gateway for {channel}"));
        for provider in first.into_iter().chain(last) {
            match self.post(provider, id, message, now) {
                Ok(()) => {
                    provider.circuit().succeeded();
                    return Handed::To(provider.settings.name.clone());
                }
                Err(Refused::Now(asked, reason)) => {
                    provider.circuit().failed(now);
                    tracing::warn!(gateway = %provider.settings.name, reason, "gateway passed over");
                    outcome = Handed::Later(asked, reason);
                }
                Err(Refused::Forever(reason)) => {
                    if !matches!(outcome, Handed::Later(..)) {
                        outcome = Handed::Never(reason);
                    }
                }
            }
        }
        outcome
    }

    fn post(
        &self,
        provider: &Provider,
        id: Uuid,
        message: &Value,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let Some((client, runtime)) = &self.http else {
            return Err(Refused::Forever("no gateway".to_owned()));
        };
        let settings = &provider.settings;
        let (body, moment) = (message.to_string(), now.timestamp().to_string());
        let code = hex::encode(sign(settings.key.as_bytes(), &moment, body.as_bytes()));
        let request = client
            .post(&settings.url)
            .timeout(Duration::from_secs(settings.timeout_s.into()))
            .header("content-type", "application/json")
            .header("idempotency-key", id.to_string())
            .header("x-anlin-timestamp", moment)
            .header("x-anlin-signature", code)
            .body(body);
        let answer = runtime.block_on(request.send());
        let answer = answer.map_err(|error| {
            let reason = if error.is_timeout() {
                "no answer in time"
            } else {
                "not reachable"
            };
            Refused::Now(None, format!("{}: {reason}", settings.name))
        })?;
        let status = answer.status();
        let reason = format!("{}: status {}", settings.name, status.as_u16());
        if status.is_success() {
            Ok(())
        } else if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            let asked = answer.headers().get("retry-after");
            let asked = asked.and_then(|wait| wait.to_str().ok()?.parse::<i64>().ok());
            let asked = asked.map(|wait| TimeDelta::seconds(wait.clamp(0, LONGEST_WAIT_S)));
            Err(Refused::Now(asked, reason))
        } else {
            Err(Refused::Forever(reason))
        }
    }
}

impl Provider {
    fn circuit(&self) -> std::sync::MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
