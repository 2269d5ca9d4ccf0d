//! Tag incidents.

use integration::app::TestApp;
use integration::roles::{Ask, IDEMPOTENCY_KEY, word};
use reqwest::Method;
use serde_json::{Value, json};
use server::engine::fresh_id;

/// Repeats of a key change nothing; the key with another resident is a mistake; none is refused.
pub(crate) async fn a_report_with_the_same_key_is_the_same_incident(app: &mut TestApp) {
    app.carrier.hear_anything();
    let (elder, neighbour) = (app.world.elder().clone(), app.world.neighbour().clone());
    let seat = app.operator();
    let first = seat.report_under("key-1", elder.id, "fall").await;
    let location = first.headers["location"].to_str().expect("text").to_owned();
    let first = first.expect(201);
    assert_eq!(location, format!("/v1/incidents/{}", word(&first, "id")));
    let second = seat
        .report_under("key-1", elder.id, "fall")
        .await
        .expect(200);
    assert_eq!(first["id"], second["id"]);
    assert_eq!(second["repeats"], 0, "a repeated call is no second alarm");
    let reused = seat.report_under("key-1", neighbour.id, "fall").await;
    reused.expect_problem(422, "idempotency-key-reused");
    // The key is this caller's: another caller's same key is another report.
    let other = app.operator_as(&app.world.home.operators[1]);
    let other = other
        .report_under("key-1", neighbour.id, "fall")
        .await
        .expect(201);
    assert_ne!(other["id"], first["id"]);

    let body = json!({"resident_id": elder.id.to_string(), "kind": "fall"});
    let without = seat.post_json("/v1/incidents", body.clone()).await;
    let problem = without.expect_problem(400, "malformed-request");
    assert_eq!(problem["errors"][0]["field"], IDEMPOTENCY_KEY);
    let ask = Ask::json(&body).header(IDEMPOTENCY_KEY, "not a key!");
    let crooked = seat.send(Method::POST, "/v1/incidents", ask).await;
    assert!(!crooked.text.contains("not a key!"), "{}", crooked.text);
    crooked.expect_problem(400, "malformed-request");
}

/// Without an arrival the seat must say why; the helper cannot close from afar.
pub(crate) async fn only_an_arrival_or_a_reason_closes_an_incident(app: &mut TestApp) {
    app.carrier.hear_anything();
    let seat = app.operator();
    let report = seat.report(app.world.elder().id, "fall").await.expect(201);
    let id = word(&report, "id");
    seat.close(&id, "helped", None)
        .await
        .expect_problem(409, "no-on-scene-record");
    seat.close(&id, "helped", Some("  "))
        .await
        .expect_problem(409, "no-on-scene-record");
    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);
    near.close(&id, "helped", Some("by phone"))
        .await
        .expect_problem(409, "no-on-scene-record");
    let bad = seat.close(&id, "vanished", Some("x")).await;
    let problem = bad.expect_problem(422, "invalid-request");
    assert_eq!(problem["errors"][0]["field"], "outcome");
    seat.close(&id, "helped", Some("the daughter came"))
        .await
        .expect(200);
    seat.close(&id, "helped", Some("again"))
        .await
        .expect_problem(409, "incident-closed");
    seat.acknowledge(&id)
        .await
        .expect_problem(409, "incident-closed");

    let reopened = seat
        .reopen(&id, "the daughter called back")
        .await
        .expect(200);
    assert_eq!(reopened["status"], "answering");
    assert!(reopened["closed_at"].is_null(), "{reopened:#}");
    seat.reopen(&id, "again")
        .await
        .expect_problem(409, "incident-not-closed");
}

/// The seat may report an arrival by telephone, and writes down how it knows.
pub(crate) async fn an_arrival_on_behalf_needs_a_note(app: &mut TestApp) {
    app.carrier.hear_anything();
    let seat = app.operator();
    let report = seat.report(app.world.elder().id, "sos").await.expect(201);
    let id = word(&report, "id");
    let path = format!("/v1/incidents/{id}/arrival");
    seat.post_json(&path, json!({"note": "said so"}))
        .await
        .expect_problem(409, "not-accepted");
    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);
    seat.post(&path)
        .await
        .expect_problem(409, "no-on-scene-record");
    let arrived = seat
        .post_json(&path, json!({"note": "they rang from the door"}))
        .await;
    assert_eq!(arrived.expect(200)["status"], "on_scene");
}

