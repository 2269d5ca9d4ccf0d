//! A watch repeats its alarm until it is answered; a second fall is not a repeat.

use std::time::Duration;

use domain::message::MessageKey;
use integration::app::TestApp;
use integration::roles::word;
use integration::watch::fall_at;

/// Twice at once, again on the same line, after a reconnect, and again: one incident.
pub(crate) async fn one_fall_sent_five_times_is_one_incident(app: &mut TestApp) {
    app.carrier.hear_anything();
    let uid = app.world.elder().uid.clone();
    let fall = fall_at(app.now());
    let (mut one, mut two) = (app.watch(&uid).await, app.watch(&uid).await);
    let (first, second) = tokio::join!(one.ask(&fall), two.ask(&fall));
    assert_eq!((first.as_str(), second.as_str()), ("AL", "AL"));
    assert_eq!(one.ask(&fall).await, "AL");
    drop(one);
    let mut again = app.watch(&uid).await;
    assert_eq!(again.ask(&fall).await, "AL");
    assert_eq!(again.ask(&fall).await, "AL");

    let incident = app.operator().only_incident().await;
    assert_eq!(incident["repeats"], 0, "the same event is no second alarm");
    let id = word(&incident, "id");
    let detail = app.operator().incident(&id).await.expect(200);
    let lines = detail["timeline"].as_array().expect("a history");
    let alarms = lines
        .iter()
        .filter(|line| word(line, "kind").starts_with("alarm_"));
    assert_eq!(alarms.count(), 1, "{lines:#?}");
    let frames = app
        .operator()
        .all("/v1/devices/frames?decoded=true&limit=200")
        .await;
    let events = frames.iter().filter(|frame| frame["type"] == "AL").count();
    assert_eq!(events, 1, "{frames:#?}");
    assert_eq!(app.responder("near").pending().await.len(), 1);
    assert_eq!(app.app.counters.read()["repeated_alarms"], 4);
}

/// The same resident falls again while help is on the way.
pub(crate) async fn a_second_fall_is_heard_by_whoever_has_the_first(app: &mut TestApp) {
    let world = app.world.clone();
    let elder = world.elder();
    let mut watch = app.watch(&elder.uid).await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);
    app.advance(Duration::from_secs(20));
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");

    let incident = app.operator().only_incident().await;
    assert_eq!(incident["repeats"], 1);
    assert_eq!(incident["status"], "accepted");
    for operator in &world.home.operators {
        app.carrier
            .expect(operator, MessageKey::OperatorAlarm)
            .await;
        app.carrier
            .expect(operator, MessageKey::OperatorAlarmAgain)
            .await;
    }
    let helper = &world.helper("near").person;
    app.carrier.expect(helper, MessageKey::OfferNew).await;
    app.carrier
        .expect(helper, MessageKey::ResponderAlarmAgain)
        .await;
    for name in ["second", "third"] {
        app.carrier
            .expect(&world.helper(name).person, MessageKey::OfferNew)
            .await;
        app.carrier
            .expect(&world.helper(name).person, MessageKey::OfferWithdrawn)
            .await;
    }
    app.carrier
        .expect(&elder.family, MessageKey::FamilyAlarm)
        .await;
    app.carrier
        .expect(&elder.family, MessageKey::FamilyHelpComing)
        .await;
    let id = word(&incident, "id");
    near.arrive(&id).await.expect(200);
    near.close(&id, "helped", None).await.expect(200);
    app.carrier
        .expect(&elder.family, MessageKey::FamilyHelpArrived)
        .await;
    app.carrier
        .expect(&elder.family, MessageKey::FamilyClosed)
        .await;
}
