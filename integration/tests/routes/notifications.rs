//! Tag notifications.

use integration::app::TestApp;
use integration::roles::word;
use serde_json::Value;

fn has_hanzi(text: &str) -> bool {
    text.chars()
        .any(|it| ('\u{4e00}'..='\u{9fff}').contains(&it))
}

fn texts(told: &[Value]) -> Vec<String> {
    told.iter()
        .map(|it| word(it, "title") + " " + &word(it, "body"))
        .collect()
}

/// Family reads Chinese, the seat and the helper English; each only what was meant for them.
pub(crate) async fn each_reads_in_their_own_language(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    app.operator().report(elder.id, "fall").await.expect(201);
    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);

    let family = texts(&app.family(&elder).told().await);
    assert_eq!(family.len(), 2, "{family:?}");
    assert!(family.iter().all(|text| has_hanzi(text)), "{family:?}");
    let helper = texts(&near.told().await);
    assert_eq!(helper.len(), 1, "{helper:?}");
    assert!(
        !has_hanzi(&helper[0]) && helper[0].contains("fall"),
        "{helper:?}"
    );
    assert!(
        !helper[0].contains(&elder.canaries.name),
        "an offer names nobody: {helper:?}"
    );
    let seat = texts(&app.operator().told().await);
    assert!(
        !seat.is_empty() && seat.iter().all(|text| !has_hanzi(text)),
        "{seat:?}"
    );
    assert!(app.responder("far").told().await.is_empty());
    assert!(app.family(app.world.neighbour()).told().await.is_empty());
}

/// Key, state and attempts for the seat, of one incident or of all; no words and no names.
pub(crate) async fn the_seat_sees_how_far_each_notice_got(app: &mut TestApp) {
    app.carrier.hear_anything();
    let seat = app.operator();
    let first = seat.report(app.world.elder().id, "fall").await.expect(201);
    seat.report(app.world.neighbour().id, "fall")
        .await
        .expect(201);
    let path = format!(
        "/v1/notifications?incident_id={}&limit=2",
        word(&first, "id")
    );
    let sent = app
        .until("everything is sent", async || {
            let notices = seat.all(&path).await;
            notices
                .iter()
                .all(|it| it["state"] == "sent")
                .then_some(notices)
        })
        .await;
    // Two at the seat, one relative, three helpers.
    assert_eq!(sent.len(), 6, "{sent:#?}");
    assert!(sent.iter().all(|it| it["incident_id"] == first["id"]));
    assert!(
        sent.iter()
            .all(|it| it["channel"] == "push" && it["attempts"] == 1),
        "{sent:#?}"
    );
    let offers = sent.iter().filter(|it| it["key"] == "offer_new").count();
    assert_eq!(offers, 3);
    assert_eq!(seat.all("/v1/notifications?limit=200").await.len(), 12);
    let elsewhere = app.operator_as(&app.world.other.operators[0]);
    assert!(
        elsewhere
            .all("/v1/notifications?limit=200")
            .await
            .is_empty()
    );
}
