//! Tag responders.

use integration::app::TestApp;
use integration::roles::{Responder, word};
use serde_json::json;

/// Two say yes at the same moment: one goes, the other learns by a word who.
pub(crate) async fn the_second_yes_learns_who_was_faster(app: &mut TestApp) {
    app.carrier.hear_anything();
    app.operator()
        .report(app.world.elder().id, "fall")
        .await
        .expect(201);
    let names = ["near", "second", "third"];
    let racers: Vec<Responder> = names.map(|name| app.responder(name)).to_vec();
    let mut offers = Vec::new();
    for racer in &racers {
        offers.push(racer.only_offer().await);
    }
    let (a, b, c) = tokio::join!(
        racers[0].accept(&offers[0]),
        racers[1].accept(&offers[1]),
        racers[2].accept(&offers[2]),
    );
    let answers = [a, b, c];
    let won = answers
        .iter()
        .position(|answer| answer.status == 200)
        .expect("one goes");
    for (index, answer) in answers.into_iter().enumerate() {
        if index == won {
            continue;
        }
        let problem = answer.expect_problem(409, "already-taken");
        let by = word(&problem, "answered_by");
        let name = &app.world.helper(names[won]).person.name;
        assert!(
            name.starts_with(by.trim_end_matches('*')) && by.ends_with('*'),
            "{by}"
        );
    }
    // The winner may say it twice.
    racers[won].accept(&offers[won]).await.expect(200);
    racers[won]
        .decline(&offers[won])
        .await
        .expect_problem(409, "offer-closed");
}

/// Half a kilometre of difference lies in a word, so the word is required.
pub(crate) async fn an_undeclared_datum_is_refused(app: &mut TestApp) {
    let near = app.responder("near");
    let path = "/v1/me/position";
    for datum in [
        json!("gcj-02"),
        json!("cgcs2000"),
        json!(""),
        json!(null),
        json!(4326),
    ] {
        let body = json!({"lon": 123.5, "lat": 30.5, "datum": datum});
        let problem = near
            .put_json(path, body)
            .await
            .expect_problem(422, "invalid-request");
        assert_eq!(problem["errors"][0]["field"], "datum", "{datum}");
    }
    let without = near
        .put_json(path, json!({"lon": 123.5, "lat": 30.5}))
        .await;
    assert_eq!(
        without.expect_problem(422, "invalid-request")["errors"][0]["field"],
        "datum"
    );
    let off = near
        .put_json(path, json!({"lon": 181.0, "lat": 30.5, "datum": "wgs84"}))
        .await;
    assert_eq!(
        off.expect_problem(422, "invalid-request")["errors"][0]["field"],
        "lon"
    );
    let set = near
        .put_json(path, json!({"lon": 123.5, "lat": 30.5, "datum": "wgs84"}))
        .await;
    assert!(set.expect(200)["position_at"].is_string());
}

/// Who goes off duty is not asked from that moment on.
pub(crate) async fn off_duty_is_not_asked(app: &mut TestApp) {
    app.carrier.hear_anything();
    let near = app.responder("near");
    let off = near
        .put_json("/v1/me/duty", json!({"on_duty": false}))
        .await
        .expect(200);
    assert_eq!(off["on_duty"], false);
    app.operator()
        .report(app.world.elder().id, "fall")
        .await
        .expect(201);
    assert!(near.pending().await.is_empty());
    assert_eq!(app.responder("second").pending().await.len(), 1);
    near.put_json("/v1/me/duty", json!({"on_duty": "yes"}))
        .await
        .expect_problem(422, "invalid-request");
}

/// Whoever crosses the bridge is asked.
pub(crate) async fn a_new_position_changes_who_is_nearest(app: &mut TestApp) {
    app.carrier.hear_anything();
    let across = app.responder("across");
    let at = integration::world::Spot(180.0, 95.0).coordinate();
    let body = json!({"lon": at.lon(), "lat": at.lat(), "datum": "wgs84", "accuracy_m": 12});
    across.put_json("/v1/me/position", body).await.expect(200);
    app.operator()
        .report(app.world.elder().id, "fall")
        .await
        .expect(201);
    let offers = across.pending().await;
    assert_eq!(offers.len(), 1);
    assert!(
        offers[0]["metres"]
            .as_i64()
            .is_some_and(|metres| metres < 60),
        "{offers:#?}"
    );
}

/// Names for the seat, masks for whoever looks after the installation.
pub(crate) async fn responders_are_listed(app: &mut TestApp) {
    let near = app.world.helper("near").clone();
    let listed = app.operator().all("/v1/responders?limit=3").await;
    assert_eq!(listed.len(), app.world.home.helpers.len());
    let path = format!("/v1/responders/{}", near.id);
    let read = app.operator().get(&path).await.expect(200);
    assert_eq!(word(&read, "display_name"), near.person.name);
    assert_eq!(read["skills"][0], "lifting");
    assert_eq!(read["languages"], json!(["zh-CN"]));
    assert_eq!(
        (&read["vehicle"], &read["cleared"]),
        (&json!("foot"), &json!(true))
    );
    let masked = app.admin().get(&path).await;
    assert!(!masked.text.contains(&near.person.name), "{}", masked.text);
    masked.expect(200);
    let elsewhere = app.operator_as(&app.world.other.operators[0]);
    elsewhere.get(&path).await.expect_problem(404, "not-found");
}
