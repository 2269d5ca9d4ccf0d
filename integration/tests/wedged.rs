//! The safety net of rankings: an index that somebody holds for good delays no alarm.

mod wedged {
    pub(crate) mod watchdog;
}

use std::time::Duration;

use domain::ports::Clock as _;
use integration::process::{Program, Server, Site};
use integration::roles::{Operator, word};
use integration::scorecard::row;
use integration::watch::{FakeWatch, fall_at};
use server::clock::WallClock;
use server::stages::monotonic;

/// The planted bug: every alarm of a watch finds the index held for two seconds.
const PLANT: &str = "wedged_index";
/// Far below those two seconds, and far above five milliseconds on a machine that others use.
const IN_TIME: Duration = Duration::from_millis(1_000);

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_does_not_wait_for_a_held_index() {
    let site = Site::seeded_sqlite().expect("a seeded site");
    // Its timers would meet the held index as well, and be counted.
    let file = site.folder().join("anlin.toml");
    std::fs::write(file, "watchdog_period_ms = 0\n").expect("written");
    let program = Program::planted(PLANT).expect("the planted binary");
    let _server = Server::start(&site, &program).expect("a server");
    let token = site.token("operator").expect("a token");
    let seat = Operator::new(site.http, Some(&token));
    let devices = seat.get("/v1/devices?limit=50").await.expect(200);
    let devices = devices["items"].as_array().expect("devices").clone();
    let worn = devices.iter().find(|it| it["resident_id"].is_string());
    let uid = word(worn.expect("a watch that somebody wears"), "uid");

    let mut watch = FakeWatch::connect(site.watch, &uid).await;
    let began = monotonic();
    let answer = watch.ask(&fall_at(WallClock::default().now())).await;
    let took = began.elapsed();
    assert_eq!(answer, "AL");
    let incident = seat.only_incident().await;
    let detail = seat.incident(word(&incident, "id")).await.expect(200);
    let offers = detail["offers"].as_array().expect("offers").clone();
    let counters = seat.get("/v1/ops/counters").await.expect(200);
    let fell_back = counters["others"]["ranking_fallbacks"].as_i64();
    let by_line = offers
        .iter()
        .all(|offer| offer["method"] == "straight_line");
    let good = took < IN_TIME && by_line && !offers.is_empty() && fell_back == Some(1);
    let value = format!(
        "{} offers after {} ms with the index held for 2 s; fallbacks {fell_back:?}",
        offers.len(),
        took.as_millis()
    );
    let name = "alarm_with_a_wedged_index";
    assert!(
        row("2.13", name, value, "<1s", good),
        "{offers:#?} {counters}"
    );
}
