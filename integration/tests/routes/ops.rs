//! Tag ops.

use integration::app::{Backend, TestApp};
use integration::roles::word;
use integration::watch::fall_at;

/// Health answers strangers, with nothing about people.
pub(crate) async fn health_needs_no_token(app: &mut TestApp) {
    let health = app.nobody().get("/v1/ops/health").await.expect(200);
    assert_eq!(health["status"], "ok", "{health:#}");
    assert_eq!(health["outbox_waiting"], 0);
    let database = word(&health, "database").to_lowercase();
    let backends = [("sqlite", Backend::Sqlite), ("postgres", Backend::Postgres)];
    assert!(
        backends.iter().any(|(word, _)| database.contains(word)),
        "{database}"
    );
    assert!(!word(&health, "version").is_empty());
}

/// What came in is counted by name.
pub(crate) async fn counters_count_what_came(app: &mut TestApp) {
    app.carrier.hear_anything();
    let mut watch = app.watch("9990000778").await;
    watch.ask("LK").await;
    watch.ask(&fall_at(app.now())).await;
    for client in [
        app.operator().get("/v1/ops/counters").await,
        app.admin().get("/v1/ops/counters").await,
    ] {
        let counters = client.expect(200);
        assert_eq!(counters["frames"], 2, "{counters:#}");
        assert_eq!(counters["unknown_device_alarms"], 1);
        assert_eq!(counters["undecodable"], 0);
    }
    let family = app.family(app.world.elder());
    family
        .get("/v1/ops/counters")
        .await
        .expect_problem(403, "forbidden");
}

/// Role, residents and responder of whoever asks.
pub(crate) async fn whoami_says_who(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let family = app.family(&elder).get("/v1/me").await.expect(200);
    assert_eq!(family["role"], "family");
    assert_eq!(family["resident_ids"][0], elder.id.to_string());
    let near = app.responder("near").get("/v1/me").await.expect(200);
    assert_eq!(
        near["responder_id"],
        app.world.helper("near").id.to_string()
    );
    assert_eq!(
        word(&near, "display_name"),
        app.world.helper("near").person.name
    );
    let device = app.device(&elder).get("/v1/me").await.expect(200);
    assert_eq!(device["role"], "device");
    assert_eq!(
        device["organisation_id"],
        app.world.home.organisation.to_string()
    );
    let nobody = app.nobody().get("/v1/me").await;
    assert_eq!(nobody.headers["www-authenticate"], "Bearer");
    nobody.expect_problem(401, "unauthenticated");
}

/// 405 says what would work; an unknown path is a problem as well.
pub(crate) async fn a_wrong_method_names_the_right_ones(app: &mut TestApp) {
    let answer = app.operator().delete("/v1/incidents").await;
    let allow = answer.headers["allow"].to_str().expect("text").to_owned();
    assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
    answer.expect_problem(405, "method-not-allowed");
    app.operator()
        .get("/v1/nothing-here")
        .await
        .expect_problem(404, "not-found");
}
