//! The client: one access token, many sends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Response, Url, redirect};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::answer::Answer;
use crate::clock;
use crate::config::{Config, ConfigError};
use crate::error::{SendError, TransportError};
use crate::message::Message;
use crate::retry_after;
use crate::tokens::Tokens;

/// Real answers have a few hundred bytes; more is not read.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// A message that Google has taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Google's name for it: `projects/{project}/messages/{id}`.
    pub name: String,
}

/// Sends messages for one project; clones share connections and access token.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    tokens: Tokens,
    send_url: Url,
    timeout: Duration,
}

impl Client {
    /// Prepares a client; nothing is sent yet.
    pub async fn new(config: Config) -> Result<Self, ConfigError> {
        let send_url = config.send_url()?;
        // No proxy, because the library that fetches the access token knows none either.
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(config.timeout / 2)
            .build()
            .map_err(ConfigError::Http)?;
        let tokens = Tokens::new(config.service_account).await?;
        let timeout = config.timeout;
        Ok(Self {
            inner: Arc::new(Inner {
                http,
                tokens,
                send_url,
                timeout,
            }),
        })
    }

    /// Sends one message; a refused access token is renewed once.
    pub async fn send(&self, message: &Message) -> Result<Sent, SendError> {
        let deadline = Instant::now() + self.inner.timeout;
        let wire = message.to_wire(clock::now());
        let token = before(deadline, self.inner.tokens.current()).await?;
        let answer = self.post(deadline, &token, &wire).await?;
        if !answer.refuses_access_token() {
            return answer.into_result();
        }
        let token = before(deadline, self.inner.tokens.other_than(&token)).await?;
        self.post(deadline, &token, &wire).await?.into_result()
    }

    async fn post(
        &self,
        deadline: Instant,
        token: &str,
        wire: &Value,
    ) -> Result<Answer, TransportError> {
        let request = self
            .inner
            .http
            .post(self.inner.send_url.clone())
            .bearer_auth(token);
        let exchange = async {
            let response = request.json(wire).send().await?;
            read(response).await
        };
        match timeout_at(deadline, exchange).await {
            Ok(answer) => answer.map_err(transport_error),
            Err(_) => Err(TransportError::OutcomeUnknown {
                reason: "no answer in time".to_owned(),
            }),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("send_url", &self.inner.send_url.as_str())
            .finish_non_exhaustive()
    }
}

async fn before(
    deadline: Instant,
    token: impl Future<Output = Result<String, SendError>>,
) -> Result<String, SendError> {
    timeout_at(deadline, token).await.unwrap_or_else(|_| {
        let reason = "no access token in time".to_owned();
        Err(SendError::Transport(TransportError::NotSent { reason }))
    })
}

async fn read(mut response: Response) -> Result<Answer, reqwest::Error> {
    let status = response.status().as_u16();
    let retry_after = text(response.headers(), RETRY_AFTER)
        .and_then(|value| retry_after::parse(value, text(response.headers(), DATE), clock::now()));
    let mut body = Vec::new();
    while body.len() < MAX_ANSWER_BYTES {
        match response.chunk().await? {
            Some(chunk) => body.extend_from_slice(&chunk),
            None => break,
        }
    }
    Ok(Answer {
        status,
        retry_after,
        body,
    })
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn transport_error(error: reqwest::Error) -> TransportError {
    let not_sent = error.is_connect() || error.is_builder();
    let reason = with_causes(&error.without_url());
    if not_sent {
        TransportError::NotSent { reason }
    } else {
        TransportError::OutcomeUnknown { reason }
    }
}

/// The HTTP library's own message says little; the cause is further down.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        words.push_str(": ");
        words.push_str(&next.to_string());
        cause = next.source();
    }
    words
}
