use domain::message::MessageKey;

use super::*;

/// Runs a story that must fail and returns what it failed with.
async fn failure(story: impl AsyncFnOnce(&mut TestApp) + Send + 'static) -> String {
    let runtime = tokio::runtime::Handle::current();
    let run = move || runtime.block_on(on(Backend::Sqlite, story));
    let thread = std::thread::spawn(run);
    let ended = tokio::task::spawn_blocking(move || thread.join())
        .await
        .expect("joined");
    let panic = ended.expect_err("the story must fail");
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(_) => "a panic without words".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_nobody_expected_fails_the_test() {
    let said = failure(async |app: &mut TestApp| {
        let elder = app.world.elder().clone();
        app.family(&elder)
            .report(elder.id, "fall")
            .await
            .expect(201);
    })
    .await;
    assert!(said.contains("nobody expected"), "{said}");
    assert!(said.contains("heard offer_new"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expected_notice_is_taken_once() {
    on(Backend::Sqlite, async |app: &mut TestApp| {
        let elder = app.world.elder().clone();
        app.carrier.hear_anything();
        app.family(&elder)
            .report(elder.id, "fall")
            .await
            .expect(201);
        let heard = app
            .carrier
            .expect(&elder.family, MessageKey::FamilyAlarm)
            .await;
        assert_eq!(heard.account, elder.family.account);
        let left = app.carrier.unexpected();
        assert!(
            !left.iter().any(|line| line.contains("family_alarm")),
            "{left:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_is_moved_to_an_hour_in_shanghai() {
    on(Backend::Sqlite, async |app: &mut TestApp| {
        app.advance_to_shanghai_hour(3);
        let local = app.now() + TimeDelta::hours(8);
        assert_eq!(local.hour(), 3);
        assert_eq!(local.minute(), 0);
    })
    .await;
}
