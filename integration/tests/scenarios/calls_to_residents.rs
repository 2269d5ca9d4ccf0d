//! A suspicion is asked about by telephone: the resident's word counts, and silence counts more.

use domain::devices::{DeviceUid, Protocol};
use domain::notices::Channel;
use ingest::registry::codec;
use ingest::vayyar;
use integration::app::TestApp;
use integration::exchange::{Act, Exchange};
use integration::roles::word;
use serde_json::{Value, json};

const RADAR: &str = "VC-INVENTED-12";

async fn telephone(app: &mut TestApp, acts: &[Act]) -> Exchange {
    let phones = Exchange::start("voice-one", Channel::Voice, app.clock.clone()).await;
    phones.person(&app.world.elder().canaries.phone, acts);
    app.reopen_with_gateways(&[&phones]).await;
    let uid = DeviceUid::parse(RADAR).expect("a uid");
    app.register(Protocol::Vayyar, &uid, app.world.elder().id);
    phones
}

/// A radar suspects a fall.
async fn suspicion(app: &TestApp) -> String {
    let at = app.now();
    let fields = json!({
        "timestamp": at.timestamp_millis(), "deviceId": RADAR, "status": "fall_detected",
    });
    let mut line = app.line(codec(Protocol::Vayyar), "127.0.0.1");
    line.hand(&vayyar::encode::event(5, fields)).await;
    let all = app.operator().incidents("all").await;
    word(all.first().expect("an incident"), "id")
}

async fn becomes(app: &TestApp, id: &str, statuses: &[&str]) -> Value {
    app.until(&statuses.join(" or "), async || {
        let incident = app.operator().incident(id).await.expect(200)["incident"].clone();
        let status = word(&incident, "status");
        statuses.contains(&status.as_str()).then_some(incident)
    })
    .await
}

async fn calls(app: &TestApp, id: &str) -> Vec<Value> {
    let path = format!("/v1/incidents/{id}/calls");
    let read = app.operator().get(&path).await.expect(200);
    read["calls"].as_array().expect("calls").clone()
}

/// One key, and nobody is sent.
pub(crate) async fn a_resident_who_is_well_ends_the_suspicion_by_telephone(app: &mut TestApp) {
    let phones = telephone(app, &[Act::Presses("1")]).await;
    let id = suspicion(app).await;
    let ended = becomes(app, &id, &["closed"]).await;
    assert_eq!(ended["outcome"], "cancelled_by_resident");
    assert!(app.responder("near").pending().await.is_empty());
    let made = app
        .until("the call is over", async || {
            let calls = calls(app, &id).await;
            (calls[0]["state"] == "ended").then_some(calls)
        })
        .await;
    assert_eq!(made.len(), 1);
    assert_eq!(made[0]["result"], "fine");
    let said = phones.taken()[0].message.to_string();
    let menu = &phones.taken()[0].message["menus"]["ask"]["keys"];
    assert!(
        menu.as_object()
            .is_some_and(|keys| keys.len() <= 3 && keys.contains_key("0"))
    );
    assert!(
        !said.contains("CANARY-7F3A-resident"),
        "a call names nobody"
    );
}

/// "I need help" raises at once; silence, a busy line and no answer do so after the second try.
pub(crate) async fn who_needs_help_or_says_nothing_is_helped(app: &mut TestApp) {
    let phones = telephone(app, &[Act::Presses("2")]).await;
    let number = app.world.elder().canaries.phone.clone();
    let id = suspicion(app).await;
    becomes(app, &id, &["offered"]).await;
    assert_eq!(calls(app, &id).await[0]["result"], "need_help");
    let cases = [
        (Act::IsSilent, "silent"),
        (Act::IsBusy, "busy"),
        (Act::DoesNotAnswer, "no_answer"),
    ];
    let mut last = id;
    for (act, result) in cases {
        let seat = app.operator();
        seat.close(&last, "test", Some("the next one"))
            .await
            .expect(200);
        phones.person(&number, std::slice::from_ref(&act));
        let tries = phones.taken().len();
        app.advance(std::time::Duration::from_secs(60));
        last = suspicion(app).await;
        becomes(app, &last, &["offered"]).await;
        let made = app
            .until("two tries", async || {
                let calls = calls(app, &last).await;
                let over = calls.len() == 2 && calls.iter().all(|call| call["state"] == "ended");
                over.then_some(calls)
            })
            .await;
        assert!(
            made.iter().all(|call| call["result"] == result),
            "{made:#?}"
        );
        assert_eq!(phones.taken().len(), tries + 2, "{result}");
    }
}

/// A raised alarm stays raised, whatever is pressed: the seat is shown what was said.
pub(crate) async fn a_call_never_closes_an_alarm(app: &mut TestApp) {
    let phones = telephone(app, &[Act::Presses("1")]).await;
    let seat = app.operator();
    let report = seat.report(app.world.elder().id, "fall").await.expect(201);
    let id = word(&report, "id");
    let path = format!("/v1/incidents/{id}/calls");
    seat.post(&path).await.expect(200);
    let made = app
        .until("the call is over", async || {
            let calls = calls(app, &id).await;
            (calls.len() == 1 && calls[0]["state"] == "ended").then_some(calls)
        })
        .await;
    assert_eq!(made[0]["result"], "fine");
    assert_eq!(made[0]["proposes_closing"], true);
    assert_eq!(
        seat.incident(&id).await.expect(200)["incident"]["status"],
        "offered"
    );
    assert_eq!(phones.taken().len(), 1);
}

/// Family says that all is well, before it is an alarm and not after.
pub(crate) async fn family_ends_a_suspicion_and_no_alarm(app: &mut TestApp) {
    let phones = telephone(app, &[]).await;
    let family = app.family(app.world.elder());
    let id = suspicion(app).await;
    let path = format!("/v1/incidents/{id}/cancellation");
    let other = app.family(app.world.neighbour());
    other.post(&path).await.expect_problem(404, "not-found");
    let ended = family.post(&path).await.expect(200);
    assert_eq!(ended["status"], "closed");
    let report = family
        .report(app.world.elder().id, "fall")
        .await
        .expect(201);
    let path = format!("/v1/incidents/{}/cancellation", word(&report, "id"));
    family.post(&path).await.expect_problem(409, "wrong-state");
    drop(phones);
}
