//! Push through Firebase Cloud Messaging.

use std::collections::BTreeMap;
use std::time::Duration;

use accessibility::Rendition;
use chrono::TimeDelta;
use domain::notices::Channel;
use domain::ports::Delivery;
use tokio::runtime::Handle;

use super::{Attempt, is_urgent};

/// How long a push is worth anything.
const TIME_TO_LIVE: Duration = Duration::from_secs(15 * 60);
/// Android notification channel of alarms.
const CHANNEL_ID: &str = "anlin_alarms";

/// How to reach the push service.
#[derive(Clone)]
pub struct PushSettings {
    /// The service account's JSON.
    pub service_account_json: String,
    /// Another address than Google's.
    pub url: Option<String>,
}

/// A push client that blocking threads can use.
pub struct Pusher {
    client: fcm::Client,
    runtime: Handle,
}

impl Pusher {
    /// A client for the given account, on the present runtime.
    ///
    /// # Errors
    /// A service account that cannot be read.
    pub async fn new(settings: &PushSettings) -> Result<Self, fcm::ConfigError> {
        let mut config = fcm::Config::from_service_account_json(&settings.service_account_json)?;
        if let Some(url) = &settings.url {
            config.fcm_url.clone_from(url);
        }
        Ok(Self {
            client: fcm::Client::new(config).await?,
            runtime: Handle::current(),
        })
    }

    pub(super) fn push(
        &self,
        token: &str,
        delivery: &Delivery,
        text: &Rendition,
        acceptance: Option<&str>,
    ) -> Attempt {
        let urgent = is_urgent(delivery.notice.key);
        let mut data = BTreeMap::from([
            ("incident_id".to_owned(), delivery.incident_id.to_string()),
            ("message".to_owned(), delivery.notice.key.to_string()),
        ]);
        if let Some(offer) = delivery.offer_id {
            data.insert("offer_id".to_owned(), offer.to_string());
        }
        if let Some(word) = acceptance {
            data.insert("acceptance_token".to_owned(), word.to_owned());
        }
        let message = fcm::Message {
            token: token.to_owned(),
            title: text.title.clone(),
            body: text.body.clone(),
            data,
            priority: if urgent {
                fcm::Priority::High
            } else {
                fcm::Priority::Normal
            },
            collapse_key: None,
            ttl: Some(TIME_TO_LIVE),
            channel_id: Some(CHANNEL_ID.to_owned()),
            idempotency_key: delivery.outbox_id.to_string(),
        };
        match self.runtime.block_on(self.client.send(&message)) {
            Ok(_) => Attempt::Sent(Channel::Push),
            Err(fcm::SendError::Unregistered) => {
                tracing::info!(
                    account = %delivery.account_id,
                    "push token dropped"
                );
                Attempt::Gone
            }
            Err(error) if error.is_permanent() => Attempt::Never(error.to_string()),
            Err(error) => {
                let asked = error
                    .retry_after()
                    .and_then(|wait| TimeDelta::from_std(wait).ok());
                Attempt::Later(asked, error.to_string())
            }
        }
    }
}
