//! Nobody answers: the ladder is climbed by moved clock until the seat has it.

use std::time::Duration;

use domain::message::MessageKey;
use integration::app::TestApp;
use integration::roles::word;
use integration::watch::fall_at;
use integration::world::{Elder, Person};

/// A little longer than the first two rungs wait.
const RUNG: Duration = Duration::from_secs(46);

async fn fall(app: &TestApp, elder: &Elder) -> String {
    let mut watch = app.watch(&elder.uid).await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    word(&app.operator().only_incident().await, "id")
}

async fn status_becomes(app: &TestApp, id: &str, status: &str) {
    app.until(status, async || {
        let detail = app.operator().incident(id).await.expect(200);
        (detail["incident"]["status"] == status).then_some(())
    })
    .await;
}

async fn the_seat_hears(app: &TestApp, key: MessageKey) {
    for operator in &app.world.home.operators {
        app.carrier.expect(operator, key).await;
    }
}

fn helpers<const N: usize>(app: &TestApp, names: [&str; N]) -> [Person; N] {
    names.map(|name| app.world.helper(name).person.clone())
}

/// Every helper is asked once, the seat is told at every rung, and the last rung repeats.
pub(crate) async fn nobody_answers_until_the_seat_does(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let first = helpers(app, ["near", "second", "third"]);
    let later = helpers(app, ["fourth", "across", "far"]);
    let id = fall(app, &elder).await;
    the_seat_hears(app, MessageKey::OperatorAlarm).await;
    app.carrier
        .expect(&elder.family, MessageKey::FamilyAlarm)
        .await;
    app.carrier
        .expect_all(&first.each_ref(), MessageKey::OfferNew)
        .await;

    app.advance(RUNG);
    app.carrier
        .expect_all(&later.each_ref(), MessageKey::OfferNew)
        .await;
    the_seat_hears(app, MessageKey::OperatorNoAnswer).await;

    app.advance(RUNG);
    status_becomes(app, &id, "exhausted").await;
    the_seat_hears(app, MessageKey::OperatorExhausted).await;
    app.carrier
        .expect(&elder.family, MessageKey::FamilyNoOneYet)
        .await;
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["next_owner"], "operator");

    app.advance(Duration::from_secs(61));
    the_seat_hears(app, MessageKey::OperatorExhausted).await;
    app.carrier
        .expect(&elder.family, MessageKey::FamilyNoOneYet)
        .await;

    the_seat_takes_it_and_it_is_quiet(app, &id).await;
    app.carrier
        .expect(&elder.family, MessageKey::FamilyClosed)
        .await;
    // The offers had run out and were still good for a late yes: each gets its all-clear, once.
    for asked in [first, later] {
        app.carrier
            .expect_all(&asked.each_ref(), MessageKey::OfferCancelled)
            .await;
    }
}

/// Taken, the last rung no longer repeats; the seat is asked again ten minutes later.
async fn the_seat_takes_it_and_it_is_quiet(app: &TestApp, id: &str) {
    let taken = app.operator().acknowledge(id).await.expect(200);
    assert_eq!(taken["status"], "answering");
    let again = app
        .operator_as(&app.world.home.operators[1])
        .acknowledge(id)
        .await;
    again.expect_problem(409, "already-acknowledged");
    app.advance(Duration::from_secs(120));
    app.advance(Duration::from_secs(481));
    the_seat_hears(app, MessageKey::OperatorStillOpen).await;

    let note = Some("an ambulance was called");
    app.operator()
        .close(id, "taken_to_hospital", note)
        .await
        .expect(200);
}

/// Whoever was asked first may still say yes when their wave is over.
pub(crate) async fn a_late_yes_is_still_welcome(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    app.carrier.hear_anything();
    let id = fall(app, &elder).await;
    let near = app.responder("near");
    let offer = near.only_offer().await;
    app.advance(RUNG);
    app.until("the first wave ends", async || {
        near.pending().await.is_empty().then_some(())
    })
    .await;
    let accepted = near.accept(&offer).await.expect(200);
    assert_eq!(accepted["state"], "accepted");
    status_becomes(app, &id, "accepted").await;
    // Accepted and not on the way: the seat and the helper hear of it, others are asked.
    app.advance(Duration::from_secs(181));
    let helper = app.world.helper("near").person.clone();
    app.carrier
        .expect(&helper, MessageKey::ResponderReminder)
        .await;
    the_seat_hears(app, MessageKey::OperatorLate).await;
    near.depart(&id).await.expect(200);
    near.arrive(&id).await.expect(200);
    assert_eq!(
        near.close(&id, "helped", None).await.expect(200)["status"],
        "follow_up"
    );
}
