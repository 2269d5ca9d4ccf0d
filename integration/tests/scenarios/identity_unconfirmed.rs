//! An alarm whose device nothing confirms is helped like any other, and everybody is told so.

use integration::app::TestApp;
use integration::roles::word;
use integration::watch::fall_at;

/// The first bytes of a line are an alarm of a watch that never came this way.
pub(crate) async fn a_first_frame_that_nothing_protects_is_helped_and_says_so(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let mut watch = app.watch(&elder.uid).await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    app.all_hear_of_an_alarm(&elder).await;
    let seat = app.operator();
    let incident = seat.only_incident().await;
    assert_eq!(incident["status"], "offered", "an alarm is an alarm");
    assert_eq!(incident["identity"], "unconfirmed", "{incident:#}");
    let detail = seat.incident(word(&incident, "id")).await.expect(200);
    let lines = detail["timeline"].as_array().expect("a history");
    let line = lines
        .iter()
        .find(|line| line["kind"] == "identity_unconfirmed");
    let said = word(line.expect("it says so"), "text");
    assert!(said.contains("Identity unconfirmed"), "{said}");
    for notices in [seat.told().await, app.responder("near").told().await] {
        let said = notices[0].to_string();
        assert!(said.contains("Identity unconfirmed"), "{said}");
    }
}

/// After a kept frame the line speaks for its watch, and where it came from is remembered.
pub(crate) async fn a_known_line_is_believed_and_its_way_is_remembered(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let path = format!("/v1/devices/{}", elder.device);
    let seat = app.operator();
    assert!(seat.get(&path).await.expect(200)["identity"].is_null());
    let mut watch = app.watch(&elder.uid).await;
    watch.ask("LK,12,0,67").await;
    assert_eq!(seat.get(&path).await.expect(200)["identity"], "claimed");
    watch.ask("LK,13,0,67").await;
    let device = seat.get(&path).await.expect(200);
    assert_eq!(device["identity"], "bound", "{device:#}");
    assert_eq!(device["carrier"], "tcp");
    assert_eq!(device["first_source"], "127.0.0.1");
    assert!(device["first_seen_at"].is_string(), "{device:#}");

    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    app.all_hear_of_an_alarm(&elder).await;
    let incident = seat.only_incident().await;
    assert_eq!(incident["identity"], "bound", "{incident:#}");
    let said = seat.told().await[0].to_string();
    assert!(!said.contains("unconfirmed"), "{said}");
    seat.close(word(&incident, "id"), "helped", Some("by phone"))
        .await
        .expect(200);
    app.carrier.hear_anything();

    // The same way again is its usual way, until another watch comes it too.
    app.advance(std::time::Duration::from_secs(30));
    let mut again = app.watch(&elder.uid).await;
    assert_eq!(again.ask(&fall_at(app.now())).await, "AL");
    let incident = seat.only_incident().await;
    assert_eq!(incident["identity"], "bound", "{incident:#}");
    seat.close(word(&incident, "id"), "helped", Some("by phone"))
        .await
        .expect(200);
    let mut other = app.watch(&app.world.neighbour().uid.clone()).await;
    other.ask("LK,12,0,67").await;
    app.advance(std::time::Duration::from_secs(30));
    let mut shared = app.watch(&elder.uid).await;
    assert_eq!(shared.ask(&fall_at(app.now())).await, "AL");
    let incident = seat.only_incident().await;
    assert_eq!(incident["identity"], "unconfirmed", "{incident:#}");
}
