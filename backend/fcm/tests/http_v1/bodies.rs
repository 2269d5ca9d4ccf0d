//! The fake's send endpoint refuses what HTTP v1 refuses.

use fcm::fake::{Behaviour, Fake};
use serde_json::{Value, json};

use crate::assertions::access_token;

async fn post(fake: &Fake, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let url = format!("{}{path}", fake.fcm_url());
    let request = reqwest::Client::new()
        .post(url)
        .bearer_auth(token)
        .json(body);
    let response = request.send().await.expect("an answer");
    (
        response.status().as_u16(),
        response.json().await.expect("JSON"),
    )
}

const PATH: &str = "/v1/projects/fake-project/messages:send";

fn shape_error(field: &str, words: &str) -> Value {
    json!({ "error": {
        "code": 400, "message": words, "status": "INVALID_ARGUMENT",
        "details": [{
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{ "field": field, "description": words }],
        }],
    }})
}

fn unknown(field: &str, name: &str) -> Value {
    let place = if field.is_empty() {
        String::new()
    } else {
        format!(" at '{field}'")
    };
    let words = format!(
        "Invalid JSON payload received. Unknown name \"{name}\"{place}: Cannot find field."
    );
    shape_error(field, &words)
}

#[tokio::test]
async fn the_legacy_shape_and_the_legacy_path_are_refused() {
    let fake = Fake::start().await.expect("a fake");
    let token = access_token(&fake).await;
    let legacy = json!({ "to": "device-1", "notification": { "title": "a", "body": "b" } });
    let (status, body) = post(&fake, PATH, &token, &legacy).await;
    assert_eq!(status, 400);
    // Which of the two unknown names comes first is not ours to fix.
    assert!(
        body == unknown("", "to") || body == unknown("", "notification"),
        "{body}"
    );
    let (status, _) = post(&fake, "/fcm/send", &token, &legacy).await;
    assert_eq!(status, 404);
    assert_eq!(fake.requests(), []);
}

#[tokio::test]
async fn unknown_fields_and_wrong_types_are_refused() {
    let fake = Fake::start().await.expect("a fake");
    let token = access_token(&fake).await;
    let table = [
        (json!({ "extra": 1 }), unknown("message", "extra")),
        (
            json!({ "notification": { "subtitle": "x" } }),
            unknown("message.notification", "subtitle"),
        ),
        (
            json!({ "android": { "urgency": "x" } }),
            unknown("message.android", "urgency"),
        ),
        (
            json!({ "data": { "count": 12 } }),
            shape_error(
                "message.data[0].value",
                "Invalid value at 'message.data[0].value', 12",
            ),
        ),
        (
            json!({ "android": { "priority": "high" } }),
            shape_error(
                "message.android.priority",
                "Invalid value at 'message.android.priority', \"high\"",
            ),
        ),
        (
            json!({ "android": { "ttl": 60 } }),
            shape_error(
                "message.android.ttl",
                "Invalid value at 'message.android.ttl', 60",
            ),
        ),
        (
            json!({ "apns": { "headers": { "apns-priority": 10 } } }),
            shape_error(
                "message.apns.headers[0].value",
                "Invalid value at 'message.apns.headers[0].value', 10",
            ),
        ),
    ];
    for (part, expected) in table {
        let mut message = part.clone();
        message["token"] = json!("device-1");
        let (status, body) = post(&fake, PATH, &token, &json!({ "message": message })).await;
        assert_eq!((status, body), (400, expected), "{part}");
    }
    for ttl in ["60", "s", "-1s", "1.s", "2419201s", "1.1234567890s"] {
        let message = json!({ "message": { "token": "d", "android": { "ttl": ttl } } });
        assert_eq!(post(&fake, PATH, &token, &message).await.0, 400, "{ttl}");
    }
    assert_eq!(fake.requests(), []);
}

#[tokio::test]
async fn a_message_without_recipient_has_fcms_own_code() {
    let fake = Fake::start().await.expect("a fake");
    let token = access_token(&fake).await;
    let expected = json!({ "error": {
        "code": 400, "message": "Recipient of the message is not set.",
        "status": "INVALID_ARGUMENT",
        "details": [{
            "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError",
            "errorCode": "INVALID_ARGUMENT",
        }],
    }});
    for body in [json!({}), json!({ "message": {} })] {
        assert_eq!(
            post(&fake, PATH, &token, &body).await,
            (400, expected.clone())
        );
    }
}

#[tokio::test]
async fn small_and_full_messages_are_accepted() {
    let fake = Fake::start().await.expect("a fake");
    let token = access_token(&fake).await;
    let full = json!({
        "token": "device-1",
        "notification": { "title": "a", "body": "b", "image": "https://example.invalid/i" },
        "data": { "k": "v" },
        "android": { "priority": "NORMAL", "ttl": "3.5s", "collapse_key": "c",
            "notification": { "channel_id": "d", "tag": "e" } },
        "apns": { "headers": { "apns-priority": "5" }, "payload": { "aps": { "badge": 1 } } },
    });
    for message in [json!({ "token": "device-1" }), full] {
        let (status, body) = post(&fake, PATH, &token, &json!({ "message": message })).await;
        assert_eq!(status, 200, "{body}");
        assert!(body["name"].is_string());
    }
    assert_eq!(fake.requests().len(), 2);
    let trial = json!({ "validate_only": true, "message": { "token": "device-1" } });
    assert_eq!(post(&fake, PATH, &token, &trial).await.0, 200);
    assert_eq!(fake.requests().len(), 2, "a trial is not a send");
}

#[tokio::test]
async fn only_an_issued_token_and_the_own_project_may_send() {
    let fake = Fake::start().await.expect("a fake");
    let token = access_token(&fake).await;
    let body = json!({ "message": { "token": "device-1" } });
    for wrong in ["", "made-up", &token[1..]] {
        let (status, answer) = post(&fake, PATH, wrong, &body).await;
        assert_eq!(
            (status, &answer["error"]["status"]),
            (401, &json!("UNAUTHENTICATED"))
        );
    }
    let other = "/v1/projects/other/messages:send";
    let (status, answer) = post(&fake, other, &token, &body).await;
    assert_eq!(
        (status, &answer["error"]["status"]),
        (403, &json!("PERMISSION_DENIED"))
    );
    assert_eq!(post(&fake, PATH, &token, &body).await.0, 200);
}

#[tokio::test]
async fn a_revoked_token_stays_refused() {
    let fake = Fake::start().await.expect("a fake");
    let token = access_token(&fake).await;
    let body = json!({ "message": { "token": "device-1" } });
    fake.script("device-1", Behaviour::UnauthorisedOnce);
    for _ in 0..2 {
        assert_eq!(post(&fake, PATH, &token, &body).await.0, 401);
    }
    let token = access_token(&fake).await;
    assert_eq!(post(&fake, PATH, &token, &body).await.0, 200);
}
