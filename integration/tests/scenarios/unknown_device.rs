//! A watch that nobody registered: a human looks first, and nothing is thrown away.

use std::time::Duration;

use domain::message::MessageKey;
use integration::app::TestApp;
use integration::roles::word;
use integration::watch::fall_at;
use serde_json::Value;

/// A watch of nobody.
const STRANGER: &str = "9990000777";

async fn the_seat_hears(app: &TestApp, key: MessageKey) {
    for operator in &app.world.home.operators {
        app.carrier.expect(operator, key).await;
    }
}

/// On the board with owner and timer, offered to nobody; identified, it is a resident's fall.
pub(crate) async fn an_unknown_watch_is_put_before_the_seat_and_then_helped(app: &mut TestApp) {
    let world = app.world.clone();
    let elder = world.elder();
    let mut watch = app.watch(STRANGER).await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    the_seat_hears(app, MessageKey::OperatorUnknownDevice).await;
    let seat = app.operator();
    let incident = seat.only_incident().await;
    let id = word(&incident, "id");
    assert_eq!(incident["kind"], "unknown_device");
    assert_eq!(incident["next_owner"], "operator");
    assert!(incident["deadline_at"].is_string(), "{incident:#}");
    assert!(incident["resident_id"].is_null(), "{incident:#}");
    let detail = seat.incident(&id).await.expect(200);
    assert_eq!(detail["offers"], Value::Array(Vec::new()));
    // Forgotten for a minute, the seat is reminded; still nobody is sent.
    app.advance(Duration::from_secs(61));
    the_seat_hears(app, MessageKey::OperatorUnknownDevice).await;
    for name in ["near", "second", "third"] {
        assert!(app.responder(name).pending().await.is_empty(), "{name}");
    }

    let identified = seat.identify(&id, elder.id).await.expect(200);
    assert_eq!(identified["kind"], "fall");
    assert_eq!(identified["status"], "offered");
    the_seat_hears(app, MessageKey::OperatorAlarm).await;
    app.carrier
        .expect(&elder.family, MessageKey::FamilyAlarm)
        .await;
    for name in ["near", "second", "third"] {
        app.carrier
            .expect(&world.helper(name).person, MessageKey::OfferNew)
            .await;
    }
    seat.identify(&id, elder.id)
        .await
        .expect_problem(409, "already-identified");
}

/// Twenty rows for twenty watches; the rest of the flood shares one row, and all are answered.
pub(crate) async fn a_flood_of_unknown_watches_is_one_row(app: &mut TestApp) {
    app.carrier.hear_anything();
    for number in 0..26 {
        let mut watch = app.watch(&format!("99955500{number:02}")).await;
        assert_eq!(watch.ask(&fall_at(app.now())).await, "AL", "watch {number}");
    }
    let open = app.operator().incidents("open").await;
    assert_eq!(open.len(), 21);
    assert!(
        open.iter()
            .all(|incident| incident["kind"] == "unknown_device"),
        "{open:#?}"
    );
    let mut repeats: Vec<i64> = open
        .iter()
        .map(|incident| incident["repeats"].as_i64().expect("a count"))
        .collect();
    repeats.sort_unstable();
    assert_eq!(
        repeats.last(),
        Some(&5),
        "the grouped row counts who shares it"
    );
    assert_eq!(repeats.iter().sum::<i64>(), 5);
    let frames = app
        .operator()
        .all("/v1/devices/frames?decoded=true&limit=200")
        .await;
    assert_eq!(frames.len(), 26, "every alarm is kept");
}

/// Noise on the line is listed with its bytes and the reason; the other organisation sees none.
pub(crate) async fn what_cannot_be_decoded_is_kept_and_listed(app: &mut TestApp) {
    let mut watch = app.watch(&app.world.elder().uid.clone()).await;
    watch.send_bytes(b"[3G*9990000001*zzzz*LK]").await;
    assert_eq!(watch.ask("LK").await, "LK", "the line still works");
    let seat = app.operator();
    let frames = app
        .until("the noise is listed", async || {
            let frames = seat.all("/v1/devices/frames?decoded=false&limit=200").await;
            (!frames.is_empty()).then_some(frames)
        })
        .await;
    let hex: String = frames
        .iter()
        .map(|frame| word(frame, "frame_hex"))
        .collect();
    assert!(
        hex.contains(&hex::encode("[3G*9990000001*zzzz*LK")),
        "{hex}"
    );
    assert!(
        frames.iter().all(|frame| frame["decoded"] == false),
        "{frames:#?}"
    );
    assert!(
        frames.iter().all(|frame| !word(frame, "error").is_empty()),
        "{frames:#?}"
    );
    let elsewhere = app.operator_as(&app.world.other.operators[0]);
    let theirs = elsewhere.all("/v1/devices/frames?limit=200").await;
    assert!(theirs.is_empty(), "{theirs:#?}");
    assert!(seat.incidents("all").await.is_empty());
}