/// Another alarm for the same resident joins the open incident.
pub(crate) async fn a_resident_has_one_incident_at_a_time(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    let first = app
        .operator()
        .report(elder.id, "help_request")
        .await
        .expect(201);
    let second = app
        .family(&elder)
        .report(elder.id, "fall")
        .await
        .expect(200);
    assert_eq!(first["id"], second["id"]);
    assert_eq!(second["repeats"], 1);
    assert_eq!(second["kind"], "fall", "the graver kind wins");
    let absent = app.operator().report(fresh_id(), "fall").await;
    let problem = absent.expect_problem(404, "not-found");
    assert_eq!(problem["errors"][0]["field"], "resident_id");
}

/// A closed incident stays closed while its resident has another open one.
pub(crate) async fn reopening_makes_no_second_incident(app: &mut TestApp) {
    app.carrier.hear_anything();
    let (seat, elder) = (app.operator(), app.world.elder().id);
    let first = word(&seat.report(elder, "fall").await.expect(201), "id");
    seat.close(&first, "test", Some("by telephone"))
        .await
        .expect(200);
    let second = word(&seat.report(elder, "sos").await.expect(201), "id");
    seat.reopen(&first, "it was not over")
        .await
        .expect_problem(409, "resident-busy");
    seat.close(&second, "test", Some("the same one"))
        .await
        .expect(200);
    let reopened = seat.reopen(&first, "it was not over").await.expect(200);
    assert_eq!(reopened["status"], "answering");
}

/// Streets, candidates and, once somebody goes, their way: over the bridge, not through the river.
pub(crate) async fn the_map_shows_the_way_of_the_one_who_goes(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    let (seat, family) = (app.operator(), app.family(&elder));
    let report = seat.report(elder.id, "fall").await.expect(201);
    let path = format!("/v1/incidents/{}/map", word(&report, "id"));
    let before = seat.get(&path).await.expect(200);
    assert!(!list(&before, "network").is_empty());
    let candidates = list(&before, "candidates");
    let near = app.world.helper("near").id.to_string();
    assert!(
        candidates.iter().any(|it| it["responder_id"] == near),
        "{candidates:#?}"
    );
    let before = family.get(&path).await.expect(200);
    assert!(list(&before, "route").is_empty(), "nobody goes yet");
    assert!(
        list(&before, "candidates").is_empty(),
        "who is asked is the seat's affair"
    );

    for name in ["near", "second", "third"] {
        let responder = app.responder(name);
        responder
            .decline(responder.only_offer().await)
            .await
            .expect(200);
    }
    let across = app.responder("across");
    across.accept(across.only_offer().await).await.expect(200);
    let bridge = integration::world::Spot(699.0, 150.0).coordinate().lon();
    for client in [&*seat, &*family, &*across] {
        let map = client.get(&path).await.expect(200);
        let route = list(&map, "route");
        let easternmost = route
            .iter()
            .filter_map(|step| step[0].as_f64())
            .fold(0.0, f64::max);
        assert!(easternmost > bridge, "{route:?}");
        let bounds: Vec<f64> = list(&map, "bounds")
            .iter()
            .filter_map(Value::as_f64)
            .collect();
        assert_eq!(bounds.len(), 4);
        assert!(bounds[0] < bounds[2] && bounds[1] < bounds[3], "{bounds:?}");
    }
}

fn list(value: &Value, name: &str) -> Vec<Value> {
    value[name].as_array().expect("a list").clone()
}

/// Nobody can tell an incident of others from one that never was.
pub(crate) async fn absent_and_hidden_are_one_answer(app: &mut TestApp) {
    app.carrier.hear_anything();
    let report = app
        .operator()
        .report(app.world.elder().id, "fall")
        .await
        .expect(201);
    let id = word(&report, "id");
    let elsewhere = app.operator_as(&app.world.other.operators[0]);
    let mut hidden = elsewhere
        .incident(&id)
        .await
        .expect_problem(404, "not-found");
    let mut absent = elsewhere
        .incident(fresh_id())
        .await
        .expect_problem(404, "not-found");
    for body in [&mut hidden, &mut absent] {
        body["trace_id"] = json!(null);
    }
    assert_eq!(hidden, absent);
    elsewhere
        .acknowledge(&id)
        .await
        .expect_problem(404, "not-found");
    let detail = app.operator().incident(&id).await.expect(200);
    assert!(
        detail["incident"]["acknowledged_by"].is_null(),
        "{detail:#}"
    );
}
