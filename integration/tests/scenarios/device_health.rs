//! A device that is not heard any more: who is not protected knows it, and somebody looks.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::message::MessageKey;
use integration::app::TestApp;
use integration::roles::{Client, word};
use integration::watch::{FakeWatch, alarm_at};
use serde_json::Value;

/// Of these watches: longer than three missed signs of life, and shorter than four.
const SILENCE: Duration = Duration::from_secs(35 * 60);
/// A committee without anybody else in it.
const COMMITTEE: &str = "310999000777";

async fn protection(caller: &Client, resident: impl std::fmt::Display) -> Value {
    let path = format!("/v1/residents/{resident}/protection");
    caller.get(&path).await.expect(200)
}

fn reasons(protection: &Value) -> Vec<String> {
    let reasons = protection["reasons"].as_array().expect("reasons");
    reasons.iter().map(|it| word(it, "reason")).collect()
}

async fn the_seat_is_asked_to_look(app: &TestApp) {
    for operator in &app.world.home.operators {
        app.carrier
            .expect(operator, MessageKey::OperatorAttention)
            .await;
    }
}

async fn closed(app: &TestApp, id: &str) -> Value {
    let seat = app.operator();
    app.until("the case is over", async || {
        let detail = seat.incident(id).await.expect(200);
        (detail["incident"]["status"] == "closed").then_some(detail)
    })
    .await
}

/// Three misses are a case with owner and deadline and no neighbour at the door; two frames end it.
pub(crate) async fn a_silent_watch_is_a_case_and_its_return_ends_it(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let (seat, family) = (app.operator(), app.family(&elder));
    let mut watch = app.watch(&elder.uid).await;
    assert_eq!(watch.ask("LK").await, "LK");
    app.live_through(Duration::from_secs(25 * 60)).await;
    assert_eq!(protection(&family, elder.id).await["protected"], true);
    assert!(
        seat.incidents("all").await.is_empty(),
        "two misses are none"
    );

    app.live_through(SILENCE - Duration::from_secs(25 * 60))
        .await;
    the_seat_is_asked_to_look(app).await;
    let case = seat.only_incident().await;
    assert_eq!(case["kind"], "device_silent");
    assert_eq!(case["next_owner"], "operator");
    assert_eq!(case["severity"], 4);
    assert_eq!(case["device_id"], elder.device.to_string());
    assert!(case["deadline_at"].is_string(), "{case:#}");
    let id = word(&case, "id");
    let detail = seat.incident(&id).await.expect(200);
    assert_eq!(detail["offers"], Value::Array(Vec::new()));

    let told = protection(&family, elder.id).await;
    assert_eq!(
        (&told["protected"], reasons(&told)),
        (&Value::Bool(false), vec!["silent".to_owned()])
    );
    assert!(
        word(&told, "text").starts_with("现在没有保护，因为"),
        "{told:#}"
    );
    let english = word(&protection(&seat, elder.id).await, "text");
    assert_eq!(
        english,
        "Not protected now, because the device is not heard."
    );

    // One frame is not enough to call it back, two are.
    assert_eq!(watch.ask("LK").await, "LK");
    app.beaten().await;
    assert_eq!(protection(&family, elder.id).await["protected"], false);
    assert_eq!(watch.ask("LK").await, "LK");
    let over = closed(app, &id).await;
    assert_eq!(over["incident"]["outcome"], "cleared_up");
    assert_eq!(protection(&family, elder.id).await["protected"], true);
}

/// A case that somebody has in hand is theirs to close; they read that the device is back.
pub(crate) async fn a_taken_case_is_left_to_whoever_has_it(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    let seat = app.operator();
    let mut watch = app.watch(&elder.uid).await;
    assert_eq!(watch.ask("LK").await, "LK");
    app.live_through(SILENCE).await;
    let id = word(&seat.only_incident().await, "id");
    seat.acknowledge(&id).await.expect(200);
    for _ in 0..2 {
        assert_eq!(watch.ask("LK").await, "LK");
    }
    let told = app
        .until("the return is noted", async || {
            let detail = seat.incident(&id).await.expect(200);
            let lines = detail["timeline"].as_array().expect("lines").clone();
            let back = lines.iter().any(|line| line["kind"] == "case_cleared");
            back.then_some(detail)
        })
        .await;
    assert_eq!(told["incident"]["status"], "answering");
    // The next silence is the same open case, and not a second one.
    app.live_through(SILENCE).await;
    assert_eq!(word(&seat.only_incident().await, "id"), id);
}

async fn all_speak(watches: &mut [FakeWatch]) {
    for watch in watches {
        assert_eq!(watch.ask("LK").await, "LK");
    }
}

