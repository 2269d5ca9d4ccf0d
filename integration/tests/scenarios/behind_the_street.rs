//! What lies between the street and the door counts, and so does whom the resident needs.

use std::time::Duration;

use domain::ids::{HomeId, ResidentId};
use domain::residents::{Climb, EntryCard, Home, Resident};
use integration::app::TestApp;
use integration::roles::{Ask, IDEMPOTENCY_KEY, word};
use integration::world::Spot;
use reqwest::Method;
use serde_json::{Value, json};
use server::engine::fresh_id;
use store::seeding::Seeder;

/// Five storeys of stairs at 1.2 m/s, in milliseconds.
const FIVE_STOREYS_MS: i64 = 60_000;
/// The same by a lift that has to be waited for.
const FIVE_BY_LIFT_MS: i64 = 45_000;

/// Another resident at a spot, so far up.
fn moves_in(app: &TestApp, spot: Spot, storey: Option<i8>, lift: Option<bool>) -> ResidentId {
    let id = ResidentId(fresh_id());
    let resident = Resident {
        id,
        organisation_id: app.world.home.organisation,
        name: "somebody upstairs".to_owned(),
        phone: "00000000".to_owned(),
        birth_year: 1940,
        living_alone: true,
        languages: vec!["zh-CN".to_owned()],
        reading_level: "standard".to_owned(),
        requires: Vec::new(),
        home: Home {
            id: HomeId(fresh_id()),
            address: "an invented lane".to_owned(),
            at: Some(spot.coordinate()),
            committee_code: "310999000000".to_owned(),
            climb: Climb { storey, lift },
            entry: EntryCard::default(),
        },
        synthetic: true,
    };
    let mut seeder = Seeder::new(&app.app.database).expect("a connection");
    let seeded = seeder.residents(vec![resident], &mut |_| {});
    seeded.expect("a resident");
    id
}

/// What is known of a report once people were asked; it is closed again.
struct Told {
    offers: Vec<Value>,
    candidates: Value,
}

async fn told(app: &TestApp, resident: ResidentId, kind: &str) -> Told {
    let seat = app.operator();
    let report = seat.report(resident, kind).await.expect(201);
    let id = word(&report, "id");
    let detail = seat.incident(&id).await.expect(200);
    let path = format!("/v1/incidents/{id}/candidates");
    let candidates = seat.get(&path).await.expect(200);
    seat.close(&id, "test", Some("the next one follows"))
        .await
        .expect(200);
    Told {
        offers: detail["offers"].as_array().expect("offers").clone(),
        candidates,
    }
}

impl Told {
    /// The offer to a helper.
    fn offer(&self, app: &TestApp, name: &str) -> &Value {
        let id = app.world.helper(name).id.to_string();
        let mut offers = self.offers.iter();
        let found = offers.find(|offer| offer["responder_id"] == id);
        found.unwrap_or_else(|| panic!("{name} was not asked: {:#?}", self.offers))
    }

    /// How far a helper is said to be, in the offer and in the list of candidates alike.
    fn ms(&self, app: &TestApp, name: &str) -> i64 {
        let offer = self.offer(app, name);
        let candidate = self.candidate(app, name);
        assert_eq!(offer["walking_ms"], candidate["walking_ms"]);
        offer["walking_ms"].as_i64().expect("a time")
    }

    fn candidate(&self, app: &TestApp, name: &str) -> &Value {
        let id = app.world.helper(name).id.to_string();
        let waves = self.candidates["waves"].as_array().expect("waves");
        let all = waves
            .iter()
            .filter_map(|wave| wave["candidates"].as_array());
        let found = all.flatten().find(|one| one["responder_id"] == id);
        found.unwrap_or_else(|| panic!("{name} is not in {:#}", self.candidates))
    }

    /// What is said of the stairs.
    fn stairs(&self, app: &TestApp, name: &str) -> Option<String> {
        let grounds = self.candidate(app, name)["grounds"].as_array();
        let mut grounds = grounds.expect("grounds").iter();
        let keys = ["stairs_to_climb", "lift_broken"];
        let found = grounds.find(|it| keys.iter().any(|key| it["key"] == *key));
        found.map(|it| word(it, "text"))
    }
}

