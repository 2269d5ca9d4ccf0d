//! How people are reached beside the app: text messages, calls, and what comes back from a phone.

use std::time::Duration;

use domain::message::MessageKey;
use domain::notices::Channel;
use fcm::fake::Fake;
use integration::app::TestApp;
use integration::exchange::{Act, Exchange, Mood, Taken, code_in};
use integration::roles::word;
use integration::watch::alarm_at;
use serde_json::{Value, json};
use server::carriers::PushSettings;
use server::engine::fresh_id;

/// Invented numbers of the helpers.
const NEAR: &str = "+8613800000001";
const SECOND: &str = "+8613800000002";
const SEAT: &str = "+8613800000009";
/// The bit of a watch whose battery is low.
const LOW_BATTERY: u32 = 1 << 17;

async fn exchange(app: &TestApp, name: &str, channel: Channel) -> Exchange {
    Exchange::start(name, channel, app.clock.clone()).await
}

fn only(channel: &str) -> Value {
    json!([{"channel": channel, "after_s": 0}])
}

async fn reached(app: &TestApp, name: &str, phone: &str, steps: Value) {
    let wanted = json!({"phone": phone, "steps": steps});
    let helper = app.responder(name);
    let set = helper.put_json("/v1/me/reach", wanted).await.expect(200);
    assert_eq!(set["own_plan"], true, "{set:#}");
    assert!(
        !set.to_string().contains(phone),
        "a number is not read back"
    );
}

async fn a_fall(app: &TestApp) -> String {
    let report = app.operator().report(app.world.elder().id, "fall").await;
    word(&report.expect(201), "id")
}

async fn message(app: &TestApp, exchange: &Exchange, number: &str, part: &str) -> Taken {
    app.until(part, async || {
        let mut found = exchange.to(number).into_iter();
        found.rfind(|taken| taken.message.to_string().contains(part))
    })
    .await
}

async fn who_goes(app: &TestApp, incident: &str, name: &str) {
    let wanted = app.world.helper(name).id.to_string();
    app.until("somebody goes", async || {
        let detail = app.operator().incident(incident).await.expect(200);
        (detail["incident"]["responder"]["id"] == wanted
            || detail["incident"]["responder_id"] == wanted)
            .then_some(())
    })
    .await;
}

async fn receipts(app: &TestApp, id: &str) -> Vec<String> {
    let path = format!("/v1/notifications/{id}/receipts");
    let read = app.operator().get(&path).await.expect(200);
    let all = read["receipts"].as_array().expect("receipts").clone();
    all.iter()
        .map(|it| format!("{}:{}", word(it, "channel"), word(it, "state")))
        .collect()
}

/// The code in the message is the yes; who is too late is told so by the same way.
pub(crate) async fn an_offer_by_text_message_is_answered_with_its_code(app: &mut TestApp) {
    let centre = exchange(app, "sms-one", Channel::Sms).await;
    app.reopen_with_gateways(&[&centre]).await;
    reached(app, "near", NEAR, only("sms")).await;
    reached(app, "second", SECOND, only("sms")).await;
    centre.person(NEAR, &[Act::Receives]);
    centre.person(SECOND, &[Act::Receives]);
    let id = a_fall(app).await;
    let offer = message(app, &centre, NEAR, "Reply 1").await;
    let text = word(&offer.message, "text");
    assert!(text.encode_utf16().count() <= 160, "one message: {text}");
    let late = message(app, &centre, SECOND, "Reply 1").await;

    // A wrong code is nobody's yes, and is said so.
    let wrong = json!({"kind": "reply", "id": "wrong", "from": NEAR, "text": "1 0000x"});
    centre.call_back(&wrong).await.expect(200);
    message(app, &centre, NEAR, "did not understand").await;
    // Nor is the code of somebody else.
    let stolen = format!("1 {}", code_in(&word(&late.message, "text")));
    if code_in(&word(&late.message, "text")) != code_in(&text) {
        let stolen = json!({"kind": "reply", "id": "stolen", "from": NEAR, "text": stolen});
        centre.call_back(&stolen).await.expect(200);
    }
    assert_eq!(app.operator().only_incident().await["status"], "offered");

    let yes =
        json!({"kind": "reply", "id": "yes", "from": "138 0000 0001", "text": code_in(&text)});
    centre.call_back(&yes).await.expect(200);
    who_goes(app, &id, "near").await;
    message(app, &centre, SECOND, "Someone else").await;
    let clears = centre.to(SECOND).len();
    let yes = format!("1 {}", code_in(&word(&late.message, "text")));
    let yes = json!({"kind": "reply", "id": "late", "from": SECOND, "text": yes});
    centre.call_back(&yes).await.expect(200);
    app.until("the late one is told again", async || {
        (centre.to(SECOND).len() > clears).then_some(())
    })
    .await;
    who_goes(app, &id, "near").await;
    let told = receipts(app, &offer.id).await;
    assert_eq!(told, ["sms:queued", "sms:sent", "sms:delivered"]);
    assert_eq!(centre.forged(), 0);
}

