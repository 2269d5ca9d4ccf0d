//! Tag devices: commands.

use chrono::TimeDelta;
use integration::app::TestApp;
use integration::roles::{Answer, Ask, Client, IDEMPOTENCY_KEY, word};
use reqwest::Method;
use serde_json::{Value, json};

fn path(app: &TestApp) -> String {
    format!("/v1/devices/{}/commands", app.world.elder().device)
}

async fn tell(caller: &Client, path: &str, key: &str, order: &Value) -> Answer {
    let ask = Ask::json(order).header(IDEMPOTENCY_KEY, key);
    caller.send(Method::POST, path, ask).await
}

/// Told twice under one key it is one; taken back twice it is taken back once.
pub(crate) async fn a_command_is_kept_listed_and_taken_back(app: &mut TestApp) {
    let (seat, path) = (app.operator(), path(app));
    let order = json!({"kind": "call_back", "number": "+8613900000001"});
    let kept = tell(&seat, &path, "once", &order).await.expect(201);
    assert_eq!(tell(&seat, &path, "once", &order).await.expect(200), kept);
    assert_eq!(kept["number"], "+8613900000001");
    assert_eq!(
        kept["asked_by"],
        app.world.home.operators[0].account.to_string()
    );
    let other = json!({"kind": "ring"});
    tell(&seat, &path, "once", &other)
        .await
        .expect_problem(422, "idempotency-key-reused");
    assert_eq!(seat.all(&format!("{path}?limit=1")).await.len(), 1);

    let one = format!("{path}/{}", word(&kept, "id"));
    let cancelled = seat.delete(&one).await.expect(200);
    assert_eq!(cancelled["state"], "cancelled");
    assert_eq!(seat.delete(&one).await.expect(200), cancelled);
    assert_eq!(seat.get(&one).await.expect(200), cancelled);
    // A command of one device is none of another's.
    let neighbour = app.world.neighbour().device;
    let elsewhere = format!("/v1/devices/{neighbour}/commands/{}", word(&kept, "id"));
    seat.get(&elsewhere).await.expect_problem(404, "not-found");
    seat.delete(&elsewhere)
        .await
        .expect_problem(404, "not-found");

    let mut watch = app.watch(&app.world.elder().uid.clone()).await;
    assert_eq!(watch.ask("LK").await, "LK");
    assert!(
        watch.hears_nothing().await,
        "what was taken back is not sent"
    );
    let sent = tell(&seat, &path, "ring", &other).await.expect(201);
    assert_eq!(watch.answer().await, "FIND");
    let one = format!("{path}/{}", word(&sent, "id"));
    seat.delete(&one).await.expect_problem(409, "conflict");
}

/// Each kind with what belongs to it and nothing else, and a deadline that can be kept.
pub(crate) async fn an_order_that_makes_no_sense_is_refused(app: &mut TestApp) {
    let (seat, path) = (app.operator(), path(app));
    let past = (app.now() - TimeDelta::seconds(1)).to_rfc3339();
    let far = (app.now() + TimeDelta::days(31)).to_rfc3339();
    for (order, field) in [
        (json!({"kind": "call_back"}), "number"),
        (json!({"kind": "call_back", "number": "1]2*3"}), "number"),
        (json!({"kind": "ring", "number": "13900000001"}), "number"),
        (json!({"kind": "upload_every"}), "interval_s"),
        (
            json!({"kind": "upload_every", "interval_s": 9}),
            "interval_s",
        ),
        (json!({"kind": "speak"}), "text"),
        (json!({"kind": "locate", "text": "where"}), "text"),
        (json!({"kind": "ring", "deadline_at": past}), "deadline_at"),
        (json!({"kind": "ring", "deadline_at": far}), "deadline_at"),
        (json!({"kind": "self_destruct"}), "kind"),
    ] {
        let refused = tell(&seat, &path, "senseless", &order).await;
        let problem = refused.expect_problem(422, "invalid-request");
        assert_eq!(problem["errors"][0]["field"], field, "{order}");
    }
    let without_key = seat.post_json(&path, json!({"kind": "ring"})).await;
    without_key.expect_problem(400, "malformed-request");
    assert!(seat.all(&format!("{path}?limit=1")).await.is_empty());
}

/// Settings are the administrator's as well; what reaches a person is not, nor what was said to one.
pub(crate) async fn an_administrator_sets_a_device_up_and_reaches_nobody(app: &mut TestApp) {
    let (admin, path) = (app.admin(), path(app));
    let interval = json!({"kind": "upload_every", "interval_s": 600});
    let set = tell(&admin, &path, "interval", &interval).await.expect(201);
    assert_eq!(set["interval_s"], 600);
    for order in [
        json!({"kind": "ring"}),
        json!({"kind": "locate"}),
        json!({"kind": "call_back", "number": "13900000001"}),
        json!({"kind": "speak", "text": "hello"}),
    ] {
        let refused = tell(&admin, &path, "reach", &order).await;
        refused.expect_problem(403, "forbidden");
    }
    let said = json!({"kind": "speak", "text": "a word for one person"});
    let said = tell(&app.operator(), &path, "said", &said)
        .await
        .expect(201);
    let one = format!("{path}/{}", word(&said, "id"));
    let seen = admin.get(&one).await.expect(200);
    assert_eq!(
        (&seen["kind"], &seen["text"]),
        (&json!("speak"), &Value::Null)
    );
    admin.delete(&one).await.expect_problem(403, "forbidden");
    let listed = admin.all(&format!("{path}?limit=1")).await;
    assert!(
        listed.iter().all(|item| item["text"].is_null()),
        "{listed:#?}"
    );
    assert_eq!(listed.len(), 2);
}
