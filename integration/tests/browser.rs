//! The page at `/` and the documentation at `/docs` in a real browser: an alarm of a watch shows up
//! by itself, a neighbour's way is drawn, nothing comes from elsewhere.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use domain::ports::Clock;
use integration::process::{Invocation, Site};
use integration::roles::Client;
use integration::scorecard::say;
use integration::served::Served;
use integration::watch::fall_at;
use serde::Deserialize;
use serde_json::{Value, json};
use server::clock::WallClock;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/live.mjs");
/// The whole visit may take so long.
const WITHIN: Duration = Duration::from_secs(150);
/// Degrees of latitude: near enough to be asked first, far enough for a way to be drawn.
const A_FEW_HOUSES: f64 = 0.0015;
/// Fewer findings than this are no visit.
const ENOUGH: usize = 30;

/// One line of the script.
#[derive(Debug, Deserialize)]
struct Finding {
    name: String,
    ok: bool,
    value: String,
}

/// Puts the responder whose token is known a few houses north of this resident.
async fn stand_nearby(responder: &Client, resident: &Value) {
    let door = &resident["home"]["position"];
    let north = door["lat"].as_f64().expect("a latitude") + A_FEW_HOUSES;
    let place = json!({"lon": door["lon"], "lat": north, "datum": "wgs84"});
    let stands = responder.put_json("/v1/me/position", place).await;
    assert!(stands.status < 300, "{}", stands.text);
    let ready = responder
        .put_json("/v1/me/duty", json!({"on_duty": true}))
        .await;
    assert!(ready.status < 300, "{}", ready.text);
}

fn operations() -> usize {
    let document = openapi::document_value();
    let paths = document["paths"].as_object().expect("paths");
    paths
        .values()
        .filter_map(Value::as_object)
        .map(serde_json::Map::len)
        .sum()
}

/// What the script has to know.
async fn task(served: &Served, browser: PathBuf) -> Value {
    let (uid, resident) = served.worn_watches().await.expect("watches").swap_remove(0);
    let seat = served.operator().expect("the seat");
    let resident = seat.get(&format!("/v1/residents/{resident}")).await;
    let responder = served.caller("responder").expect("a responder");
    stand_nearby(&responder, &resident.expect(200)).await;
    let frame =
        ingest::watch::encode::frame("3G", &uid, None, &fall_at(WallClock::default().now()));
    let watch = served.site.watch;
    json!({
        "base": served.url(""),
        "operator": served.site.token("operator").expect("a token"),
        "responder": served.site.token("responder").expect("a token"),
        "watch": {
            "host": watch.ip().to_string(),
            "port": watch.port(),
            "frame": String::from_utf8(frame).expect("text"),
        },
        "operations": operations(),
        "browser": browser,
        "shots": std::env::var_os("ANLIN_SHOTS").map(PathBuf::from),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_an_incident_live_and_takes_nothing_from_elsewhere() {
    let browser = std::env::var_os("ANLIN_BROWSER").filter(|path| !path.is_empty());
    let Some((browser, modules)) = browser.zip(std::env::var_os("NODE_PATH")) else {
        return say("skipped: no browser or no driver");
    };
    let served = Served::start(Site::seeded_sqlite().expect("a seeded site")).expect("a server");
    let task = task(&served, browser.into()).await;
    let mut node = Command::new("node");
    node.arg(SCRIPT)
        .env("NODE_PATH", modules)
        .current_dir(served.site.folder());
    let visit = Invocation::new(node).input(task.to_string()).within(WITHIN);
    let visit = tokio::task::spawn_blocking(|| visit.run())
        .await
        .expect("no panic")
        .expect("a visit");
    let lines = visit.stdout.lines().map(serde_json::from_str::<Finding>);
    let findings: Vec<Finding> = lines.collect::<Result<_, _>>().expect("findings");
    for Finding { name, ok, value } in &findings {
        say(&format!(
            "{} {name}: {value}",
            if *ok { "yes" } else { "NO " }
        ));
    }
    assert_eq!(visit.code, Some(0), "{}", visit.stderr);
    let bad: Vec<_> = findings.iter().filter(|finding| !finding.ok).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    assert!(findings.len() >= ENOUGH, "{} findings", findings.len());
}