/// Without the key, at another time, too large or of another form: nothing happens.
pub(crate) async fn a_callback_proves_itself_and_counts_once(app: &mut TestApp) {
    let centre = exchange(app, "sms-one", Channel::Sms).await;
    app.reopen_with_gateways(&[&centre]).await;
    reached(app, "near", NEAR, only("sms")).await;
    a_fall(app).await;
    let offer = message(app, &centre, NEAR, "Reply 1").await;
    let code = code_in(&word(&offer.message, "text"));
    let yes = json!({"kind": "reply", "id": "one", "from": NEAR, "text": format!("1 {code}")});
    let (now, text) = (app.now().timestamp(), yes.to_string());
    let wrong = "0".repeat(32);
    for (key, at) in [
        (wrong.as_str(), now),
        (centre.key(), now - 301),
        (centre.key(), now + 301),
    ] {
        let refused = centre.call_back_as(key, at, &text).await;
        refused.expect_problem(401, "unauthenticated");
    }
    let large = json!({"kind": "reply", "id": "l", "from": NEAR, "text": "1".repeat(20_000)});
    centre
        .call_back(&large)
        .await
        .expect_problem(413, "payload-too-large");
    for odd in [
        json!({"kind": "reply", "id": "odd", "from": NEAR}),
        json!({"kind": "gossip", "id": "odd"}),
        json!({"kind": "receipt", "id": "", "message": offer.id, "state": "delivered"}),
        json!({"kind": "receipt", "id": "odd", "message": offer.id, "state": "lost"}),
        json!({"kind": "reply", "id": "odd", "from": NEAR, "text": "1", "more": 1}),
    ] {
        let refused = centre.call_back(&odd).await;
        refused.expect_problem(422, "invalid-request");
    }
    let strange = json!({"kind": "receipt", "id": "s", "message": fresh_id(), "state": "seen"});
    centre
        .call_back(&strange)
        .await
        .expect_problem(404, "not-found");
    assert_eq!(app.operator().only_incident().await["status"], "offered");

    let first = centre.call_back(&yes).await.expect(200);
    assert_eq!(first["repeated"], false);
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["status"], "accepted");
    let seat = app.operator();
    let version = seat.incident(word(&incident, "id")).await.expect(200);
    for _ in 0..3 {
        let again = centre.call_back(&yes).await.expect(200);
        assert_eq!(again["repeated"], true);
    }
    let after = seat.incident(word(&incident, "id")).await.expect(200);
    assert_eq!(
        version["timeline"], after["timeline"],
        "a replay has no effect"
    );
}

