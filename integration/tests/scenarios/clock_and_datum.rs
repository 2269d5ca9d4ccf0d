//! Devices whose clock is wrong, and sources that shift places by half a kilometre.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::geo::{Coordinate, Datum};
use integration::app::TestApp;
use integration::roles::word;
use integration::watch::{FakeWatch, fall_at};
use serde_json::{Value, json};

/// Status word of a fall.
const FALL: u32 = 1 << 21;

/// What a source of this datum sends for a place: found by trying, so that the test owns no
/// formula.
fn as_sent(place: Coordinate, datum: Datum) -> (f64, f64) {
    let mut sent = (place.lon(), place.lat());
    for _ in 0..30 {
        let read = Coordinate::declared(sent.0, sent.1, datum).expect("a place");
        sent.0 += place.lon() - read.lon();
        sent.1 += place.lat() - read.lat();
    }
    sent
}

fn frame(kind: &str, at: DateTime<Utc>, (lon, lat): (f64, f64), status: u32) -> String {
    let at = at.format("%d%m%y,%H%M%S");
    format!("{kind},{at},A,{lat:.7},N,{lon:.7},E,0,0,0,9,80,81,12,0,{status:08X},0,0")
}

fn metres(position: &Value, place: Coordinate) -> f64 {
    let of = |name: &str| position[name].as_f64().expect("degrees");
    let read = Coordinate::declared(of("lon"), of("lat"), Datum::Wgs84).expect("a place");
    read.metres_to(place)
}

async fn device(app: &TestApp, id: impl std::fmt::Display) -> Value {
    let path = format!("/v1/devices/{id}");
    app.operator().get(&path).await.expect(200)
}

/// A watch has no reply to a position; the link frame behind it says that it was kept.
async fn reports(watch: &mut FakeWatch, content: &str) {
    watch.send(content).await;
    assert_eq!(watch.ask("LK").await, "LK");
}

/// The alarm of a model that sends GCJ-02 (or BD-09) lands where it happened.
pub(crate) async fn an_alarm_of_a_shifting_model_lands_where_it_happened(app: &mut TestApp) {
    app.carrier.hear_anything();
    let place = app.world.helper("third").spot.coordinate();
    for (model, datum) in [
        ("firmware sending GCJ-02", Datum::Gcj02),
        ("Firmware sending BD-09", Datum::Bd09),
    ] {
        let home = app.add_homes(1, "310999000778", Some(model)).remove(0);
        let sent = as_sent(place, datum);
        let straight = Coordinate::declared(sent.0, sent.1, Datum::Wgs84).expect("a place");
        assert!(straight.metres_to(place) > 200.0, "{datum} shifts");
        let mut watch = app.watch(&home.uid).await;
        assert_eq!(watch.ask(&frame("AL", app.now(), sent, FALL)).await, "AL");
        let shown = device(app, home.device).await;
        assert_eq!(shown["datum"], datum.as_str());
        let off = metres(&shown["last_position"], place);
        assert!(off <= 1.0, "{datum}: {off} m");
        // Where helpers are sent.
        let open = app.operator().incidents("open").await;
        let own = open
            .iter()
            .find(|it| it["resident_id"] == home.resident.to_string());
        let id = word(own.expect("an incident"), "id");
        let map = app.operator().get(&format!("/v1/incidents/{id}/map")).await;
        let off = metres(&map.expect(200)["resident"], place);
        assert!(off <= 1.0, "{datum}: {off} m on the map");
    }
}

