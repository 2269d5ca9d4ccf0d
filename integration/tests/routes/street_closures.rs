//! Tag street-closures.

use chrono::TimeDelta;
use integration::app::TestApp;
use integration::roles::{Answer, Ask, Client, IDEMPOTENCY_KEY, word};
use integration::world::Spot;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/v1/street-closures";
const LIST: &str = "/v1/street-closures?limit=1";

fn place(spot: Spot) -> Value {
    let at = spot.coordinate();
    json!({"lon": at.lon(), "lat": at.lat(), "datum": "wgs84"})
}

fn closed(spot: Spot) -> Value {
    json!({"kind": "street_closed", "position": place(spot), "reason": "a burst pipe"})
}

async fn report(seat: &Client, key: &str, body: &Value) -> Answer {
    let ask = Ask::json(body).header(IDEMPOTENCY_KEY, key);
    seat.send(Method::POST, PATH, ask).await
}

/// Reported twice under one key it is one; ended twice it is ended once.
pub(crate) async fn a_closure_is_reported_listed_and_ended(app: &mut TestApp) {
    let seat = app.operator();
    let until = (app.now() + TimeDelta::hours(2)).to_rfc3339();
    let mut body = closed(Spot(250.0, 0.0));
    body["position_to"] = place(Spot(450.0, 0.0));
    body["until"] = json!(until);
    let kept = report(&seat, "pipe", &body).await.expect(201);
    let again = report(&seat, "pipe", &body).await.expect(200);
    assert_eq!(kept, again);
    assert_eq!(kept["in_force"], true);
    assert_eq!(kept["reason"], "a burst pipe");
    assert_eq!(kept["position_to"]["lon"], body["position_to"]["lon"]);
    let other = report(&seat, "gate", &closed(Spot(700.0, 150.0))).await;
    let other = word(&other.expect(201), "id");
    let listed = seat.all(LIST).await;
    assert_eq!(listed.len(), 2, "{listed:#?}");

    let end = format!("{PATH}/{}/end", word(&kept, "id"));
    let ended = seat.post(&end).await.expect(200);
    assert_eq!(ended["in_force"], false);
    assert!(ended["ended_at"].is_string());
    assert_eq!(seat.post(&end).await.expect(200), ended);
    let listed = seat.all(LIST).await;
    let in_force: Vec<String> = listed
        .iter()
        .filter(|closure| closure["in_force"] == true)
        .map(|closure| word(closure, "id"))
        .collect();
    assert_eq!(in_force, [other], "the ended one is still listed");
    assert_eq!(listed.len(), 2);
}

/// Whoever closes the wrong place learns it at once.
pub(crate) async fn a_closure_that_closes_nothing_is_refused(app: &mut TestApp) {
    let seat = app.operator();
    let at_sea = report(&seat, "sea", &closed(Spot(9_000.0, 9_000.0))).await;
    at_sea.expect_problem(409, "conflict");
    let mut past = closed(Spot(250.0, 0.0));
    past["until"] = json!((app.now() - TimeDelta::seconds(1)).to_rfc3339());
    report(&seat, "past", &past)
        .await
        .expect_problem(409, "conflict");
    let mut shifted = closed(Spot(250.0, 0.0));
    shifted["position"]["datum"] = json!("gcj-02");
    let problem = report(&seat, "datum", &shifted).await;
    problem.expect_problem(422, "invalid-request");
    let mut silent = closed(Spot(250.0, 0.0));
    silent["reason"] = json!("");
    let problem = report(&seat, "silent", &silent).await;
    assert_eq!(
        problem.expect_problem(422, "invalid-request")["errors"][0]["field"],
        "reason"
    );
    let without_key = seat.post_json(PATH, closed(Spot(250.0, 0.0))).await;
    without_key.expect_problem(400, "malformed-request");
    assert!(seat.all(LIST).await.is_empty());
}

/// Another organisation neither sees nor ends a closure.
pub(crate) async fn closures_of_others_are_out_of_reach(app: &mut TestApp) {
    let kept = report(&app.operator(), "pipe", &closed(Spot(250.0, 0.0))).await;
    let id = word(&kept.expect(201), "id");
    let elsewhere = app.operator_as(&app.world.other.operators[0]);
    assert!(elsewhere.all(LIST).await.is_empty());
    let end = format!("{PATH}/{id}/end");
    elsewhere.post(&end).await.expect_problem(404, "not-found");
    assert_eq!(app.operator().all(LIST).await[0]["in_force"], true);
    let own = report(&elsewhere, "pipe", &closed(Spot(250.0, 0.0))).await;
    assert_ne!(word(&own.expect(201), "id"), id, "keys are of one account");
}