/// An error, a limit and silence: the other provider gets the same message under the same key.
pub(crate) async fn a_provider_that_fails_is_passed_over(app: &mut TestApp) {
    let first = exchange(app, "sms-one", Channel::Sms).await;
    let other = exchange(app, "sms-two", Channel::Sms).await;
    app.reopen_with_gateways(&[&first, &other]).await;
    reached(app, "near", NEAR, only("sms")).await;
    let mut ids = Vec::new();
    for mood in [Mood::Refusing(503), Mood::Refusing(429), Mood::Hanging] {
        first.be(mood);
        let id = a_fall(app).await;
        let offer = app
            .until("the other provider has it", async || {
                other.to(NEAR).into_iter().find(|it| !ids.contains(&it.id))
            })
            .await;
        ids.push(offer.id.clone());
        app.operator()
            .close(&id, "test", Some("next"))
            .await
            .expect(200);
        app.until("the all-clear", async || {
            let clear = other.to(NEAR).into_iter().find(|it| !ids.contains(&it.id));
            clear.map(|it| ids.push(it.id))
        })
        .await;
    }
    // By now its circuit is open: it is not even asked.
    first.be(Mood::Taking);
    let asked = first.asked();
    assert!(asked >= 3, "{asked}");
    let id = a_fall(app).await;
    app.until("the other provider has it", async || {
        let fresh = other.to(NEAR).into_iter().find(|it| !ids.contains(&it.id));
        fresh.map(|it| ids.push(it.id))
    })
    .await;
    assert_eq!(first.asked(), asked, "an open circuit is left alone");
    app.operator()
        .close(&id, "test", Some("next"))
        .await
        .expect(200);
    app.until("the all-clear", async || {
        (other.to(NEAR).len() > ids.len()).then_some(())
    })
    .await;
    // After a while one message tries it, and it closes.
    app.advance(Duration::from_secs(31));
    let before = first.asked();
    a_fall(app).await;
    message(app, &first, NEAR, "Reply 1").await;
    assert!(first.asked() > before);
    // Both down: it waits and goes on under the same key.
    first.be(Mood::Refusing(503));
    other.be(Mood::Refusing(503));
    reached(app, "second", SECOND, only("sms")).await;
    let report = app
        .operator()
        .report(app.world.neighbour().id, "fall")
        .await;
    report.expect(201);
    app.until("both were asked", async || {
        (other.asked() > 0 && first.asked() > before + 1).then_some(())
    })
    .await;
    first.be(Mood::Taking);
    other.be(Mood::Taking);
    app.advance(Duration::from_secs(40));
    app.until("it arrives after all", async || {
        let all = [first.to(SECOND), other.to(SECOND)].concat();
        (!all.is_empty()).then_some(())
    })
    .await;
}

/// Push, then a text message, then a call: each a row that a power cut does not take away.
pub(crate) async fn what_is_not_delivered_goes_by_the_next_channel(app: &mut TestApp) {
    let centre = exchange(app, "sms-one", Channel::Sms).await;
    let phones = exchange(app, "voice-one", Channel::Voice).await;
    let push = Fake::start().await.expect("a push service");
    app.reopen_with_push(PushSettings {
        service_account_json: push.service_account_json(),
        url: Some(push.fcm_url().to_owned()),
    })
    .await;
    app.reopen_with_gateways(&[&centre, &phones]).await;
    let steps = json!([
        {"channel": "push", "after_s": 0},
        {"channel": "sms", "after_s": 20},
        {"channel": "voice", "after_s": 15},
    ]);
    for (name, phone) in [("near", NEAR), ("second", SECOND)] {
        reached(app, name, phone, steps.clone()).await;
        let path = format!("/v1/me/push-endpoints/{}", fresh_id());
        let body = json!({"platform": "fcm", "token": format!("phone-of-{name}")});
        app.responder(name).put_json(&path, body).await.expect(200);
    }
    let id = a_fall(app).await;
    let pushed = async |name: &str| {
        let token = format!("phone-of-{name}");
        app.until("a push", async || {
            push.requests().into_iter().find(|sent| sent.token == token)
        })
        .await
    };
    let (_, to_second) = (pushed("near").await, pushed("second").await);
    // The app of the second says that it is seen: no further channel is tried.
    let own = to_second.data["notification_id"].clone();
    let path = format!("/v1/me/notifications/{own}/receipt");
    let seen = app
        .responder("second")
        .put_json(&path, json!({"state": "seen"}))
        .await;
    assert_eq!(seen.status, 204);
    app.responder("near")
        .put_json(&path, json!({"state": "seen"}))
        .await
        .expect_problem(404, "not-found");
    // Beside the weekly trial of the number.
    let asked = |number: &str| {
        let texts = centre.to(number).into_iter();
        texts
            .filter(|it| it.message.to_string().contains("Reply 1"))
            .count()
    };
    assert!(asked(NEAR) == 0 && phones.taken().is_empty());

    app.crash_and_reopen().await;
    for exchange in [&centre, &phones] {
        exchange.calls_back(app.http);
    }
    app.advance(Duration::from_secs(21));
    message(app, &centre, NEAR, "Reply 1").await;
    assert!(phones.taken().is_empty());
    phones.person(NEAR, &[Act::Presses("1")]);
    app.advance(Duration::from_secs(16));
    let call = message(app, &phones, NEAR, "press 1").await;
    assert_eq!(
        call.message["menus"]["ask"]["keys"]["0"]["transfer"],
        "+862100000000"
    );
    who_goes(app, &id, "near").await;
    assert_eq!(asked(SECOND), 0, "it was seen in the app");
    let told = receipts(app, &call.id).await;
    assert_eq!(
        told,
        [
            "voice:queued",
            "voice:sent",
            "voice:delivered",
            "voice:acknowledged"
        ]
    );
    assert_eq!(
        app.responder("near")
            .told()
            .await
            .iter()
            .filter(|it| {
                it["incident_id"] == id
                    && it["body"]
                        .as_str()
                        .is_some_and(|text| text.contains("Can you go"))
            })
            .count(),
        1,
        "three channels are one notice"
    );
    // What the power cut made late is looked at, and is no longer wanted.
    app.advance(Duration::from_secs(60));
}

