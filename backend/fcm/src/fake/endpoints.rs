//! The two endpoints.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use poem::endpoint::make;
use poem::http::{Method, StatusCode, header};
use poem::web::Form;
use poem::{Endpoint, FromRequest, Request, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::PROJECT_ID;
use super::assertion::{self, Expected, Refused};
use super::refusal::Refusal;
use super::shape;
use super::state::{Behaviour, State};
use crate::clock;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Life of an access token; Google's own.
const TOKEN_LIFE: Duration = Duration::from_secs(3599);

/// Well above the largest message FCM takes.
const MAX_BODY_BYTES: usize = 64 * 1024;

pub(super) fn serve(state: Arc<State>) -> impl Endpoint<Output = Response> {
    make(move |request: Request| {
        let state = Arc::clone(&state);
        async move { route(&state, request).await }
    })
}

async fn route(state: &State, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if request.method() != Method::POST {
        return Refusal::no_such_path().into_response();
    }
    if path == "/token" {
        state.count_token_request();
        return token(state, request).await;
    }
    let project = path
        .strip_prefix("/v1/projects/")
        .and_then(|rest| rest.strip_suffix("/messages:send"));
    match project {
        Some(project) => {
            state.count_send_request();
            match send(state, project, request).await {
                Ok(name) => json_response(StatusCode::OK, &json!({ "name": name })),
                Err(refusal) => refusal.into_response(),
            }
        }
        // The legacy `/fcm/send` is gone, here as there.
        None => Refusal::no_such_path().into_response(),
    }
}

#[derive(Deserialize)]
struct Grant {
    grant_type: String,
    assertion: String,
}

async fn token(state: &State, request: Request) -> Response {
    let (request, mut body) = request.split();
    let Ok(Form(grant)) = Form::<Grant>::from_request(&request, &mut body).await else {
        return oauth_error(&Refused {
            error: "invalid_request",
            description: "Not a form with grant_type and assertion.",
        });
    };
    if grant.grant_type != GRANT_TYPE {
        let description = "Only signed assertions are taken.";
        return oauth_error(&Refused {
            error: "unsupported_grant_type",
            description,
        });
    }
    let now = clock::now();
    let expected = Expected {
        public_key: &state.account.public_key,
        issuer: &state.account.client_email,
        audience: &state.token_url(),
        now_s: DateTime::<Utc>::from(now).timestamp(),
    };
    if let Err(refused) = assertion::verify(&grant.assertion, &expected) {
        return oauth_error(&refused);
    }
    let body = json!({
        "access_token": state.issue(&grant.assertion, now + TOKEN_LIFE),
        "expires_in": TOKEN_LIFE.as_secs(),
        "token_type": "Bearer",
    });
    json_response(StatusCode::OK, &body)
}

/// Checks in Google's order: access token, project, shape, registration token.
async fn send(state: &State, project: &str, request: Request) -> Result<String, Refusal> {
    let now = clock::now();
    if !bearer(&request).is_some_and(|token| state.is_valid(token, now)) {
        return Err(Refusal::unauthenticated());
    }
    if project != PROJECT_ID {
        return Err(Refusal::wrong_project());
    }
    let bytes = request.into_body().into_bytes_limit(MAX_BODY_BYTES).await;
    let bytes = bytes.map_err(|_| Refusal::content("Android message is too big"))?;
    let body: Value = serde_json::from_slice(&bytes).map_err(|_| Refusal::not_json())?;
    shape::check(&body)?;
    let message = &body["message"];
    let behaviour = state.take_behaviour(message["token"].as_str().unwrap_or_default());
    if let Some(refusal) = refusal(state, &behaviour, now) {
        return Err(refusal);
    }
    if body["validate_only"] == json!(true) {
        return Ok(format!("projects/{project}/messages/fake_message_id"));
    }
    let name = state.accept(project, message, now);
    if let Behaviour::Delay(delay) = behaviour {
        late(delay).await;
    }
    Ok(name)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a slow answer is what the script asks for"
)]
async fn late(delay: Duration) {
    tokio::time::sleep(delay).await;
}

fn refusal(state: &State, behaviour: &Behaviour, now: SystemTime) -> Option<Refusal> {
    match behaviour {
        Behaviour::Accept | Behaviour::Delay(_) => None,
        Behaviour::Unregistered => Some(Refusal::unregistered()),
        Behaviour::SenderMismatch => Some(Refusal::sender_mismatch()),
        Behaviour::InvalidArgument => {
            let words = "The registration token is not a valid FCM registration token";
            Some(Refusal::content(words))
        }
        Behaviour::UnavailableOnce { retry_after_s } => {
            Some(Refusal::unavailable(retry_after_s.to_string()))
        }
        Behaviour::UnavailableOnceUntil { retry_after_s } => Some(Refusal::unavailable(http_date(
            now + Duration::from_secs(*retry_after_s),
        ))),
        Behaviour::QuotaExceededOnce { retry_after_s } => {
            Some(Refusal::quota_exceeded(retry_after_s.to_string()))
        }
        Behaviour::UnauthorisedOnce => {
            state.revoke_all();
            Some(Refusal::unauthenticated())
        }
    }
}

fn bearer(request: &Request) -> Option<&str> {
    request
        .header(header::AUTHORIZATION)?
        .strip_prefix("Bearer ")
}

fn http_date(at: SystemTime) -> String {
    DateTime::<Utc>::from(at)
        .format("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

fn oauth_error(refused: &Refused) -> Response {
    let body = json!({ "error": refused.error, "error_description": refused.description });
    json_response(StatusCode::BAD_REQUEST, &body)
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    Response::builder()
        .status(status)
        .content_type("application/json")
        .body(body.to_string())
}