/// Twelve homes of one committee at once are one case with its homes, the most vulnerable first.
pub(crate) async fn an_area_that_is_not_heard_is_one_case(app: &mut TestApp) {
    app.carrier.hear_anything();
    let seat = app.operator();
    let homes = app.add_homes(12, COMMITTEE, None);
    let mut watches = Vec::new();
    for home in &homes {
        watches.push(app.watch(&home.uid).await);
    }
    all_speak(&mut watches).await;
    app.live_through(SILENCE).await;
    let case = seat.only_incident().await;
    assert_eq!(case["kind"], "area_outage", "{case:#}");
    assert_eq!(case["next_owner"], "operator");
    assert!(case["deadline_at"].is_string(), "{case:#}");
    let id = word(&case, "id");
    let path = format!("/v1/incidents/{id}/homes");
    let listed = seat.get(&path).await.expect(200);
    let listed = listed["items"].as_array().expect("homes");
    let residents: BTreeSet<String> = listed.iter().map(|it| word(it, "resident_id")).collect();
    assert_eq!((listed.len(), residents.len()), (12, 12));
    let order: Vec<(bool, i64)> = listed
        .iter()
        .map(|it| {
            (
                it["living_alone"] == true,
                it["age"].as_i64().expect("years"),
            )
        })
        .collect();
    let mut vulnerable_first = order.clone();
    vulnerable_first.sort_by_key(|(alone, age)| (!alone, -age));
    assert_eq!(order, vulnerable_first);
    assert!(order[0].0 && !order[11].0, "{order:?}");
    let told = protection(&seat, homes[3].resident).await;
    assert_eq!(reasons(&told), ["no_network"]);
    app.family(app.world.elder())
        .get(&path)
        .await
        .expect_problem(403, "forbidden");

    // All but one come back: the case stays, for the one.
    for _ in 0..2 {
        all_speak(&mut watches[..11]).await;
    }
    app.beaten().await;
    let still = app
        .until("eleven are back", async || {
            let listed = seat.get(&path).await.expect(200);
            let items = listed["items"].as_array().expect("homes").clone();
            let back = items.iter().filter(|it| it["back_at"].is_string());
            (back.count() == 11).then_some(items)
        })
        .await;
    assert!(still[0]["back_at"].is_null(), "who is missing stands first");
    assert_eq!(seat.only_incident().await["kind"], "area_outage");
    for _ in 0..2 {
        all_speak(&mut watches[11..]).await;
    }
    let over = closed(app, &id).await;
    assert_eq!(over["incident"]["outcome"], "cleared_up");
}

/// A few silent homes are a few cases: nobody hides behind a word like "outage".
pub(crate) async fn a_few_silent_homes_are_a_case_each(app: &mut TestApp) {
    app.carrier.hear_anything();
    let homes = app.add_homes(12, COMMITTEE, None);
    let mut watches = Vec::new();
    for home in &homes {
        watches.push(app.watch(&home.uid).await);
    }
    all_speak(&mut watches).await;
    for _ in 0..5 {
        app.live_through(Duration::from_secs(7 * 60)).await;
        all_speak(&mut watches[3..]).await;
    }
    let open = app.operator().incidents("open").await;
    let kinds: Vec<String> = open.iter().map(|it| word(it, "kind")).collect();
    assert_eq!(kinds, ["device_silent"; 3]);
}

/// The server was away for a day: that is nobody's silence but its own.
pub(crate) async fn our_own_downtime_flags_nobody(app: &mut TestApp) {
    app.carrier.hear_anything();
    let homes = app.add_homes(6, COMMITTEE, None);
    for home in &homes {
        assert_eq!(app.watch(&home.uid).await.ask("LK").await, "LK");
    }
    app.live_through(Duration::from_secs(20 * 60)).await;
    app.down_for(Duration::from_secs(24 * 3600)).await;
    let seat = app.operator();
    app.beaten().await;
    app.live_through(Duration::from_secs(9 * 60)).await;
    assert!(seat.incidents("all").await.is_empty());
    for home in &homes {
        let path = format!("/v1/devices/{}", home.device);
        let device = seat.get(&path).await.expect(200);
        assert!(device["silent_since"].is_null(), "{device:#}");
        assert_eq!(protection(&seat, home.resident).await["protected"], true);
    }
    // Who stays away afterwards is found all the same.
    app.live_through(Duration::from_secs(15 * 60)).await;
    assert_eq!(seat.only_incident().await["kind"], "area_outage");
}

/// Taken off and nearly empty: the one is no protection, the other is said in time.
pub(crate) async fn what_a_watch_says_of_itself_is_told(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    let seat = app.operator();
    assert_eq!(reasons(&protection(&seat, elder.id).await), ["never_heard"]);
    let mut watch = app.watch(&elder.uid).await;
    // Bit 20: taken off.
    assert_eq!(watch.ask(&alarm_at(app.now(), 1 << 20)).await, "AL");
    let told = protection(&seat, elder.id).await;
    assert_eq!(told["protected"], false);
    assert_eq!(reasons(&told)[0], "not_worn");
    assert!(reasons(&told).contains(&"no_fix".to_owned()), "{told:#}");
    watch.send("heart,72").await;
    let low = alarm_at(app.now(), 1 << 17).replace(",80,81,", ",80,11,");
    assert_eq!(watch.ask(&low).await, "AL");
    let told = protection(&seat, elder.id).await;
    assert_eq!(told["protected"], true, "{told:#}");
    assert_eq!(reasons(&told)[0], "low_battery");
    assert!(word(&told, "text").starts_with("Protected now. Please note: "));
}