/// Two press 1 in their calls: the first goes, the second hears so on the same call.
pub(crate) async fn the_key_of_the_first_wins_and_the_second_is_told(app: &mut TestApp) {
    let phones = exchange(app, "voice-one", Channel::Voice).await;
    app.reopen_with_gateways(&[&phones]).await;
    reached(app, "near", NEAR, only("voice")).await;
    reached(app, "second", SECOND, only("voice")).await;
    phones.person(NEAR, &[Act::Presses("1")]);
    let id = a_fall(app).await;
    who_goes(app, &id, "near").await;
    let offer = message(app, &phones, SECOND, "If you can go").await;
    let key = json!({"kind": "key", "id": "second-1", "message": offer.id, "key": "1"});
    let answer = phones.call_back(&key).await.expect(200);
    assert!(word(&answer, "say").contains("Someone else"), "{answer:#}");
    app.until("the first is thanked", async || {
        let spoken = phones.spoken(NEAR);
        spoken
            .iter()
            .any(|words| words.contains("go now"))
            .then_some(())
    })
    .await;
    who_goes(app, &id, "near").await;
    message(app, &phones, SECOND, "Someone else").await;
}

/// The word in the push is a yes, once, and only in the hands of its owner.
pub(crate) async fn a_link_is_a_yes_once_and_for_its_owner_only(app: &mut TestApp) {
    let push = Fake::start().await.expect("a push service");
    app.reopen_with_push(PushSettings {
        service_account_json: push.service_account_json(),
        url: Some(push.fcm_url().to_owned()),
    })
    .await;
    for name in ["near", "second"] {
        let path = format!("/v1/me/push-endpoints/{}", fresh_id());
        let body = json!({"platform": "fcm", "token": format!("phone-of-{name}")});
        app.responder(name).put_json(&path, body).await.expect(200);
    }
    let id = a_fall(app).await;
    let token = async |name: &str| {
        let phone = format!("phone-of-{name}");
        let sent = app
            .until("a push", async || {
                push.requests().into_iter().find(|sent| sent.token == phone)
            })
            .await;
        json!({"token": sent.data["acceptance_token"]})
    };
    let (near, second) = (token("near").await, token("second").await);
    const PATH: &str = "/v1/offers/redemptions";
    let (helper, other) = (app.responder("near"), app.responder("second"));
    other
        .post_json(PATH, near.clone())
        .await
        .expect_problem(404, "not-found");
    let accepted = helper.post_json(PATH, near.clone()).await.expect(200);
    assert_eq!(accepted["state"], "accepted");
    who_goes(app, &id, "near").await;
    helper
        .post_json(PATH, near)
        .await
        .expect_problem(409, "offer-closed");
    other
        .post_json(PATH, second)
        .await
        .expect_problem(409, "already-taken");
    let guess = json!({"token": "0".repeat(32)});
    helper
        .post_json(PATH, guess)
        .await
        .expect_problem(404, "not-found");
}

