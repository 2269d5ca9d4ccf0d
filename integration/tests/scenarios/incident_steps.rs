//! The steps beside the straight way: silence, somebody who cannot go, a shut door, a hand-over, the
//! next day, two incidents that are one, and exercises that frighten nobody.

use std::time::Duration;

use domain::message::MessageKey;
use integration::app::TestApp;
use integration::roles::{Ask, IDEMPOTENCY_KEY, word};
use integration::watch::fall_at;
use reqwest::Method;
use serde_json::{Value, json};

const DAY: Duration = Duration::from_secs(24 * 60 * 60 + 1);

async fn fall(app: &TestApp) -> String {
    let uid = app.world.elder().uid.clone();
    let mut watch = app.watch(&uid).await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    word(&app.operator().only_incident().await, "id")
}

/// A step by the seat, answered with the incident.
async fn seat_does(app: &TestApp, id: &str, step: &str, body: Value) -> Value {
    let path = format!("/v1/incidents/{id}/{step}");
    app.operator().post_json(&path, body).await.expect(200)
}

async fn becomes(app: &TestApp, id: &str, status: &str) -> Value {
    app.until(status, async || {
        let detail = app.operator().incident(id).await.expect(200);
        (detail["incident"]["status"] == status).then_some(detail)
    })
    .await
}

async fn kinds(app: &TestApp, id: &str) -> Vec<String> {
    let detail = app.operator().incident(id).await.expect(200);
    let lines = detail["timeline"].as_array().expect("a history").clone();
    lines.iter().map(|line| word(line, "kind")).collect()
}

async fn arrived(app: &TestApp) -> String {
    let id = fall(app).await;
    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);
    near.depart(&id).await.expect(200);
    near.arrive(&id).await.expect(200);
    id
}

/// Nobody speaks: an ambulance, more people at once, and the family hears it.
pub(crate) async fn silence_is_worse_than_a_no(app: &mut TestApp) {
    app.carrier.hear_anything();
    let id = fall(app).await;
    app.operator().acknowledge(&id).await.expect(200);
    let later = ["fourth", "across", "far"].map(|name| app.world.helper(name).person.clone());
    let silent = seat_does(app, &id, "no-answer", json!({})).await;
    assert_eq!(silent["severity"], 1);
    assert_eq!(silent["status"], "offered");
    app.carrier
        .expect_all(&later.each_ref(), MessageKey::OfferNew)
        .await;
    for operator in &app.world.home.operators {
        app.carrier
            .expect(operator, MessageKey::OperatorCallAmbulance)
            .await;
    }
    app.carrier
        .expect(&app.world.elder().family, MessageKey::FamilyNoVoice)
        .await;
    let history = kinds(app, &id).await;
    for kind in ["no_answer", "ambulance_requested"] {
        assert!(history.iter().any(|it| it == kind), "{history:?}");
    }
}

/// Who said yes and cannot go is replaced at once, by somebody else.
pub(crate) async fn whoever_cannot_go_is_replaced_at_once(app: &mut TestApp) {
    app.carrier.hear_anything();
    let id = fall(app).await;
    let (near, second) = (app.responder("near"), app.responder("second"));
    near.accept(near.only_offer().await).await.expect(200);
    assert!(second.pending().await.is_empty());
    let path = format!("/v1/incidents/{id}/drop-out");
    let dropped = near.post(&path).await.expect(200);
    assert_eq!(dropped["status"], "offered");
    assert!(near.pending().await.is_empty(), "not asked again");
    for operator in &app.world.home.operators {
        app.carrier
            .expect(operator, MessageKey::OperatorDropped)
            .await;
    }
    second.accept(second.only_offer().await).await.expect(200);
    let detail = becomes(app, &id, "accepted").await;
    let goes = app.world.helper("second").id.to_string();
    assert_eq!(detail["incident"]["responder_id"], goes);
    // A second time there is nobody who could drop out as the first.
    near.post(&path).await.expect_problem(404, "not-found");
}

/// Late is a state of its own, with a countdown, and ends with the arrival.
pub(crate) async fn late_is_seen_and_ends_with_the_arrival(app: &mut TestApp) {
    app.carrier.hear_anything();
    let id = fall(app).await;
    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);
    near.depart(&id).await.expect(200);
    app.advance(Duration::from_secs(15 * 60));
    let late = becomes(app, &id, "late").await;
    assert_eq!(late["incident"]["next_owner"], "operator");
    assert!(late["incident"]["deadline_at"].is_string());
    let there = near.arrive(&id).await.expect(200);
    assert_eq!(there["status"], "on_scene");
}

