//! Tag devices.

use integration::app::TestApp;
use integration::roles::word;
use integration::watch::fall_at;

/// A login brings battery and time.
pub(crate) async fn a_watch_is_seen_with_its_battery(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let seat = app.operator();
    let path = format!("/v1/devices/{}", elder.device);
    assert!(seat.get(&path).await.expect(200)["last_seen_at"].is_null());
    app.watch(&elder.uid).await.ask("LK,12,0,67").await;
    let device = seat.get(&path).await.expect(200);
    assert_eq!(device["battery_pct"], 67);
    assert!(device["last_seen_at"].is_string(), "{device:#}");
    assert_eq!(word(&device, "uid"), elder.uid);
    assert_eq!(device["resident_id"], elder.id.to_string());
    assert_eq!(
        seat.all("/v1/devices?limit=1").await.len(),
        app.world.home.elders.len()
    );
    seat.get("/v1/devices/00000000-0000-0000-0000-000000000000")
        .await
        .expect_problem(404, "not-found");
}

/// Whoever looks after the installation sees that a watch works, and not whose it is.
pub(crate) async fn an_administrator_sees_devices_and_no_people(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let device = app
        .admin()
        .get(&format!("/v1/devices/{}", elder.device))
        .await
        .expect(200);
    assert_eq!(word(&device, "uid"), elder.uid);
    assert!(device["resident_id"].is_null(), "{device:#}");
    assert!(device["last_position"].is_null(), "{device:#}");
}

/// Decoded or not, newest first, with the alarms of each.
pub(crate) async fn frames_are_filtered_and_paged(app: &mut TestApp) {
    app.carrier.hear_anything();
    let mut watch = app.watch(&app.world.elder().uid.clone()).await;
    watch.ask("LK,12,0,67").await;
    watch.ask(&fall_at(app.now())).await;
    watch.send_bytes(b"no frame at all\n").await;
    drop(watch);
    let seat = app.operator();
    let undecoded = app
        .until("the noise is listed", async || {
            let frames = seat.all("/v1/devices/frames?decoded=false&limit=200").await;
            (!frames.is_empty()).then_some(frames)
        })
        .await;
    assert!(
        undecoded
            .iter()
            .all(|frame| !word(frame, "frame_hex").is_empty())
    );
    let decoded = seat.all("/v1/devices/frames?decoded=true&limit=1").await;
    assert_eq!(decoded.len(), 2, "{decoded:#?}");
    assert_eq!(decoded[0]["type"], "AL", "newest first");
    assert_eq!(decoded[0]["alarms"][0], "fall");
    assert_eq!(decoded[1]["type"], "LK");
    let all = seat.all("/v1/devices/frames?limit=200").await;
    assert_eq!(all.len(), undecoded.len() + decoded.len());
}