/// Quiet hours, limits and bundles hold back what can wait; a fall at that hour goes out at once.
pub(crate) async fn what_can_wait_waits_and_a_life_alarm_never_does(app: &mut TestApp) {
    let centre = exchange(app, "sms-one", Channel::Sms).await;
    app.reopen_with_gateways(&[&centre]).await;
    app.advance_to_shanghai_hour(2);
    let wanted = json!({
        "phone": SEAT, "steps": only("sms"),
        "quiet": {"from_min": 22 * 60, "until_min": 7 * 60},
    });
    app.operator()
        .put_json("/v1/me/reach", wanted)
        .await
        .expect(200);
    let elders = [app.world.elder().clone(), app.world.neighbour().clone()];
    for elder in &elders {
        let mut watch = app.watch(&elder.uid).await;
        watch.ask(&alarm_at(app.now(), LOW_BATTERY)).await;
    }
    let account = app.world.home.operators[0].account.to_string();
    let attention = MessageKey::OperatorAttention.as_str();
    let notices = async || {
        let all = app.operator().all("/v1/notifications?limit=200").await;
        let own = |it: &Value| it["account_id"] == account && it["key"] == attention;
        all.into_iter().filter(own).collect::<Vec<_>>()
    };
    let waiting = app
        .until("both wait", async || {
            let all = notices().await;
            let queued = all.iter().filter(|it| it["state"] == "queued");
            let ids: Vec<Value> = queued.map(|it| it["id"].clone()).collect();
            (ids.len() == 2).then_some(ids)
        })
        .await;
    // The ladder climbs on in the hours between; what counts is what became of these two.
    let of_these = async |state: &str| {
        let all = notices().await;
        let own = all.iter().filter(|it| waiting.contains(&it["id"]));
        own.filter(|it| it["state"] == state).count()
    };
    // A fall at the same hour is told at once, whatever waits.
    app.operator()
        .report(elders[1].id, "fall")
        .await
        .expect(201);
    app.until("an alarm", async || {
        (centre.to(SEAT).len() == 1).then_some(())
    })
    .await;
    assert_eq!(of_these("queued").await, 2, "what can wait still waits");
    // In the morning one text speaks for both.
    app.advance_to_shanghai_hour(7);
    app.advance(Duration::from_secs(1));
    message(app, &centre, SEAT, "There is more").await;
    app.until("both are done with", async || {
        let both = (of_these("sent").await, of_these("dropped").await);
        (both == (1, 1)).then_some(())
    })
    .await;
}

/// Each week each number is tried out, and a dead one is a reason on "protected now".
pub(crate) async fn a_dead_number_is_found_before_it_is_needed(app: &mut TestApp) {
    let centre = exchange(app, "sms-one", Channel::Sms).await;
    app.reopen_with_gateways(&[&centre]).await;
    app.advance_to_shanghai_hour(10);
    let elder = app.world.elder().clone();
    let family = app.family(&elder);
    let wanted = json!({"phone": NEAR});
    centre.person(NEAR, &[Act::Receives]);
    family.put_json("/v1/me/reach", wanted).await.expect(200);
    app.advance(Duration::from_secs(1));
    app.until("a trial", async || {
        (centre.to(NEAR).len() == 1).then_some(())
    })
    .await;
    let path = format!("/v1/residents/{}/protection", elder.id);
    let reasons = async || {
        let stands = app.operator().get(&path).await.expect(200);
        let reasons = stands["reasons"].as_array().expect("reasons").clone();
        let words = reasons.iter().map(|it| word(it, "reason"));
        words.collect::<Vec<_>>()
    };
    assert!(!reasons().await.contains(&"family_unreached".to_owned()));
    // A week later the number is dead.
    centre.person(NEAR, &[Act::IsDead]);
    app.advance(Duration::from_secs(7 * 24 * 3600 + 60));
    app.until("the next trial", async || {
        (centre.to(NEAR).len() == 2).then_some(())
    })
    .await;
    app.until("it is a reason", async || {
        reasons()
            .await
            .contains(&"family_unreached".to_owned())
            .then_some(())
    })
    .await;
}