/// A shut door is the seat's, again and again, until it is open; then others take over, and the
/// next day somebody looks.
pub(crate) async fn from_a_shut_door_to_the_next_day(app: &mut TestApp) {
    app.carrier.hear_anything();
    let id = arrived(app).await;
    let near = app.responder("near");
    let seat = app.world.home.operators[0].clone();
    let shut = format!("/v1/incidents/{id}/shut-door");
    assert_eq!(
        near.post(&shut).await.expect(200)["status"],
        "access_blocked"
    );
    for _ in 0..2 {
        app.carrier
            .expect(&seat, MessageKey::OperatorAccessBlocked)
            .await;
        app.advance(Duration::from_secs(121));
    }
    assert_eq!(near.arrive(&id).await.expect(200)["status"], "on_scene");
    let over = json!({"to": "ambulance", "place": "a hospital", "companion": "neighbour"});
    let path = format!("/v1/incidents/{id}/hand-over");
    for _ in 0..2 {
        let ask = Ask::json(&over).header(IDEMPOTENCY_KEY, "once");
        let handed = near.send(Method::POST, &path, ask).await.expect(200);
        assert_eq!(handed["status"], "handed_over");
    }
    let sheet = format!("/v1/incidents/{id}/handover-sheet");
    let sheet = app.operator().get(&sheet).await.expect(200);
    let overs = sheet["hand_overs"].as_array().expect("hand-overs");
    assert_eq!(overs.len(), 1, "a repeat under one key is one: {overs:#?}");
    assert_eq!(overs[0]["place"], "a hospital");
    let closed = near.close(&id, "taken_to_hospital", None).await.expect(200);
    assert_eq!(closed["status"], "follow_up");
    assert_eq!(closed["next_owner"], "operator");
    assert!(app.operator().incidents("open").await.is_empty());
    assert_eq!(app.operator().incidents("follow_up").await.len(), 1);

    app.advance(DAY);
    app.carrier
        .expect(&seat, MessageKey::OperatorFollowUp)
        .await;
    let said = |result: &str| json!({"way": "voice", "result": result});
    let again = seat_does(app, &id, "follow-up", said("not_reached")).await;
    assert_eq!(again["status"], "follow_up");
    let bad = seat_does(app, &id, "follow-up", said("needs_help")).await;
    assert_eq!(bad["status"], "answering", "it is open again");
    let note = Some("looked after");
    app.operator().close(&id, "helped", note).await.expect(200);
    let well = seat_does(app, &id, "follow-up", said("well")).await;
    assert_eq!(well["status"], "closed");
    let nothing = app.operator();
    nothing
        .post_json(&format!("/v1/incidents/{id}/follow-up"), said("well"))
        .await
        .expect_problem(409, "no-follow-up");
}

/// A second fall while the seat has the first in hand is not silenced by that.
pub(crate) async fn a_second_fall_hastens_whoever_has_the_first(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    let seat = app.operator();
    let report = seat.report(elder.id, "help_request").await.expect(201);
    let id = word(&report, "id");
    for name in ["near", "second", "third", "fourth", "across", "far"] {
        let helper = app.responder(name);
        for offer in helper.pending().await {
            helper.decline(word(&offer, "id")).await.expect(200);
        }
    }
    becomes(app, &id, "exhausted").await;
    let taken = seat.acknowledge(&id).await.expect(200);
    let long = word(&taken, "deadline_at");
    assert_eq!(taken["severity"], 2);
    let mut watch = app.watch(&elder.uid).await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    let urged = seat.only_incident().await;
    assert_eq!(urged["severity"], 1, "the fall raises it");
    assert!(word(&urged, "deadline_at") < long, "{urged:#}");
    assert!(kinds(app, &id).await.iter().any(|it| it == "urged"));
}

