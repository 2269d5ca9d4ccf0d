//! The commit happened and the answer did not: nothing is lost, nothing is doubled.

use std::time::Duration;

use domain::message::MessageKey;
use integration::app::{Temper, TestApp};
use integration::roles::word;
use integration::watch::fall_at;

/// The line breaks between commit and answer; the watch sends again.
pub(crate) async fn an_answer_that_got_lost_is_given_again(app: &mut TestApp) {
    app.carrier.hear_anything();
    let uid = app.world.elder().uid.clone();
    let fall = fall_at(app.now());
    let mut watch = app.watch(&uid).await;
    watch.send(&fall).await;
    drop(watch);
    let seat = app.operator();
    app.until("the alarm is durable", async || {
        (seat.incidents("open").await.len() == 1).then_some(())
    })
    .await;

    let mut again = app.watch(&uid).await;
    assert_eq!(again.ask(&fall).await, "AL");
    let incident = seat.only_incident().await;
    assert_eq!(incident["repeats"], 0);
    assert_eq!(app.responder("near").pending().await.len(), 1);
}

/// The power fails while notices wait; afterwards each goes out once and the ladder goes on.
pub(crate) async fn after_a_power_cut_timers_and_notices_go_on(app: &mut TestApp) {
    let world = app.world.clone();
    let elder = world.elder();
    app.carrier.be(Temper::Busy);
    let fall = fall_at(app.now());
    let mut watch = app.watch(&elder.uid).await;
    assert_eq!(watch.ask(&fall).await, "AL");
    app.until("the carrier was tried", async || {
        (app.carrier.turned_away() > 0).then_some(())
    })
    .await;
    app.crash_and_reopen().await;
    app.carrier.be(Temper::Taking);

    let mut again = app.watch(&elder.uid).await;
    assert_eq!(again.ask(&fall).await, "AL", "the repeat is answered");
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["repeats"], 0);
    let id = word(&incident, "id");
    // Leases of the dead server run out after 30 s, the busy carrier is asked again before.
    app.advance(Duration::from_secs(31));
    app.all_hear_of_an_alarm(elder).await;
    // The first rung's timer was set before the cut and fires after it.
    app.advance(Duration::from_secs(15));
    for name in ["fourth", "across", "far"] {
        app.carrier
            .expect(&world.helper(name).person, MessageKey::OfferNew)
            .await;
    }
    for operator in &world.home.operators {
        app.carrier
            .expect(operator, MessageKey::OperatorNoAnswer)
            .await;
    }
    assert_eq!(app.carrier.taken_twice(), 0);
    let near = app.responder("fourth");
    near.accept(near.only_offer().await).await.expect(200);
    for name in ["near", "second", "third", "across", "far"] {
        app.carrier
            .expect(&world.helper(name).person, MessageKey::OfferWithdrawn)
            .await;
    }
    app.carrier
        .expect(&elder.family, MessageKey::FamilyHelpComing)
        .await;
    let detail = app.operator().incident(&id).await.expect(200);
    assert_eq!(detail["incident"]["status"], "accepted");
}
