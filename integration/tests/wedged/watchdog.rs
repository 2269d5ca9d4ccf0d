//! The watchdog over real HTTP: what is stuck is noticed from outside, and an incident that nobody
//! would look at again gets a timer.

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use integration::books::Books;
use integration::process::{Program, Server, Site};
use integration::roles::Operator;
use integration::scorecard::row;
use integration::served::until;
use integration::watch::{FakeWatch, fall_at};
use poem::http::HeaderMap;
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::{EndpointExt as _, Route, handler, post};
use server::clock::WallClock;
use server::stages::monotonic;
use server::watchdog::{MOMENT_HEADER, PATH, SIGNATURE_HEADER};
use tokio::sync::mpsc;

use domain::ports::Clock as _;

/// Between two test alarms here; the shipped period is ten times as long.
const PERIOD_MS: u64 = 2_000;
/// Signs the calls of the dead man's switch.
const KEY: &str = "an invented key of an outside watcher";

/// Writes settings where the server looks for them.
fn settings(site: &Site, more: &str) {
    let text = format!("watchdog_period_ms = {PERIOD_MS}\n{more}");
    std::fs::write(site.folder().join("anlin.toml"), text).expect("written");
}

async fn asked(site: &Site) -> (u16, serde_json::Value) {
    let url = format!("http://{}{PATH}", site.http);
    let answer = reqwest::get(url).await.expect("the server answers");
    let status = answer.status().as_u16();
    (status, answer.json().await.expect("JSON"))
}

async fn becomes(site: &Site, status: u16) -> serde_json::Value {
    until(&format!("health says {status}"), async || {
        let (told, body) = asked(site).await;
        (told == status).then_some(body)
    })
    .await
}

async fn passed(site: &Site, passes: u64) -> serde_json::Value {
    until("test alarms come through", async || {
        let (_, body) = asked(site).await;
        (body["passes"].as_u64()? >= passes).then_some(body)
    })
    .await
}

fn statement(site: &Site, sql: &str) {
    let file = site.sqlite_file();
    let mut conn = SqliteConnection::establish(&file.to_string_lossy()).expect("opens");
    conn.batch_execute("PRAGMA busy_timeout = 10000")
        .expect("waits");
    conn.batch_execute(sql).expect(sql);
}