/// An alarm of a stranger turns out to be the same emergency, and then not.
pub(crate) async fn two_incidents_are_one_and_then_two_again(app: &mut TestApp) {
    app.carrier.hear_anything();
    let kept = fall(app).await;
    let mut stranger = app.watch("8812345678").await;
    assert_eq!(stranger.ask(&fall_at(app.now())).await, "AL");
    let open = app.operator().incidents("open").await;
    let other = open.iter().find(|it| it["kind"] == "unknown_device");
    let other = word(other.expect("the stranger's"), "id");
    let named = json!({"incident_id": other, "reason": "the same watch"});
    let seat = app.operator();
    // Merging the other way would take a known person's emergency away.
    let wrong = json!({"incident_id": kept, "reason": "the same watch"});
    seat.post_json(&format!("/v1/incidents/{other}/merges"), wrong)
        .await
        .expect_problem(409, "other-resident");
    let merged = seat_does(app, &kept, "merges", named.clone()).await;
    assert_eq!(merged["repeats"], 1);
    let ended = seat.incident(&other).await.expect(200);
    assert_eq!(ended["incident"]["status"], "closed");
    assert_eq!(ended["incident"]["outcome"], "merged");
    assert!(kinds(app, &other).await.len() > 1, "its history stays");

    seat_does(app, &kept, "splits", named.clone()).await;
    becomes(app, &other, "raised").await;
    let path = format!("/v1/incidents/{kept}/splits");
    seat.post_json(&path, named)
        .await
        .expect_problem(409, "not-merged");
    let links = seat.get(&format!("/v1/incidents/{other}/links")).await;
    let links = links.expect(200);
    let said: Vec<String> = links["items"]
        .as_array()
        .expect("links")
        .iter()
        .map(|link| word(link, "kind"))
        .collect();
    assert_eq!(said, ["merged", "split"]);
    assert!(kinds(app, &kept).await.iter().any(|it| it == "split_off"));
}

/// Why there was no need is counted for the device.
pub(crate) async fn a_false_alarm_is_counted_for_its_device(app: &mut TestApp) {
    app.carrier.hear_anything();
    let id = fall(app).await;
    let seat = app.operator();
    let path = format!("/v1/incidents/{id}/closure");
    let helped = json!({"outcome": "helped", "note": "n", "reason": "device_dropped"});
    seat.post_json(&path, helped)
        .await
        .expect_problem(422, "invalid-request");
    let closure = json!({
        "outcome": "false_alarm", "note": "it lay on the floor", "reason": "device_dropped",
    });
    let closed = seat.post_json(&path, closure).await.expect(200);
    assert_eq!(closed["status"], "closed", "nothing had happened");
    let device = app.world.elder().device;
    let counted = seat
        .get(&format!("/v1/devices/{device}/false-alarms"))
        .await
        .expect(200);
    assert_eq!(counted["false_alarms"], 1);
    assert_eq!(counted["reasons"][0]["reason"], "device_dropped");
    assert!(!word(&counted["reasons"][0], "text").is_empty());
}

/// Somebody in hospital is waited for; the next alarm does not wait.
pub(crate) async fn a_stay_in_hospital_ends_by_itself_or_by_an_alarm(app: &mut TestApp) {
    app.carrier.hear_anything();
    let id = arrived(app).await;
    let over = json!({"to": "hospital", "companion": "family"});
    seat_does(app, &id, "hand-over", over).await;
    let until = |hours: i64| {
        let until = app.now() + chrono::TimeDelta::hours(hours);
        json!({"reason": "hospital", "until": until.to_rfc3339()})
    };
    let path = format!("/v1/incidents/{id}/suspension");
    let long = app.operator().post_json(&path, until(24 * 40)).await;
    long.expect_problem(409, "bad-time");
    let waits = seat_does(app, &id, "suspension", until(48)).await;
    assert_eq!(waits["status"], "suspended");
    // The very same frame again would be the same event.
    app.advance(Duration::from_secs(600));
    let uid = app.world.elder().uid.clone();
    let mut watch = app.watch(&uid).await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    let risen = app.operator().only_incident().await;
    assert_ne!(risen["status"], "suspended", "an alarm does not wait");
}

