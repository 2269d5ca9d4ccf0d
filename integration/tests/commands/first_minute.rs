//! A new installation with nobody in it: an alarm is kept all the same, and waits for a human.

use std::net::Ipv4Addr;
use std::time::Duration;

use integration::process::{Program, Server};
use integration::watch_device::{NumberedAlarm, WatchDevice};

use crate::{anlin, site};

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn an_alarm_before_anybody_is_registered_stands_on_the_board_later() {
    let site = site();
    let shipped = Program::shipped().expect("the shipped binary");
    let mut server = Server::start(&site, &shipped).expect("serves an empty database");
    let alarm = NumberedAlarm {
        number: 1,
        uid: "9990000001".to_owned(),
        source: Ipv4Addr::LOCALHOST,
    };
    let mut watch = WatchDevice::connect(site.watch, alarm.source, SOON)
        .await
        .expect("connects");
    watch.send(&alarm.frame(), SOON).await.expect("sends");
    watch
        .await_answer(&alarm.answer(), SOON)
        .await
        .expect("is answered after the commit");
    server.kill();
    drop(server);

    let seeded = anlin(&site, &["seed"])
        .within(Duration::from_secs(60))
        .run()
        .expect("runs");
    assert_eq!(seeded.code, Some(0), "{}", seeded.stderr);
    site.keep_told(&seeded.stdout).expect("kept");
    let _server = Server::start(&site, &shipped).expect("serves again");
    let operator = site.token("operator").expect("a token");
    let board: serde_json::Value = reqwest::Client::new()
        .get(format!("http://{}/v1/incidents", site.http))
        .bearer_auth(operator)
        .send()
        .await
        .expect("answers")
        .json()
        .await
        .expect("JSON");
    let incidents = board["items"].as_array().expect("a list");
    assert_eq!(incidents.len(), 1, "{board}");
    assert_eq!(incidents[0]["kind"], "unknown_device");
    assert!(
        incidents[0]["deadline_at"].is_string(),
        "it has a guard: {board}"
    );
}
