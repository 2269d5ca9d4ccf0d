//! The public HTTP API as its clients see it.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A client without an identity; every call brings a token.
#[derive(Clone)]
pub(super) struct Api {
    client: reqwest::Client,
    base: String,
}

/// An answer, whatever its status.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Value,
    what: String,
}

impl Api {
    /// A client of the service at `http://HOST:PORT`.
    pub(super) fn new(base: String) -> anyhow::Result<Self> {
        // The service is on this machine: a proxy of the environment could not reach it.
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(TIMEOUT)
            .build()?;
        Ok(Self { client, base })
    }

    pub(super) async fn get(&self, token: &str, path: &str) -> anyhow::Result<Value> {
        self.call(Method::GET, token, path, None).await?.good()
    }

    pub(super) async fn put(&self, token: &str, path: &str, body: Value) -> anyhow::Result<Value> {
        self.call(Method::PUT, token, path, Some(body))
            .await?
            .good()
    }

    pub(super) async fn post(
        &self,
        token: &str,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Answer> {
        self.call(Method::POST, token, path, body).await
    }

    async fn call(
        &self,
        method: Method,
        token: &str,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Answer> {
        let what = format!("{method} {path}");
        let request = self.client.request(method, format!("{}{path}", self.base));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = request
            .bearer_auth(token)
            .send()
            .await
            .map_err(reqwest::Error::without_url)
            .with_context(|| format!("{what} got no answer"))?;
        let status = response.status();
        let body = response.json().await.unwrap_or(Value::Null);
        Ok(Answer { status, body, what })
    }
}

impl Answer {
    /// The body of a success.
    pub(super) fn good(self) -> anyhow::Result<Value> {
        let title = self.body["title"].as_str().unwrap_or_default();
        anyhow::ensure!(
            self.status.is_success(),
            "{} was answered {} {title}",
            self.what,
            self.status.as_u16()
        );
        Ok(self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_one_line_with_the_title() {
        let answer = |status| Answer {
            status,
            body: serde_json::json!({ "title": "Not yours" }),
            what: "GET /v1/me".to_owned(),
        };
        assert!(answer(StatusCode::OK).good().is_ok());
        let refused = answer(StatusCode::FORBIDDEN).good().expect_err("refused");
        assert_eq!(refused.to_string(), "GET /v1/me was answered 403 Not yours");
    }
}