/// An exercise runs the live path and reaches nobody but those who take part; the carrier of this
/// test fails on whatever it hears.
pub(crate) async fn an_exercise_reaches_nobody_real(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let near = app.world.helper("near").person.clone();
    let seat = app.operator();
    let order = json!({
        "resident_id": elder.id, "kind": "fall", "crew": [near.account], "reason": "autumn",
    });
    let drill = seat
        .post_json("/v1/drills", order.clone())
        .await
        .expect(200);
    assert_eq!(drill["drill"], true);
    assert_eq!(drill["status"], "offered");
    let id = word(&drill, "id");
    seat.post_json("/v1/drills", order)
        .await
        .expect_problem(409, "resident-busy");
    let detail = seat.incident(&id).await.expect(200);
    assert_eq!(detail["offers"].as_array().map(Vec::len), Some(1));
    // Family neither hears nor sees it.
    let family = app.family(&elder);
    assert!(family.incidents("open").await.is_empty());
    family.incident(&id).await.expect_problem(404, "not-found");

    let helper = app.responder("near");
    helper.accept(helper.only_offer().await).await.expect(200);
    helper.depart(&id).await.expect(200);
    app.advance(Duration::from_secs(15 * 60));
    becomes(app, &id, "late").await;
    helper.arrive(&id).await.expect(200);
    let told = app.until("marked", async || {
        let told = helper.told().await;
        (!told.is_empty()).then_some(told)
    });
    let told = told.await;
    assert!(
        told.iter()
            .all(|it| word(it, "title").contains("演练") || word(it, "title").contains("Exercise")),
        "{told:#?}"
    );
    let closed = helper.close(&id, "test", None).await.expect(200);
    assert_eq!(closed["status"], "closed", "nobody looks again at a play");
    assert!(app.carrier.unexpected().is_empty());

    // A real alarm beside it is a real alarm.
    let heard = fall(app).await;
    assert_ne!(heard, id);
    let family = &elder.family;
    app.carrier.expect(family, MessageKey::FamilyAlarm).await;
    app.carrier.hear_anything();
}

/// One page for 120, as data, to print and to read aloud; each look leaves a line.
pub(crate) async fn the_sheet_says_who_where_and_what(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    let seat = app.operator();
    let record = json!({
        "conditions": ["heart failure"], "drugs": ["warfarin 3 mg"], "allergies": [],
    });
    let health = format!("/v1/residents/{}/health", elder.id);
    seat.put_json(&health, record.clone()).await.expect(200);
    assert_eq!(seat.get(&health).await.expect(200), record);

    let id = fall(app).await;
    let path = format!("/v1/incidents/{id}/handover-sheet");
    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);
    let on_the_way = near.get(&path).await.expect(200).to_string();
    assert!(!on_the_way.contains("warfarin"), "not before the arrival");
    near.arrive(&id).await.expect(200);
    let there = near.get(&path).await.expect(200);
    assert!(there.to_string().contains("warfarin"), "{there:#}");
    for text in [
        &elder.canaries.name,
        &elder.canaries.address,
        &elder.canaries.door,
    ] {
        assert!(there.to_string().contains(text.as_str()), "{there:#}");
    }
    let spoken = there["spoken"].as_array().expect("sentences");
    assert_eq!(
        spoken.len(),
        there["lines"].as_array().expect("lines").len()
    );
    let ask = Ask::default().header("Accept", "text/html");
    let page = seat.begin(Method::GET, &path, ask).await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.expect("a page");
    assert!(page.starts_with("<!doctype html>") && page.contains("warfarin 3 mg"));
    let lines = app.app.store.audit_of(
        app.world.home.organisation,
        "incident",
        id.parse().expect("an id"),
    );
    let looks = lines.expect("lines").into_iter();
    assert_eq!(looks.filter(|it| it.action == "handover_sheet").count(), 3);
}

/// The machine is published, and what it does not allow is refused with its own word.
pub(crate) async fn the_machine_is_published_and_refuses_by_name(app: &mut TestApp) {
    app.carrier.hear_anything();
    let machine = app.operator().get("/v1/incident-states").await.expect(200);
    let states = machine["states"].as_array().expect("states");
    assert_eq!(states.len(), domain::incidents::STATES.len());
    let may = |state: &str, input: &str| {
        let found = states.iter().find(|it| it["state"] == state);
        let moves = found.expect("a state")["moves"].as_array().expect("moves");
        moves.iter().any(|it| it["input"] == input)
    };
    assert!(may("on_scene", "block_access") && !may("offered", "block_access"));
    let id = fall(app).await;
    for (step, body, slug) in [
        ("drop-out", json!({}), "not-accepted"),
        ("shut-door", json!({}), "no-on-scene-record"),
        (
            "hand-over",
            json!({"to": "police", "companion": "nobody"}),
            "nobody-there",
        ),
        (
            "follow-up",
            json!({"way": "visit", "result": "well"}),
            "no-follow-up",
        ),
        (
            "merges",
            json!({"incident_id": id, "reason": "r"}),
            "same-incident",
        ),
    ] {
        let path = format!("/v1/incidents/{id}/{step}");
        let refused = app.operator().post_json(&path, body).await;
        let problem = refused.expect_problem(409, slug);
        assert!(!word(&problem, "detail").is_empty());
    }
}
