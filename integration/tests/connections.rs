//! Row 3.6: thousands of idle connections, half-open ones and a storm of new ones, server and watches
//! in processes of their own. No alarm is lost, none waits, and everything is given back.

use std::time::Duration;

use integration::books::Books;
use integration::crowd::{self, Held};
use integration::process::{Program, Server, Site};
use integration::roles::Operator;
use integration::scorecard::{row, say, timed_row};
use server::stages::monotonic;

/// Idle connections that are wanted.
const IDLE: u32 = 10_000;
/// Connections that never bring a whole frame.
const HALF_OPEN: u32 = 500;
/// New connections a second, and how long.
const STORM: (u32, Duration) = (1_000, Duration::from_secs(20));
/// Alarms a second, and the connections that take turns with them.
const ALARMS: (u32, usize) = (50, 100);
/// Start of numbers that nobody registered.
const STRANGERS: &str = "777";
/// Descriptors that each side needs beside idle and half-open connections.
const SPARE: u64 = 1_500;
/// Half-open connections are closed after a minute; the machine may be slow.
const REAPED_WITHIN: Duration = Duration::from_secs(100);

/// As many as the system's limit of open files allows.
fn idle_count() -> u32 {
    let limit = rlimit::increase_nofile_limit(u64::MAX).expect("a limit");
    let room = limit.saturating_sub(SPARE + u64::from(HALF_OPEN));
    IDLE.min(u32::try_from(room).unwrap_or(IDLE))
}

fn counter(counters: &serde_json::Value, name: &str) -> u64 {
    let found = [&counters[name], &counters["others"][name]];
    let found = found.into_iter().find_map(serde_json::Value::as_u64);
    found.unwrap_or_else(|| panic!("{name} in {counters}"))
}

fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let last = sorted.len() - 1;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index among some thousands"
    )]
    let at = (last as f64 * share).ceil() as usize;
    sorted[at.min(last)]
}

/// Registered ones first, for half of the alarms.
fn watches(site: &Site, count: u32) -> Vec<String> {
    let mut registered = Books::open(site)
        .and_then(|mut books| books.registered_watches())
        .expect("watches");
    registered.truncate(ALARMS.1 / 2);
    let strangers = (0..).map(|number| format!("{STRANGERS}{number:07}"));
    let uids = registered.into_iter().chain(strangers);
    uids.take(usize::try_from(count).expect("few")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_idle_connections_cost_little_and_delay_no_alarm() {
    let count = idle_count();
    let site = Site::seeded_sqlite().expect("a seeded site");
    let server = Server::start(&site, &Program::shipped().expect("anlin")).expect("a server");
    let token = site.token("operator").expect("a token");
    let uids = watches(&site, count);
    // What a working server holds anyhow is taken before, not after.
    let warm = crowd::settle(site.watch, uids[..ALARMS.1].to_vec())
        .await
        .expect("served");
    crowd::alarms(warm, 50, Duration::from_secs(2))
        .await
        .expect("answered");
    let before = settled(server.pid(), None).await;

    let began = monotonic();
    let mut idle = crowd::settle(site.watch, uids)
        .await
        .expect("all are served");
    let opened_in = began.elapsed();
    let with_idle = Held::by(server.pid()).expect("a server");
    let half_open = crowd::half_open(site.watch, HALF_OPEN)
        .await
        .expect("connected");
    let (half_since, half_open_count) = (monotonic(), half_open.len());
    say(&format!(
        "{} idle in {opened_in:?}: {with_idle:?}, before {before:?}",
        idle.len()
    ));

    idle.sort_by_key(|watch| !watch.uid.starts_with(STRANGERS));
    let alarming = idle.split_off(idle.len() - ALARMS.1.min(idle.len()));
    let (storm, alarms) = tokio::join!(
        crowd::storm(site.watch, STORM.0, STORM.1),
        crowd::alarms(alarming, ALARMS.0, STORM.1)
    );
    let alarms = alarms.expect("every alarm is answered");
    let (came, missed) = storm;

    let closed = crowd::closed(half_open, half_since + REAPED_WITHIN).await;
    let seat = Operator::new(site.http, Some(&token));
    let counters = seat.get("/v1/ops/counters").await.expect(200);
    let (quiet, stalled) = (
        counter(&counters, "idle_closed"),
        counter(&counters, "stalled_closed"),
    );
    drop(seat);
    drop(idle);
    let after = settled(server.pid(), Some(before.sockets)).await;

    let mut kept = Books::open(&site)
        .and_then(|mut books| books.alarms())
        .expect("books");
    let lost = alarms
        .iter()
        .filter(|(alarm, _)| !matches!(kept.remove(&alarm.frame()), Some((1.., 0))))
        .count();
    let mut took: Vec<Duration> = alarms.iter().map(|(_, took)| *took).collect();
    took.sort_unstable();
    let each_kib = with_idle.rss_kib.saturating_sub(before.rss_kib) / u64::from(count);
    report_speed_and_size(count, &took, each_kib);
    let value = format!(
        "{}/{} sockets, {}/{} descriptors",
        before.sockets, after.sockets, before.descriptors, after.descriptors
    );
    let all_back = after.sockets == before.sockets;
    let name = "descriptors_before_and_after";
    row("3.6", name, value, "equal", all_back);
    let value = format!("{closed}/{HALF_OPEN} closed: {quiet} silent, {stalled} in a frame");
    let half = u64::from(HALF_OPEN / 2);
    let reaped = closed == half_open_count && (quiet, stalled) == (half, half);
    row("3.6", "half_open_reaped", value, "all", reaped);
    let value = format!(
        "{lost}/{} alarms lost, {missed}/{came} guests missed",
        took.len()
    );
    let none_lost = lost == 0 && missed == 0;
    row("3.6", "lost_in_the_storm", value, "0", none_lost);
    assert!(all_back && reaped && none_lost, "see the rows: {counters}");
}

/// The rows of the bars: the time decides nothing, the memory does.
fn report_speed_and_size(count: u32, took: &[Duration], each_kib: u64) {
    let (p50, p99) = (percentile(took, 0.5), percentile(took, 0.99));
    let short = match count < IDLE {
        true => " (no more open files allowed)",
        false => "",
    };
    let storm = STORM.0;
    let load = format!("{count} idle{short}, {HALF_OPEN} half-open, storm {storm}/s");
    let (p50, p99) = (p50.as_millis(), p99.as_millis());
    let value = format!(
        "p99 {p99} ms, p50 {p50} ms over {} alarms; {load}",
        took.len()
    );
    let name = "alarm_ack_in_the_storm";
    timed_row("3.6", name, value, "<=100 ms", p99 <= 100);
    let value = format!("{each_kib} KiB; {load}");
    let name = "rss_per_idle_connection";
    assert!(
        row("3.6", name, value, "<=25 KiB", each_kib <= 25),
        "see the row"
    );
}

/// What the server holds once closed connections are gone: until there are `sockets` of them, or until
/// two looks agree.
#[expect(clippy::disallowed_methods, reason = "a test looks again in a moment")]
async fn settled(pid: u32, sockets: Option<usize>) -> Held {
    let mut last = Held::by(pid).expect("a server");
    for _ in 0..60 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = Held::by(pid).expect("a server");
        let is_still = sockets.unwrap_or(last.sockets) == now.sockets;
        last = now;
        if is_still {
            break;
        }
    }
    last
}
