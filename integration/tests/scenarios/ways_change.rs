//! What lies between a helper and a door changes, and so does who is asked.

use std::time::Duration;

use chrono::TimeDelta;
use domain::identity::Role;
use domain::ids::{AccountId, ResponderId};
use domain::responders::{Responder, Vehicle};
use integration::app::TestApp;
use integration::roles::{Ask, IDEMPOTENCY_KEY, word};
use integration::world::Spot;
use reqwest::Method;
use serde_json::{Value, json};
use server::engine::fresh_id;
use store::Account;
use store::seeding::Seeder;

/// 180 m from the elder on foot, from the west.
const WEST: Spot = Spot(-5.0, 80.0);
/// In the only street that leads from there to the elder without a detour.
const WEST_STREET: Spot = Spot(50.0, 100.0);
/// 300 m from the elder on foot, from the east.
const EAST: Spot = Spot(340.0, -5.0);
/// The only bridge.
const BRIDGE: Spot = Spot(700.0, 150.0);

fn place(spot: Spot) -> Value {
    let at = spot.coordinate();
    json!({"lon": at.lon(), "lat": at.lat(), "datum": "wgs84"})
}

async fn stands(app: &TestApp, name: &str, spot: Spot, accuracy_m: u32) {
    let mut body = place(spot);
    body["accuracy_m"] = json!(accuracy_m);
    let helper = app.responder(name);
    helper.put_json("/v1/me/position", body).await.expect(200);
}

async fn off_duty(app: &TestApp, names: &[&str]) {
    for name in names {
        let body = json!({"on_duty": false});
        let helper = app.responder(name);
        helper.put_json("/v1/me/duty", body).await.expect(200);
    }
}

async fn close(app: &TestApp, spot: Spot, until: Option<String>) -> String {
    let mut body = json!({"kind": "street_closed", "position": place(spot), "reason": "works"});
    if let Some(until) = until {
        body["until"] = json!(until);
    }
    let ask = Ask::json(&body).header(IDEMPOTENCY_KEY, fresh_id());
    let kept = app
        .operator()
        .send(Method::POST, "/v1/street-closures", ask)
        .await;
    word(&kept.expect(201), "id")
}

/// The offers of a fall that happens now, which is closed again.
async fn offers(app: &TestApp) -> Vec<Value> {
    let seat = app.operator();
    let report = seat.report(app.world.elder().id, "fall").await.expect(201);
    let id = word(&report, "id");
    let detail = seat.incident(&id).await.expect(200);
    seat.close(&id, "test", Some("the next one follows"))
        .await
        .expect(200);
    detail["offers"].as_array().expect("offers").clone()
}

fn of<'o>(offers: &'o [Value], id: &str) -> Option<&'o Value> {
    offers.iter().find(|offer| offer["responder_id"] == id)
}

fn seconds(offer: &Value) -> i64 {
    let ms = offer["walking_ms"].as_i64().expect("a time");
    (ms + 500) / 1000
}

/// Who of those asked is there first, and in how many seconds.
fn first(offers: &[Value]) -> (String, i64) {
    let first = offers.iter().min_by_key(|offer| seconds(offer));
    let first = first.expect("somebody is asked");
    (word(first, "responder_id"), seconds(first))
}

/// Whoever was nearest has a detour now; after a restart too; and none once the street is open.
pub(crate) async fn a_closed_street_changes_who_is_first(app: &mut TestApp) {
    app.carrier.hear_anything();
    let id = |name: &str| app.world.helper(name).id.to_string();
    let (far, near) = (id("far"), id("near"));
    stands(app, "far", WEST, 0).await;
    assert_eq!(first(&offers(app).await), (far.clone(), 150), "180 m");

    let closure = close(app, WEST_STREET, None).await;
    let detour = offers(app).await;
    assert_eq!(first(&detour), (near.clone(), 175), "210 m");
    let round = of(&detour, &far).expect("still one of the three nearest");
    assert_eq!(seconds(round), 283, "340 m round the block");
    app.crash_and_reopen().await;
    // Notices that the old process was about to send are free again after this.
    app.advance(Duration::from_secs(31));
    assert_eq!(first(&offers(app).await), (near, 175));

    let end = format!("/v1/street-closures/{closure}/end");
    app.operator().post(&end).await.expect(200);
    assert_eq!(first(&offers(app).await), (far, 150));
}

