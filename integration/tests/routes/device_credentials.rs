//! Credentials of devices and gateways: shown once, listed without secrets, taken back.

use domain::devices::Protocol;
use integration::app::{Issued, TestApp};
use integration::roles::word;
use serde_json::json;

const PATH: &str = "/v1/device-credentials";

/// The secrets are in the first answer and nowhere else; making and revoking leave a line each.
pub(crate) async fn a_credential_is_shown_once_and_taken_back(app: &mut TestApp) {
    let (home, elder) = (app.world.home.organisation, app.world.elder().id);
    let device = app.register_in(home, Protocol::AnlinJson, "AN-0018", Some(elder));
    let order = json!({"device_id": device.to_string()});
    let made = app.admin().post_json(PATH, order).await.expect(201);
    let issued = Issued::of(&made);
    assert_eq!(issued.name, "AN-0018");
    assert_eq!(made["publish_topics"], json!(["anlin/v1/AN-0018/events"]));
    assert_eq!(made["commands_topic"], "anlin/v1/AN-0018/commands");
    assert_eq!(
        issued.webhook_path,
        format!("/v1/ingest/anlin-json/{}", issued.id)
    );
    assert!(issued.secret.len() == 64 && issued.signing_key.len() == 64);
    assert_ne!(issued.secret, issued.signing_key);
    let second = app
        .credential(json!({"name": "house-7", "protocol": "zigbee2mqtt", "topic_prefix": "h7/"}))
        .await;

    for seat in [app.operator().get(PATH).await, app.admin().get(PATH).await] {
        for secret in [&issued.secret, &issued.signing_key, &second.secret] {
            assert!(!seat.text.contains(secret.as_str()));
        }
        let listed = seat.expect(200);
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(2));
    }
    let page = app
        .operator()
        .get(&format!("{PATH}?limit=1"))
        .await
        .expect(200);
    let next = word(&page, "next_cursor");
    let rest = app
        .operator()
        .get(&format!("{PATH}?limit=1&cursor={next}"))
        .await
        .expect(200);
    assert_eq!(rest["items"][0]["topic_prefix"], "h7/");

    let own = format!("{PATH}/{}", issued.id);
    for _ in 0..2 {
        assert_eq!(app.operator().delete(&own).await.status, 204);
    }
    let listed = app.operator().get(PATH).await.expect(200);
    assert!(listed["items"][0]["revoked_at"].is_string(), "{listed:#}");
    let id = issued.id.parse().expect("an id");
    let lines = app
        .app
        .store
        .audit_of(home, "device_credential", id)
        .expect("the trail");
    let actions: Vec<&str> = lines.iter().map(|line| line.action.as_str()).collect();
    assert_eq!(actions, ["credential_issue", "credential_revoke"]);
}

/// An order that fits nobody is named; what belongs to others is not there.
pub(crate) async fn an_order_must_fit_a_device_or_a_gateway(app: &mut TestApp) {
    let watch = app.world.elder().device.to_string();
    let theirs = app.world.other.elders[0].device.to_string();
    for (order, field) in [
        (json!({}), "name"),
        (json!({"name": "gw"}), "protocol"),
        (json!({"name": "gw", "protocol": "telex"}), "protocol"),
        (json!({"name": "gw", "protocol": "watch"}), "protocol"),
        (json!({"name": "gw", "protocol": "anlin-json"}), "protocol"),
        (json!({"device_id": watch}), "protocol"),
        (json!({"device_id": watch, "name": "gw"}), "name"),
        (json!({"name": "a b", "protocol": "ttn"}), "name"),
        (
            json!({"name": "gw", "protocol": "ttn", "topic_prefix": "#"}),
            "topic_prefix",
        ),
    ] {
        let answer = app.admin().post_json(PATH, order.clone()).await;
        let problem = answer.expect_problem(422, "invalid-request");
        assert_eq!(problem["errors"][0]["field"], field, "{order}");
    }
    let order = json!({"device_id": theirs});
    let answer = app.admin().post_json(PATH, order).await;
    answer.expect_problem(404, "not-found");
    assert_eq!(
        app.admin().get(PATH).await.expect(200)["items"],
        json!([]),
        "nothing was made"
    );
}