#[handler]
async fn heard(
    headers: &HeaderMap,
    body: String,
    calls: poem::web::Data<&mpsc::UnboundedSender<(String, String, String)>>,
) {
    let header = |name: &str| {
        let value = headers.get(name).and_then(|it| it.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let call = (header(MOMENT_HEADER), header(SIGNATURE_HEADER), body);
    calls.send(call).expect("the test listens");
}

/// An outside watcher; returns its address and what it hears.
async fn watcher() -> (String, mpsc::UnboundedReceiver<(String, String, String)>) {
    let (calls, heard_calls) = mpsc::unbounded_channel();
    let acceptor = TcpListener::bind("127.0.0.1:0")
        .into_acceptor()
        .await
        .expect("a port");
    let address = acceptor.local_addr().remove(0).to_string();
    let address = address.trim_start_matches("socket://").to_owned();
    let routes = Route::new().at("/alive", post(heard)).data(calls);
    tokio::spawn(poem::Server::new_with_acceptor(acceptor).run(routes));
    (format!("http://{address}/alive"), heard_calls)
}

/// A pass goes all the way, is told to the outside under a signature, and leaves nothing behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_test_alarm_goes_all_the_way_and_leaves_nothing_behind() {
    let site = Site::seeded_sqlite().expect("a seeded site");
    let (url, mut calls) = watcher().await;
    settings(
        &site,
        &format!("dead_man_url = {url:?}\ndead_man_key = {KEY:?}\n"),
    );
    let before = Books::open(&site).expect("books").sizes().expect("sizes");
    let server = Server::start(&site, &Program::shipped().expect("built")).expect("a server");
    let body = passed(&site, 3).await;
    assert_eq!(
        (asked(&site).await.0, body["status"].as_str()),
        (200, Some("ok"))
    );
    assert!(
        body["alarm_to_sink_ms"].as_u64().expect("a time") < 15_000,
        "{body}"
    );
    assert_eq!(body["failed_passes"], 0, "{body}");
    let mut last = calls.recv().await.expect("a call");
    for _ in 0..2 {
        last = calls.recv().await.expect("one after each pass");
    }
    let (moment, code, told) = last;
    let now = WallClock::default().now();
    assert!(ingest::webhook::is_signed(
        KEY.as_bytes(),
        &moment,
        told.as_bytes(),
        &code,
        now
    ));
    assert!(!ingest::webhook::is_signed(
        b"another",
        &moment,
        told.as_bytes(),
        &code,
        now
    ));

    // Nobody sees it: not the seat, not in lists, counters or notices; and nothing stays.
    let seat = Operator::new(site.http, Some(&site.token("operator").expect("a token")));
    assert!(seat.incidents("open").await.is_empty());
    assert!(seat.all("/v1/notifications?limit=200").await.is_empty());
    let counters = seat.get("/v1/ops/counters").await.expect(200);
    assert_eq!(
        (
            counters["frames"].as_u64(),
            counters["others"]["alarms"].as_u64()
        ),
        (Some(0), Some(0))
    );
    until("the last pass is removed", async || {
        let sizes = Books::open(&site).expect("books").sizes().expect("sizes");
        (sizes == before).then_some(())
    })
    .await;
    let written = std::fs::read_to_string(site.output()).expect("output");
    assert!(
        !written.contains("watchdog"),
        "no carrier prints it: {written}"
    );
    drop(server);
}

/// A worker that stops while everything else goes on is noticed from outside.
async fn stuck(plant: &'static str, name: &str) {
    let site = Site::seeded_sqlite().expect("a seeded site");
    settings(&site, "");
    let program = Program::planted(plant).expect("the planted binary");
    let server = Server::start(&site, &program).expect("a server");
    passed(&site, 1).await;
    let green = asked(&site).await;
    let body = becomes(&site, 503).await;
    // The plant bites three seconds after the workers began, which they have when health answers.
    let bitten = server.healthy_after + Duration::from_secs(3);
    let took = server.spawned.elapsed().saturating_sub(bitten);
    let seat = Operator::new(site.http, Some(&site.token("operator").expect("a token")));
    let health = seat.get("/v1/ops/health").await.expect(200);
    // The shipped period is ten times this one.
    let good = green.0 == 200 && took < Duration::from_secs(6) && health["status"] == "degraded";
    let value = format!(
        "{:.1} s at a period of 2 s; 200 before, 503 after",
        took.as_secs_f64()
    );
    assert!(
        row("4.12", name, value, "<=6s", good),
        "{green:?} {body} {health}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stuck_outbox_is_noticed_from_outside() {
    stuck("stuck_outbox", "stuck_outbox_noticed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stuck_timers_are_noticed_from_outside() {
    stuck("stuck_timers", "stuck_timers_noticed").await;
}

/// An open incident whose timer is gone gets one within seconds, which then takes effect.
#[tokio::test(flavor = "multi_thread")]
async fn an_orphan_gets_a_timer_at_once_and_health_says_so() {
    let site = Site::seeded_sqlite().expect("a seeded site");
    settings(&site, "");
    let _server = Server::start(&site, &Program::shipped().expect("built")).expect("a server");
    let seat = Operator::new(site.http, Some(&site.token("operator").expect("a token")));
    let uid = Books::open(&site)
        .expect("books")
        .registered_watches()
        .expect("watches")
        .remove(0);
    let mut watch = FakeWatch::connect(site.watch, &uid).await;
    assert_eq!(watch.ask(&fall_at(WallClock::default().now())).await, "AL");
    seat.only_incident().await;
    passed(&site, 1).await;
    assert_eq!(asked(&site).await.0, 200);
    statement(
        &site,
        "DELETE FROM timers WHERE done_at IS NULL AND incident_id IS NOT NULL AND organisation_id = (SELECT organisation_id FROM frames WHERE event_key IS NOT NULL AND source <> 'watchdog' LIMIT 1)",
    );
    let began = monotonic();
    let body = becomes(&site, 503).await;
    assert_eq!(
        (body["orphans"].as_u64(), body["orphans_guarded"].as_u64()),
        (Some(1), Some(1)),
        "{body}"
    );
    let mut books = Books::open(&site).expect("books");
    until("it has a timer again", async || {
        (books.orphans().expect("orphans") == 0).then_some(())
    })
    .await;
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    // The timer was due at once: the ladder goes on as if nothing had been lost.
    let stuck = until("nothing is stuck", async || {
        let stuck = books.stuck().expect("stuck");
        (stuck == (0, 0, 0)).then_some(stuck)
    });
    assert_eq!(stuck.await, (0, 0, 0));
    assert!(site.output_end().contains("an open incident had no timer"));
}