/// An end that was told beforehand needs nobody who remembers it.
pub(crate) async fn a_closure_ends_by_itself(app: &mut TestApp) {
    app.carrier.hear_anything();
    let far = app.world.helper("far").id.to_string();
    stands(app, "far", WEST, 0).await;
    let until = (app.now() + TimeDelta::minutes(5)).to_rfc3339();
    close(app, WEST_STREET, Some(until)).await;
    assert_ne!(first(&offers(app).await).0, far);
    app.advance(Duration::from_secs(301));
    let listed = app.operator().all("/v1/street-closures?limit=9").await;
    assert_eq!(listed[0]["in_force"], false);
    app.until("the street is used again", async || {
        let (who, _) = first(&offers(app).await);
        (who == far).then_some(())
    })
    .await;
}

/// Half a kilometre by e-bike is nearer than two hundred metres on foot.
pub(crate) async fn a_rider_is_asked_before_a_nearer_walker(app: &mut TestApp) {
    app.carrier.hear_anything();
    let rider = join(app, Some(Spot(650.0, 95.0)), Vehicle::Ebike);
    let asked = offers(app).await;
    let near = app.world.helper("near").id.to_string();
    let walks = of(&asked, &near).expect("asked as well");
    assert_eq!(seconds(walks), 175);
    let rides = of(&asked, &rider.to_string()).expect("asked");
    assert_eq!(seconds(rides), 146, "510 m at 3.5 m/s");
    assert_eq!(rides["method"], "network");
    assert_eq!(first(&asked).0, rider.to_string());
}

/// What is not known of a position counts as time.
pub(crate) async fn an_old_or_vague_position_stands_behind(app: &mut TestApp) {
    app.carrier.hear_anything();
    let far = app.world.helper("far").id.to_string();
    stands(app, "far", EAST, 0).await;
    let asked = offers(app).await;
    assert_eq!(seconds(of(&asked, &far).expect("second of three")), 250);
    stands(app, "far", EAST, 300).await;
    let asked = offers(app).await;
    assert!(of(&asked, &far).is_none(), "250 s more: {asked:#?}");

    stands(app, "far", EAST, 30).await;
    let asked = offers(app).await;
    assert_eq!(seconds(of(&asked, &far).expect("25 s more")), 250);
    app.advance(Duration::from_secs(2 * 3600));
    for name in ["near", "second", "third"] {
        let spot = app.world.helper(name).spot;
        stands(app, name, spot, 0).await;
    }
    let asked = offers(app).await;
    assert!(of(&asked, &far).is_none(), "120 s more: {asked:#?}");
}

/// Three ways of not having a time, each with its own word.
pub(crate) async fn unreachable_off_the_map_and_unplaced_are_told_apart(app: &mut TestApp) {
    app.carrier.hear_anything();
    off_duty(app, &["near", "third", "fourth", "far"]).await;
    stands(app, "second", Spot(9_000.0, 0.0), 0).await;
    close(app, BRIDGE, None).await;
    let nowhere = join(app, None, Vehicle::Foot).to_string();
    let asked = offers(app).await;
    let id = |name: &str| app.world.helper(name).id.to_string();
    for (who, method, reason) in [
        (id("across"), "straight_line", "unreachable"),
        (id("second"), "straight_line", "off_the_map"),
        (nowhere, "fixed_list", "no_position"),
    ] {
        let offer = of(&asked, &who).unwrap_or_else(|| panic!("{reason}: {asked:#?}"));
        assert_eq!(offer["method"], method, "{reason}");
        let reasons = offer["reasons"].as_array().expect("reasons");
        assert!(reasons.contains(&json!(reason)), "{reasons:?}");
    }
}

/// Somebody new joins, and the server reads the roster.
fn join(app: &TestApp, spot: Option<Spot>, vehicle: Vehicle) -> ResponderId {
    let organisation = app.world.home.organisation;
    let (id, account) = (ResponderId(fresh_id()), AccountId(fresh_id()));
    let mut seeder = Seeder::new(&app.app.database).expect("a connection");
    let account_row = Account {
        id: account,
        organisation_id: organisation,
        role: Role::Responder,
        name: "somebody new".to_owned(),
        language: "en".to_owned(),
        reading_level: "standard".to_owned(),
        device_id: None,
    };
    seeder
        .accounts(vec![account_row], &mut |_| {})
        .expect("an account");
    let responder = Responder {
        name: "somebody new".to_owned(),
        vehicle,
        duty_override: Some(true),
        at: spot.map(Spot::coordinate),
        at_time: spot.map(|_| app.now()),
        ..Responder::unknown(id, organisation, account)
    };
    seeder
        .responders(vec![responder], &mut |_| {})
        .expect("a responder");
    app.app.reload().expect("the roster is read");
    id
}