/// A connection speaks for the watch it began with, and for no other.
pub(crate) async fn a_watch_cannot_speak_for_another_resident(app: &mut TestApp) {
    let mut watch = app.watch(&app.world.elder().uid.clone()).await;
    assert_eq!(watch.ask("LK").await, "LK");
    let other = app.world.neighbour().clone();
    let content = fall_at(app.now());
    let forged = ingest::watch::encode::frame("3G", &other.uid, None, &content);
    watch.send_bytes(&forged).await;
    assert!(
        watch.hears_nothing().await,
        "a forged alarm is not answered"
    );
    // The seat is told of it, and nobody else: no resident is reached before a human says whose.
    the_seat_hears(app, MessageKey::OperatorUnknownDevice).await;
    let seat = app.operator();
    let incident = seat.only_incident().await;
    assert_eq!(incident["kind"], "unknown_device", "{incident:#}");
    assert_eq!(incident["identity"], "unconfirmed", "{incident:#}");
    assert!(incident["resident_id"].is_null(), "{incident:#}");
    let id = word(&incident, "id");
    let detail = seat.incident(&id).await.expect(200);
    assert_eq!(detail["offers"], Value::Array(Vec::new()));
    let lines = detail["timeline"].as_array().expect("a history");
    let line = lines.iter().find(|line| line["kind"] == "quarantined");
    let line = line.expect("it says which line it came over");
    assert_eq!(line["facts"]["bound"], app.world.elder().uid, "{line:#}");
    assert_eq!(line["facts"]["device"], other.uid, "{line:#}");
    assert_eq!(line["facts"]["source"], "127.0.0.1", "{line:#}");
    assert!(app.family(&other).told().await.is_empty());
    assert!(app.family(app.world.elder()).told().await.is_empty());
    let frames = app
        .operator()
        .all("/v1/devices/frames?decoded=false&limit=200")
        .await;
    assert_eq!(frames.len(), 1, "it is kept: {frames:#?}");
    assert!(
        word(&frames[0], "error").contains("identity"),
        "{frames:#?}"
    );
    assert_eq!(frames[0]["quarantined"], true);
    assert_eq!(frames[0]["bound_uid"], app.world.elder().uid);
    assert_eq!(frames[0]["incident_id"], id);
    // What another name says on its line is nothing that the named watch said.
    let named = seat
        .get(&format!("/v1/devices/{}", other.device))
        .await
        .expect(200);
    assert!(named["last_seen_at"].is_null(), "{named:#}");
    assert_eq!(app.app.counters.read()["identity_changed"], 1);
    app.carrier.hear_anything();
    // The named watch's own alarm of the same moment is no repeat of it: help is sent.
    let mut own = app.watch(&other.uid).await;
    assert_eq!(own.ask("LK").await, "LK");
    assert_eq!(own.ask(&content).await, "AL");
    app.carrier
        .expect(&other.family, MessageKey::FamilyAlarm)
        .await;
    assert_eq!(seat.incidents("open").await.len(), 2);
    // A human says whose the other one was: now helpers are sent for it too.
    let identified = seat.identify(&id, app.world.elder().id).await.expect(200);
    assert_eq!(identified["kind"], "fall");
    assert_eq!(identified["status"], "offered");
    // Its own line still works.
    assert_eq!(watch.ask("LK").await, "LK");
}

/// A frame that never ends is no reason to read for ever.
pub(crate) async fn a_frame_without_end_closes_the_line_and_is_counted(app: &mut TestApp) {
    let mut watch = app.watch(&app.world.elder().uid.clone()).await;
    let mut endless = b"[3G*9990000001*FFFF*UD,".to_vec();
    endless.resize(64 * 1024 + 100, b'7');
    watch.send_bytes(&endless).await;
    assert!(watch.is_closed().await, "over 64 KiB the line is closed");
    assert_eq!(
        app.operator().get("/v1/ops/counters").await.expect(200)["oversize_closed"],
        1
    );
    let frames = app
        .operator()
        .all("/v1/devices/frames?decoded=false&limit=200")
        .await;
    assert_eq!(frames.len(), 1, "and kept: {frames:#?}");
}
