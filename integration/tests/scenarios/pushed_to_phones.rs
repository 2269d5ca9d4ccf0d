//! The real carriers: what reaches a phone, and what becomes of a notice that does not.

use std::time::Duration;

use domain::message::MessageKey;
use fcm::fake::{Behaviour, Fake, RecordedSend};
use integration::app::TestApp;
use integration::roles::word;
use integration::world::CANARY;
use serde_json::{Value, json};
use server::carriers::PushSettings;
use server::engine::fresh_id;

async fn with_phones(app: &mut TestApp, names: &[&str]) -> Fake {
    let fake = Fake::start().await.expect("a push service");
    let service_account_json = fake.service_account_json();
    let url = Some(fake.fcm_url().to_owned());
    app.reopen_with_push(PushSettings {
        service_account_json,
        url,
    })
    .await;
    for name in names {
        let path = format!("/v1/me/push-endpoints/{}", fresh_id());
        let body = json!({"platform": "fcm", "token": format!("phone-of-{name}")});
        app.responder(name).put_json(&path, body).await.expect(200);
    }
    fake
}

async fn pushed(app: &TestApp, fake: &Fake, name: &str) -> RecordedSend {
    let token = format!("phone-of-{name}");
    app.until(&token, async || {
        fake.requests().into_iter().find(|sent| sent.token == token)
    })
    .await
}

/// The delivery of a notice of this kind to a helper, as the seat sees it.
async fn delivery(app: &TestApp, name: &str, key: MessageKey) -> Value {
    let account = app.world.helper(name).person.account.to_string();
    let all = app.operator().all("/v1/notifications?limit=200").await;
    let own = all
        .into_iter()
        .find(|it| it["account_id"] == account && it["key"] == key.as_str());
    own.expect("a notice for this helper")
}

async fn by_id(app: &TestApp, id: &str) -> Value {
    let all = app.operator().all("/v1/notifications?limit=200").await;
    all.into_iter()
        .find(|it| it["id"] == id)
        .expect("a notice with this id")
}

async fn becomes(app: &TestApp, name: &str, key: MessageKey, state: &str) -> Value {
    app.until(state, async || {
        let delivery = delivery(app, name, key).await;
        (delivery["state"] == state).then_some(delivery)
    })
    .await
}

/// An offer is pushed once, under the outbox row's own key, and names nobody on a lock screen.
pub(crate) async fn an_offer_and_its_all_clear_reach_the_phone(app: &mut TestApp) {
    let fake = with_phones(app, &["near", "second"]).await;
    let report = app
        .operator()
        .report(app.world.elder().id, "fall")
        .await
        .expect(201);
    let offer = pushed(app, &fake, "near").await;
    assert!(!offer.title.is_empty() && !offer.body.is_empty());
    assert!(
        !offer.message.to_string().contains(CANARY),
        "{}",
        offer.message
    );
    assert_eq!(offer.data["message"], "offer_new");
    assert_eq!(offer.data["incident_id"], word(&report, "id"));
    let near = app.responder("near");
    assert_eq!(offer.data["offer_id"], near.only_offer().await);
    let sent = becomes(app, "near", MessageKey::OfferNew, "sent").await;
    assert_eq!(
        offer.data["notification_id"],
        word(&sent, "id"),
        "the idempotency key"
    );
    assert_eq!(
        (sent["channel"].as_str(), sent["attempts"].as_i64()),
        (Some("push"), Some(1))
    );
    assert!(sent["sent_at"].is_string(), "{sent:#}");
    // Without a phone the offer stands on the person's own list.
    becomes(app, "third", MessageKey::OfferNew, "dropped").await;
    assert_eq!(app.responder("third").told().await.len(), 1);

    becomes(app, "second", MessageKey::OfferNew, "sent").await;
    near.accept(near.only_offer().await).await.expect(200);
    becomes(app, "second", MessageKey::OfferWithdrawn, "sent").await;
    let to_second = fake
        .requests()
        .into_iter()
        .filter(|sent| sent.token == "phone-of-second");
    let messages: Vec<String> = to_second.map(|sent| sent.data["message"].clone()).collect();
    assert_eq!(messages, ["offer_new", "offer_withdrawn"]);
}

/// An app that is gone loses its endpoint; a busy service is asked again when it said.
pub(crate) async fn a_dead_token_is_dropped_and_a_busy_service_is_asked_later(app: &mut TestApp) {
    let fake = with_phones(app, &["near", "second"]).await;
    fake.script("phone-of-near", Behaviour::Unregistered);
    fake.script(
        "phone-of-second",
        Behaviour::UnavailableOnce { retry_after_s: 30 },
    );
    let report = app
        .operator()
        .report(app.world.elder().id, "fall")
        .await
        .expect(201);
    let first = word(&report, "id");

    becomes(app, "near", MessageKey::OfferNew, "dropped").await;
    let endpoints = app
        .responder("near")
        .all("/v1/me/push-endpoints?limit=200")
        .await;
    assert!(endpoints.is_empty(), "{endpoints:#?}");
    let waiting = app
        .until("the first attempt", async || {
            let delivery = delivery(app, "second", MessageKey::OfferNew).await;
            (delivery["attempts"] == 1 && delivery["state"] == "queued").then_some(delivery)
        })
        .await;
    assert!(!word(&waiting, "last_error").is_empty());
    app.advance(Duration::from_secs(20));
    // Later notices go out, so the worker has looked; the older one waits as it was told to.
    let other = app
        .operator()
        .report(app.world.neighbour().id, "fall")
        .await
        .expect(201);
    let of = |id: &str| {
        fake.requests()
            .into_iter()
            .find(|sent| sent.data["incident_id"] == id)
    };
    app.until("a later push", async || of(&word(&other, "id")))
        .await;
    assert!(of(&first).is_none(), "Retry-After is honoured");
    app.advance(Duration::from_secs(11));
    let sent = app.until("the postponed push", async || of(&first)).await;
    assert_eq!(
        sent.data["notification_id"],
        word(&waiting, "id"),
        "under the same key"
    );
    app.until("it is recorded", async || {
        let delivery = by_id(app, &word(&waiting, "id")).await;
        (delivery["state"] == "sent" && delivery["attempts"] == 2).then_some(())
    })
    .await;
    assert_eq!(app.app.counters.read()["notices_postponed"], 1);
}
