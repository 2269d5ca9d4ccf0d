//! What every operation with a body has in common, taken from the document itself.

use integration::app::{Backend, TestApp, on};
use integration::roles::{Ask, Client, IDEMPOTENCY_KEY};
use reqwest::Method;
use serde_json::Value;
use server::engine::fresh_id;

/// A served operation of the document.
pub(crate) struct Served {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) has_body: bool,
    needs_key: bool,
}

/// Everything the document serves.
pub(crate) fn served() -> Vec<Served> {
    let document = openapi::document_value();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            let Some(id) = operation["operationId"].as_str() else {
                continue;
            };
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            all.push(Served {
                id: id.to_owned(),
                method,
                path: path.clone(),
                has_body: operation["requestBody"].is_object(),
                needs_key: operation["x-anlin-idempotency"] == "key-required",
            });
        }
    }
    assert!(all.len() > 25, "the document is read");
    all
}

impl Served {
    /// Sends a body to this operation, its path filled with things that do not exist.
    async fn send(
        &self,
        client: &Client,
        media: &str,
        body: Vec<u8>,
    ) -> integration::roles::Answer {
        let mut path = String::new();
        for part in self.path.split('/').filter(|part| !part.is_empty()) {
            path.push('/');
            if part.starts_with('{') {
                path.push_str(&fresh_id().to_string());
            } else {
                path.push_str(part);
            }
        }
        let mut ask = Ask {
            body: Some((media.to_owned(), body)),
            ..Ask::default()
        };
        if self.needs_key {
            ask = ask.header(IDEMPOTENCY_KEY, "a-key");
        }
        client.send(self.method.clone(), &path, ask).await
    }
}

/// Runs a check on every operation that takes a body.
async fn every_body(app: &TestApp, check: impl AsyncFn(&Served, &Client)) {
    let (mut checked, seat) = (0, app.operator());
    // A webhook reads nothing of a body before its sender has proved something; its own tests do.
    let is_hook = |id: &str| id.starts_with("ingest_") || id == "gateway_callback";
    let checks = |served: &&Served| served.has_body && !is_hook(&served.id);
    for served in served().iter().filter(checks) {
        check(served, &seat).await;
        checked += 1;
    }
    assert!(checked >= 9, "only {checked} operations have a body");
}

#[tokio::test(flavor = "multi_thread")]
async fn xml_is_an_unsupported_media_type_everywhere() {
    on(Backend::Sqlite, async |app: &mut TestApp| {
        every_body(app, async |served, seat| {
            for media in ["application/xml", "text/plain", "application/jsonp"] {
                let answer = served.send(seat, media, b"<note/>".to_vec()).await;
                assert_eq!(answer.status, 415, "{} {media}: {}", served.id, answer.text);
                answer.expect_problem(415, "unsupported-media-type");
            }
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_refused_everywhere() {
    on(Backend::Sqlite, async |app: &mut TestApp| {
        every_body(app, async |served, seat| {
            let mut body = br#"{"note":""#.to_vec();
            body.resize(openapi::MAX_BODY_BYTES + 1, b'a');
            body.extend(b"\"}");
            let answer = served.send(seat, "application/json", body).await;
            assert_eq!(answer.status, 413, "{}: {}", served.id, answer.text);
            answer.expect_problem(413, "payload-too-large");
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_json_and_unknown_members_are_named_without_their_values() {
    on(Backend::Sqlite, async |app: &mut TestApp| {
        every_body(app, async |served, seat| {
            let broken = served
                .send(seat, "application/json", b"{\"a\": SECRET".to_vec())
                .await;
            assert!(
                !broken.text.contains("SECRET"),
                "{}: {}",
                served.id,
                broken.text
            );
            broken.expect_problem(400, "malformed-request");
            let body = br#"{"no_such_member": "SECRET"}"#.to_vec();
            let unknown = served.send(seat, "application/json", body).await;
            assert!(
                !unknown.text.contains("SECRET"),
                "{}: {}",
                served.id,
                unknown.text
            );
            assert!(
                !unknown.text.contains("no_such_member"),
                "{}: {}",
                served.id,
                unknown.text
            );
            let problem = unknown.expect_problem(422, "invalid-request");
            // The member's own name is the caller's text as well and is not repeated.
            let errors = problem["errors"].as_array().cloned().unwrap_or_default();
            let named = errors
                .iter()
                .any(|it| it["field"] == "body" && it["rule"] == "no unknown fields");
            assert!(named, "{}: {errors:?}", served.id);
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_served_document_is_the_committed_one() {
    on(Backend::Sqlite, async |app: &mut TestApp| {
        let served = app.nobody().get("/openapi.yaml").await;
        let committed = include_str!("../../../openapi/openapi.yaml");
        assert_eq!(served.status, 200);
        assert!(
            served.text == committed,
            "served and committed documents differ"
        );
        let json = app.nobody().get("/openapi.json").await.expect(200);
        assert_eq!(
            json,
            openapi::read_document(committed).unwrap_or(Value::Null)
        );
    })
    .await;
}
