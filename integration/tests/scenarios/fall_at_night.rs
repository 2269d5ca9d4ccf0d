//! An old man falls at three in the morning, and the neighbour who is nearest on foot comes.

use domain::message::MessageKey;
use integration::app::TestApp;
use integration::roles::word;
use integration::watch::fall_at;

/// The fall, from the watch to the closed incident.
pub(crate) async fn a_fall_at_three_in_the_morning(app: &mut TestApp) {
    app.advance_to_shanghai_hour(3);
    let world = app.world.clone();
    let elder = world.elder();

    let mut watch = app.watch(&elder.uid).await;
    assert_eq!(watch.ask("LK,0,0,81").await, "LK");
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");

    let seat = app.operator();
    let incident = seat.only_incident().await;
    let id = word(&incident, "id");
    assert_eq!(incident["kind"], "fall");
    assert_eq!(incident["severity"], 1);
    assert_eq!(incident["status"], "offered");
    assert_eq!(incident["resident_id"], elder.id.to_string());
    nearest_on_foot_is_asked_first(app, &id).await;
    for operator in &world.home.operators {
        app.carrier
            .expect(operator, MessageKey::OperatorAlarm)
            .await;
    }
    let heard = app
        .carrier
        .expect(&elder.family, MessageKey::FamilyAlarm)
        .await;
    assert_eq!(heard.facts["kind"], "fall");

    the_nearest_says_yes(app).await;
    the_nearest_goes_and_helps(app, &id).await;
    the_history_is_complete(app, &id).await;
}

/// The first yes wins, the others are let off, the family hears who comes.
async fn the_nearest_says_yes(app: &TestApp) {
    let world = &app.world;
    let others = ["second", "third"].map(|name| &world.helper(name).person);
    let near = app.responder("near");
    let offer = app
        .carrier
        .expect(&world.helper("near").person, MessageKey::OfferNew)
        .await;
    assert_eq!(offer.facts["minutes"], "3", "210 m at 1.2 m/s are 175 s");
    app.carrier.expect_all(&others, MessageKey::OfferNew).await;
    let accepted = near.accept(near.only_offer().await).await.expect(200);
    assert_eq!(accepted["state"], "accepted");
    app.carrier
        .expect_all(&others, MessageKey::OfferWithdrawn)
        .await;
    assert!(
        app.responder("second").pending().await.is_empty(),
        "the offer was taken back"
    );
    app.carrier
        .expect(&world.elder().family, MessageKey::FamilyHelpComing)
        .await;
    family_reads_who_comes(app).await;
}

/// On the way, at the door, and the end.
async fn the_nearest_goes_and_helps(app: &TestApp, id: &str) {
    let family = &app.world.elder().family;
    let near = app.responder("near");
    near.depart(id).await.expect(200);
    near.arrive(id).await.expect(200);
    app.carrier
        .expect(family, MessageKey::FamilyHelpArrived)
        .await;
    let closed = near.close(id, "helped", None).await.expect(200);
    assert_eq!(closed["status"], "follow_up", "somebody looks tomorrow");
    let heard = app.carrier.expect(family, MessageKey::FamilyClosed).await;
    assert_eq!(heard.facts["outcome"], "helped");
}

/// The walking network decides: the helper across the river is nearer as the crow flies.
async fn nearest_on_foot_is_asked_first(app: &TestApp, id: &str) {
    let detail = app.operator().incident(id).await.expect(200);
    let offers = detail["offers"].as_array().expect("offers").clone();
    let asked: Vec<String> = offers
        .iter()
        .map(|offer| word(offer, "responder_id"))
        .collect();
    assert_eq!(asked.len(), 3, "{offers:#?}");
    let near = app.world.helper("near").id.to_string();
    let across = app.world.helper("across").id.to_string();
    assert!(
        !asked.contains(&across),
        "across the river is 1.2 km on foot"
    );
    let off_duty = app.world.helper("off_duty").id.to_string();
    assert!(!asked.contains(&off_duty), "who is off duty sleeps");
    let first = offers
        .iter()
        .min_by_key(|offer| offer["walking_ms"].as_i64());
    let first = first.expect("an offer");
    assert_eq!(word(first, "responder_id"), near);
    assert_eq!(first["method"], "network");
    let metres = first["metres"].as_i64().expect("metres");
    assert!((208..=212).contains(&metres), "{metres}");
}

/// In Chinese, with the helper's name, on the family's own list.
async fn family_reads_who_comes(app: &TestApp) {
    let told = app.family(app.world.elder()).told().await;
    let name = &app.world.helper("near").person.name;
    let coming = told
        .iter()
        .any(|notice| word(notice, "body").contains(name.as_str()));
    assert!(coming, "{told:#?}");
}

async fn the_history_is_complete(app: &TestApp, id: &str) {
    let detail = app.operator().incident(id).await.expect(200);
    let lines = detail["timeline"].as_array().expect("a history");
    let kinds: Vec<String> = lines.iter().map(|line| word(line, "kind")).collect();
    let expected = [
        "alarm_received",
        "offers_sent",
        "operator_notified",
        "family_notified",
        "offer_accepted",
        "offers_withdrawn",
        "family_notified",
        "departed",
        "arrived",
        "family_notified",
        "closed",
        "follow_up_planned",
        "family_notified",
    ];
    assert_eq!(kinds, expected);
    assert!(
        lines.iter().all(|line| !word(line, "text").is_empty()),
        "{lines:#?}"
    );
}

/// The same path for a report that a relative makes.
pub(crate) async fn an_sos_by_telephone_is_handled_alike(app: &mut TestApp) {
    let world = app.world.clone();
    let elder = world.elder();
    let report = app.family(elder).report(elder.id, "sos").await.expect(201);
    let id = word(&report, "id");
    app.all_hear_of_an_alarm(elder).await;
    let closed = app
        .operator()
        .close(&id, "false_alarm", Some("they called back"))
        .await;
    assert_eq!(closed.expect(200)["outcome"], "false_alarm");
    for name in ["near", "second", "third"] {
        app.carrier
            .expect(&world.helper(name).person, MessageKey::OfferCancelled)
            .await;
    }
    app.carrier
        .expect(&elder.family, MessageKey::FamilyClosed)
        .await;
}
