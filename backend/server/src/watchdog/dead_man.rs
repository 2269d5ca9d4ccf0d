//! The dead man's switch: an outside watcher is called after every whole pass.

use std::time::Duration;

use anyhow::Context as _;
use domain::time::Timestamp;
use ingest::webhook::sign;

use crate::config::Settings;

/// Header with the moment that is signed, seconds since 1970.
pub const MOMENT_HEADER: &str = "x-anlin-timestamp";
/// Header with HMAC-SHA256 over moment, a dot and the body, in hex.
pub const SIGNATURE_HEADER: &str = "x-anlin-signature";
/// How long the outside may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whom to call.
#[derive(Clone)]
pub struct DeadMan {
    url: reqwest::Url,
    key: String,
    client: reqwest::Client,
}

impl std::fmt::Debug for DeadMan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeadMan({})", self.url.host_str().unwrap_or_default())
    }
}

impl DeadMan {
    pub(super) fn of(settings: &Settings) -> anyhow::Result<Option<Self>> {
        let Some(url) = &settings.dead_man_url else {
            return Ok(None);
        };
        let key = settings.dead_man_key.clone();
        Ok(Some(Self {
            url: url.parse().context("dead_man_url")?,
            key: key.context("dead_man_url needs dead_man_key, which signs the calls")?,
            client: reqwest::Client::builder().timeout(PATIENCE).build()?,
        }))
    }

    /// Calls once. Silence is the alarm, so a call that fails is not repeated before the next pass.
    pub(super) async fn call(&self, body: String, now: Timestamp) {
        let moment = now.timestamp().to_string();
        let code = sign(self.key.as_bytes(), &moment, body.as_bytes());
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header(MOMENT_HEADER, moment)
            .header(SIGNATURE_HEADER, hex::encode(code))
            .body(body);
        match request.send().await.map(|answer| answer.status()) {
            Ok(status) if status.is_success() => {}
            Ok(status) => tracing::warn!(%status, "the outside watcher did not take the call"),
            // The address may hold a secret of the watcher.
            Err(error) => {
                tracing::warn!(error = %error.without_url(), "the outside watcher was not reached")
            }
        }
    }
}