/// Two days ahead: the alarm is as good as any, the clock is flagged, and it orders nothing.
pub(crate) async fn a_clock_two_days_off_is_flagged_and_orders_nothing(app: &mut TestApp) {
    app.carrier.hear_anything();
    let (elder, other) = (app.world.elder().clone(), app.world.neighbour().clone());
    let ahead = app.now() + TimeDelta::days(2);
    let mut watch = app.watch(&elder.uid).await;
    assert_eq!(watch.ask(&fall_at(ahead)).await, "AL");
    app.advance(Duration::from_secs(5));
    let behind = app.now() - TimeDelta::days(2);
    let mut second = app.watch(&other.uid).await;
    assert_eq!(second.ask(&fall_at(behind)).await, "AL");

    let seat = app.operator();
    let open = seat.incidents("open").await;
    let residents: Vec<String> = open.iter().map(|it| word(it, "resident_id")).collect();
    let received = [other.id.to_string(), elder.id.to_string()];
    assert_eq!(residents, received, "newest first, by when it was here");
    for incident in &open {
        let opened: DateTime<Utc> = word(incident, "opened_at").parse().expect("a moment");
        assert!((app.now() - opened).abs() < TimeDelta::minutes(2));
    }
    let off = |value: &Value| value["clock_off_s"].as_i64().unwrap_or_default();
    let day = 86_400;
    assert!((2 * day - off(&device(app, elder.device).await)).abs() < 60);
    assert!((-2 * day - off(&device(app, other.device).await)).abs() < 60);
    let frames = seat.all("/v1/devices/frames?limit=200").await;
    assert_eq!(frames.len(), 2);
    assert!(
        off(&frames[0]) < -day && off(&frames[1]) > day,
        "{frames:#?}"
    );
    let kept: DateTime<Utc> = word(&frames[1], "device_time").parse().expect("a moment");
    assert!(
        (kept - ahead).abs() < TimeDelta::seconds(2),
        "device time is kept"
    );
    // A right clock takes the flag away.
    let right = frame("UD", app.now(), (123.5, 30.5), 0);
    reports(&mut watch, &right).await;
    assert!(device(app, elder.device).await["clock_off_s"].is_null());
}

/// A watch that lies at home and says that it lies half a kilometre away: a person is asked.
pub(crate) async fn a_source_that_shifts_without_saying_so_is_proposed(app: &mut TestApp) {
    app.carrier.hear_anything();
    let (elder, honest) = (app.world.elder().clone(), app.world.neighbour().clone());
    let home = elder.spot.coordinate();
    let sent = as_sent(home, Datum::Gcj02);
    let at_home = honest.spot.coordinate();
    let mut watch = app.watch(&elder.uid).await;
    let mut other = app.watch(&honest.uid).await;
    for _ in 0..11 {
        reports(&mut watch, &frame("UD", app.now(), sent, 0)).await;
        let own = (at_home.lon(), at_home.lat());
        reports(&mut other, &frame("UD", app.now(), own, 0)).await;
        app.beaten().await;
        app.advance(Duration::from_secs(75 * 60));
        app.beaten().await;
    }
    let shown = device(app, elder.device).await;
    assert_eq!(
        (&shown["datum"], &shown["proposed_datum"]),
        (&json!("wgs84"), &json!("gcj02"))
    );
    assert!(
        metres(&shown["last_position"], home) > 200.0,
        "nothing is corrected by itself"
    );
    assert!(device(app, honest.device).await["proposed_datum"].is_null());

    let path = format!("/v1/devices/{}/datum", elder.device);
    let setting = json!({"datum": "gcj02", "reason": "the maker says so"});
    app.family(&elder)
        .put_json(&path, setting.clone())
        .await
        .expect_problem(403, "forbidden");
    let set = app.operator().put_json(&path, setting).await.expect(200);
    assert_eq!(set["datum"], "gcj02");
    assert!(set["proposed_datum"].is_null());
    reports(&mut watch, &frame("UD", app.now(), sent, 0)).await;
    let off = metres(&device(app, elder.device).await["last_position"], home);
    assert!(off <= 1.0, "{off} m");
    let trail = app
        .app
        .store
        .audit_of(app.world.home.organisation, "device", elder.device.0);
    let trail = trail.expect("a trail");
    assert_eq!(trail.len(), 1);
    assert_eq!(trail[0].note.as_deref(), Some("the maker says so"));
}

/// Apps in China get shifted places from their map kit: declared, they are brought back.
pub(crate) async fn a_shifted_place_of_an_app_is_brought_back(app: &mut TestApp) {
    let near = app.world.helper("near").clone();
    let place = app.world.helper("far").spot.coordinate();
    for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
        let (lon, lat) = as_sent(place, datum);
        let body = json!({"lon": lon, "lat": lat, "datum": datum.as_str()});
        let caller = app.responder("near");
        caller.put_json("/v1/me/position", body).await.expect(200);
        let kept = app
            .app
            .store
            .responder_read(app.world.home.organisation, near.id)
            .expect("a read");
        let off = kept.at.expect("a place").metres_to(place);
        assert!(off <= 1.0, "{datum}: {off} m");
    }
}