async fn reports(app: &TestApp, kind: &str, spot: Spot) -> String {
    let at = spot.coordinate();
    let body = json!({
        "kind": kind,
        "position": {"lon": at.lon(), "lat": at.lat(), "datum": "wgs84"},
        "reason": "out of order",
    });
    let ask = Ask::json(&body).header(IDEMPOTENCY_KEY, fresh_id());
    let path = "/v1/street-closures";
    let kept = app.operator().send(Method::POST, path, ask).await;
    word(&kept.expect(201), "id")
}

/// At the same place in the street the sixth storey is a minute farther away, and it is said why.
pub(crate) async fn the_sixth_storey_is_farther_than_the_first(app: &mut TestApp) {
    app.carrier.hear_anything();
    let door = app.world.elder().spot;
    let level = moves_in(app, door, Some(1), Some(false));
    let unknown = moves_in(app, door, None, Some(false));
    let sixth = moves_in(app, door, Some(6), Some(false));
    let lifted = moves_in(app, door, Some(6), Some(true));
    let street = told(app, level, "fall").await;
    let street_ms = street.ms(app, "near");
    assert_eq!(street.stairs(app, "near"), None);
    let same = told(app, unknown, "fall").await;
    assert_eq!(same.ms(app, "near"), street_ms, "unknown adds nothing");

    let up = told(app, sixth, "fall").await;
    for name in ["near", "second", "third"] {
        let more = up.ms(app, name) - street.ms(app, name);
        assert_eq!(more, FIVE_STOREYS_MS, "{name}");
    }
    let said = up.stairs(app, "near");
    assert_eq!(said.as_deref(), Some("Stairs to storey 6"));
    let reasons = up.offer(app, "near")["reasons"].as_array();
    let reasons = reasons.expect("reasons");
    assert!(reasons.contains(&json!("stairs_to_climb")), "{reasons:?}");
    assert_eq!(
        up.offer(app, "near")["metres"],
        street.offer(app, "near")["metres"],
        "no farther in the street"
    );
    let by_lift = told(app, lifted, "fall").await;
    assert_eq!(by_lift.ms(app, "near"), street_ms + FIVE_BY_LIFT_MS);
    assert_eq!(by_lift.stairs(app, "near"), None);
}

/// Whoever accepts is expected at the door, not in the street.
pub(crate) async fn the_promise_is_to_the_door(app: &mut TestApp) {
    app.carrier.hear_anything();
    let sixth = moves_in(app, app.world.elder().spot, Some(6), Some(false));
    let seat = app.operator();
    let report = seat.report(sixth, "fall").await.expect(201);
    let id = word(&report, "id");
    let near = app.responder("near");
    let offer = near.pending().await.remove(0);
    near.accept(word(&offer, "id")).await.expect(200);
    let street_ms = 175_000;
    let about = |ms: &Value| (ms.as_i64().expect("a time") - street_ms - FIVE_STOREYS_MS).abs();
    assert!(about(&offer["walking_ms"]) < 1_000, "{offer:#}");
    let map = format!("/v1/incidents/{id}/map");
    let map = seat.get(&map).await.expect(200);
    let shown = map["candidates"].as_array().expect("candidates").iter();
    let near = app.world.helper("near").id.to_string();
    let mut shown = shown.filter(|one| one["responder_id"] == near);
    let shown = shown.next().expect("on the map");
    assert_eq!(shown["walking_ms"], offer["walking_ms"]);
    let detail = seat.incident(&id).await.expect(200);
    let lines = detail["timeline"].as_array().expect("a history");
    let text = |line: &Value| line["text"].as_str().unwrap_or_default().to_owned();
    let told: Vec<String> = lines.iter().map(text).collect();
    // 235 s are 4 minutes; 175 s in the street would be 3.
    assert!(
        told.iter().any(|text| text.contains("4 minutes")),
        "{told:#?}"
    );
}

