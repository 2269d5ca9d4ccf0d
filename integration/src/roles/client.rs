//! One caller over real HTTP: requests, answers, and the calls that several roles make.

use std::fmt::Display;
use std::net::SocketAddr;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use server::engine::fresh_id;

/// Name of the header that makes a repeat a repeat.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body as JSON; null when it is none.
    pub body: Value,
}

impl Answer {
    /// The body of an answer with this status.
    ///
    /// # Panics
    /// When the status is another.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }

    /// The body of a problem of this status and type, with all that every problem has.
    ///
    /// # Panics
    /// When it is another answer.
    pub fn expect_problem(self, status: u16, slug: &str) -> Value {
        let media = self
            .headers
            .get("content-type")
            .and_then(|it| it.to_str().ok());
        let media = media.unwrap_or_default().to_owned();
        let trace = self
            .headers
            .get("x-trace-id")
            .and_then(|it| it.to_str().ok());
        let trace = trace.unwrap_or_default().to_owned();
        let text = self.text.clone();
        let body = self.expect(status);
        assert!(
            media.starts_with("application/problem+json"),
            "{media}: {text}"
        );
        assert_eq!(body["type"], format!("urn:anlin:problem:{slug}"), "{text}");
        assert_eq!(body["status"], status, "{text}");
        assert!(
            body["title"]
                .as_str()
                .is_some_and(|title| !title.is_empty()),
            "{text}"
        );
        assert_eq!(body["trace_id"], trace, "{text}");
        body
    }
}

/// One caller.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// A request that a test fills in.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// Headers beside the token.
    pub headers: Vec<(String, String)>,
    /// Media type and bytes.
    pub body: Option<(String, Vec<u8>)>,
}

impl Ask {
    /// With a JSON body.
    pub fn json(body: &Value) -> Self {
        let body = ("application/json".to_owned(), body.to_string().into_bytes());
        Self {
            body: Some(body),
            ..Self::default()
        }
    }

    /// With another header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }
}

impl Client {
    /// A caller with or without a token.
    ///
    /// # Panics
    /// Never: the client has no setting that could fail.
    pub fn new(at: SocketAddr, token: Option<&str>) -> Self {
        // No idle connections: a crashed server must not be kept alive by its callers.
        let http = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0);
        Self {
            http: http.build().expect("a client"),
            base: format!("http://{at}"),
            token: token.map(str::to_owned),
        }
    }

    /// The token that this caller shows.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A request, its answer not yet read.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn begin(&self, method: Method, path: &str, ask: Ask) -> reqwest::Response {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in ask.headers {
            request = request.header(name, value);
        }
        if let Some((media, bytes)) = ask.body {
            request = request.header("content-type", media).body(bytes);
        }
        request.send().await.expect("the server answers")
    }

    /// A request and its whole answer.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn send(&self, method: Method, path: &str, ask: Ask) -> Answer {
        let response = self.begin(method, path, ask).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("a whole answer");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer {
            status,
            headers,
            text,
            body,
        }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Ask::default()).await
    }

    /// POST without a body.
    pub async fn post(&self, path: &str) -> Answer {
        self.send(Method::POST, path, Ask::default()).await
    }

    /// POST with a JSON body.
    pub async fn post_json(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Ask::json(&body)).await
    }

    /// PUT with a JSON body.
    pub async fn put_json(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Ask::json(&body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, Ask::default()).await
    }

    /// Reports an incident under a fresh key.
    pub async fn report(&self, resident: impl Display, kind: &str) -> Answer {
        self.report_under(&fresh_id().to_string(), resident, kind)
            .await
    }

    /// Reports an incident under a certain key.
    pub async fn report_under(&self, key: &str, resident: impl Display, kind: &str) -> Answer {
        let body = json!({"resident_id": resident.to_string(), "kind": kind});
        let ask = Ask::json(&body).header(IDEMPOTENCY_KEY, key);
        self.send(Method::POST, "/v1/incidents", ask).await
    }

    /// All incidents of a state that this caller sees, page by page.
    ///
    /// # Panics
    /// When they are not listed.
    pub async fn incidents(&self, state: &str) -> Vec<Value> {
        self.all(&format!("/v1/incidents?state={state}&limit=200"))
            .await
    }

    /// All items of a list, page by page; the path has a query already.
    ///
    /// # Panics
    /// When they are not listed.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut page = self.get(path).await.expect(200);
        loop {
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else {
                return items;
            };
            page = self
                .get(&format!("{path}&cursor={cursor}"))
                .await
                .expect(200);
        }
    }

    /// One incident with offers and history.
    pub async fn incident(&self, id: impl Display) -> Answer {
        self.get(&format!("/v1/incidents/{id}")).await
    }

    /// What this caller was told, newest first.
    pub async fn told(&self) -> Vec<Value> {
        self.all("/v1/me/notifications?limit=200").await
    }

    /// Closes an incident.
    pub async fn close(&self, id: impl Display, outcome: &str, note: Option<&str>) -> Answer {
        let mut body = json!({"outcome": outcome});
        if let Some(note) = note {
            body["note"] = note.into();
        }
        self.post_json(&format!("/v1/incidents/{id}/closure"), body)
            .await
    }
}
