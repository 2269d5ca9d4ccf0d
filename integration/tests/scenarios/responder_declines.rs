//! A helper cannot come, and nobody waits for one who has said so.

use domain::message::MessageKey;
use integration::app::TestApp;
use integration::roles::word;
use integration::watch::fall_at;

async fn fall(app: &TestApp) -> String {
    let mut watch = app.watch(&app.world.elder().uid.clone()).await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    word(&app.operator().only_incident().await, "id")
}

/// The nearest says no, the second goes, and a late yes of the third learns who.
pub(crate) async fn one_says_no_and_the_next_goes(app: &mut TestApp) {
    let world = app.world.clone();
    let elder = world.elder();
    let id = fall(app).await;
    let near = app.responder("near");
    let declined = near.decline(near.only_offer().await).await.expect(200);
    assert_eq!(declined["state"], "declined");
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["status"], "offered", "two others are still asked");
    let third = app.responder("third");
    let offer_of_third = third.only_offer().await;
    let second = app.responder("second");
    second.accept(second.only_offer().await).await.expect(200);

    let late = third
        .accept(&offer_of_third)
        .await
        .expect_problem(409, "already-taken");
    let answered_by = word(&late, "answered_by");
    let name = &world.helper("second").person.name;
    assert!(
        !answered_by.is_empty() && !answered_by.contains(name.as_str()),
        "{answered_by}"
    );
    near.incident(&id).await.expect_problem(404, "not-found");

    app.all_hear_of_an_alarm(elder).await;
    // Who said no is not told that the offer was taken back.
    app.carrier
        .expect(&world.helper("third").person, MessageKey::OfferWithdrawn)
        .await;
    let coming = app
        .carrier
        .expect(&elder.family, MessageKey::FamilyHelpComing)
        .await;
    assert_eq!(
        coming.facts["responder_id"],
        world.helper("second").id.to_string()
    );
    second.arrive(&id).await.expect(200);
    second.close(&id, "helped", None).await.expect(200);
    app.carrier
        .expect(&elder.family, MessageKey::FamilyHelpArrived)
        .await;
    app.carrier
        .expect(&elder.family, MessageKey::FamilyClosed)
        .await;
}

/// When the last of a wave says no, the next wave is asked at once, without any clock.
pub(crate) async fn all_say_no_and_nobody_waits(app: &mut TestApp) {
    app.carrier.hear_anything();
    let id = fall(app).await;
    for name in ["near", "second", "third", "fourth", "across", "far"] {
        let responder = app.responder(name);
        responder
            .decline(responder.only_offer().await)
            .await
            .expect(200);
    }
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["status"], "exhausted");
    assert_eq!(incident["next_owner"], "operator");
    let operator = app.world.home.operators[0].clone();
    app.carrier
        .expect(&operator, MessageKey::OperatorExhausted)
        .await;
    let note = Some("the seat sent somebody");
    app.operator().close(&id, "other", note).await.expect(200);
}