/// A broken lift makes the storeys stairs until it is mended, for its own house alone.
pub(crate) async fn a_broken_lift_is_a_longer_way(app: &mut TestApp) {
    app.carrier.hear_anything();
    let door = app.world.elder().spot;
    let lifted = moves_in(app, door, Some(6), Some(true));
    let works = told(app, lifted, "fall").await.ms(app, "near");
    reports(app, "lift_broken", Spot(door.0 + 60.0, door.1)).await;
    let neighbours = told(app, lifted, "fall").await;
    assert_eq!(neighbours.ms(app, "near"), works, "another house");

    let closure = reports(app, "lift_broken", door).await;
    let broken = told(app, lifted, "fall").await;
    let more = broken.ms(app, "near") - works;
    assert_eq!(more, FIVE_STOREYS_MS - FIVE_BY_LIFT_MS);
    let said = broken.stairs(app, "near");
    let expected = "The lift is broken; stairs to storey 6";
    assert_eq!(said.as_deref(), Some(expected));
    app.crash_and_reopen().await;
    app.advance(Duration::from_secs(31));
    assert_eq!(
        told(app, lifted, "fall").await.ms(app, "near") - works,
        more
    );
    // Elder one has no lift that is known of: the street before the house stays open.
    let elder = app.world.elder().id;
    let level = told(app, elder, "fall").await;
    assert!(level.ms(app, "near") < works, "{:#?}", level.offers);

    let end = format!("/v1/street-closures/{closure}/end");
    app.operator().post(&end).await.expect(200);
    let mended = told(app, lifted, "fall").await;
    assert_eq!(mended.ms(app, "near"), works);
    assert_eq!(mended.stairs(app, "near"), None);
}

/// The way on the map goes round what is closed, as the time beside it does.
pub(crate) async fn the_drawn_way_goes_round_a_closed_street(app: &mut TestApp) {
    app.carrier.hear_anything();
    let seat = app.operator();
    let report = seat.report(app.world.elder().id, "fall").await;
    let id = word(&report.expect(201), "id");
    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);
    let map = format!("/v1/incidents/{id}/map");
    let straight = seat.get(&map).await.expect(200);
    // Between the two doors, one crossing from each.
    let closure = reports(app, "street_closed", Spot(250.0, 100.0)).await;
    let round = seat.get(&map).await.expect(200);
    let (short, long) = (length_m(&straight), length_m(&round));
    assert!((short - 200.0).abs() < 20.0, "{short} m");
    assert!(long > short + 150.0, "{long} m instead of {short} m");
    let end = format!("/v1/street-closures/{closure}/end");
    seat.post(&end).await.expect(200);
    assert_eq!(seat.get(&map).await.expect(200)["route"], straight["route"]);
}

/// Metres of the route of a map.
fn length_m(map: &Value) -> f64 {
    let route = map["route"].as_array().expect("a route");
    let points = route.iter().map(|point| {
        let degrees = |at: usize| point[at].as_f64().expect("degrees");
        spatial::LonLat::new(degrees(0), degrees(1)).expect("a place")
    });
    let points: Vec<_> = points.collect();
    points
        .windows(2)
        .map(|pair| pair[0].haversine_m(pair[1]))
        .sum()
}

/// What the seat writes into the record bars whoever is not so, from the next request on.
pub(crate) async fn what_a_resident_requires_decides_who_is_asked(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().id;
    let asked = told(app, elder, "help_request").await;
    assert!(!asked.offers.is_empty());
    let path = format!("/v1/residents/{elder}/requirements");
    let body = json!({"requires": ["female"], "reason": "she asked for it"});
    let set = app.operator().put_json(&path, body).await.expect(200);
    assert_eq!(set["requires"], json!(["female"]));
    let barred = told(app, elder, "help_request").await;
    assert!(barred.offers.is_empty(), "{:#?}", barred.offers);
    let urgent = told(app, elder, "fall").await;
    assert!(!urgent.offers.is_empty(), "a life does not wait");
    let body = json!({"requires": [], "reason": "she changed her mind"});
    app.operator().put_json(&path, body).await.expect(200);
    let again = told(app, elder, "help_request").await;
    assert_eq!(again.offers.len(), asked.offers.len());
}
