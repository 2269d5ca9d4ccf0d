//! Rows 7 and 8: how long an alarm takes on an ordinary day, and what becomes of ten thousand in
//! ten seconds.
//!
//! Times are printed and decide nothing here: the machine of a run may be shared. What is lost, shed
//! or left without a timer decides.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ports::Clock as _;
use fcm::fake::{Behaviour, Fake};
use integration::books::Books;
use integration::crowd;
use integration::postgres::PostgresDatabase;
use integration::process::{Program, Server, Site};
use integration::roles::Operator;
use integration::scorecard::{not_measured, row, say, timed_row};
use integration::storm::{
    Alarms, Answered, Board, Telemetry, Times, flush_times, register, seen_after,
};
use serde_json::json;
use server::clock::WallClock;
use server::engine::fresh_id;
use server::stages::monotonic;

/// Watches that are registered; the first of them alarm, the last of them send telemetry.
const WATCHES: u32 = 10_400;
/// First watch that sends telemetry.
const TALKERS: u32 = 10_000;
/// The phone of the seat.
const PHONE: &str = "phone-of-the-seat";
/// How long calls may take in all before we stop looking.
const CALLED_WITHIN: Duration = Duration::from_secs(60);
/// How long the board may take in all before we stop looking.
const BOARD_WITHIN: Duration = Duration::from_secs(120);

/// A served town with many watches, a board and a phone.
struct Town {
    site: Site,
    server: Server,
    board: Board,
    seat: Operator,
    fake: Arc<Fake>,
}

impl Town {
    async fn with(site: Site) -> Self {
        let fake = Arc::new(Fake::start().await.expect("a push service"));
        let account = site.folder().join("service-account.json");
        std::fs::write(&account, fake.service_account_json()).expect("written");
        let settings = format!(
            "fcm_service_account = {:?}\nfcm_url = {:?}\n",
            account.display().to_string(),
            fake.fcm_url()
        );
        std::fs::write(site.folder().join("anlin.toml"), settings).expect("written");
        register(&site, WATCHES).expect("registered");
        let program = Program::shipped().expect("built");
        let server = Server::start(&site, &program).expect("a server");
        let token = site.token("operator").expect("a token");
        let seat = Operator::new(site.http, Some(&token));
        let path = format!("/v1/me/push-endpoints/{}", fresh_id());
        let phone = json!({"platform": "fcm", "token": PHONE});
        seat.put_json(&path, phone).await.expect(200);
        let board = Board::open(&seat).await;
        Self {
            site,
            server,
            board,
            seat,
            fake,
        }
    }

    fn alarms(&self, count: u32, per_s: u32) -> Alarms {
        Alarms {
            to: self.site.watch,
            first: 0,
            count,
            per_s,
        }
    }

    async fn counter(&self, name: &str) -> u64 {
        let counters = self.seat.get("/v1/ops/counters").await.expect(200);
        counters["others"][name].as_u64().unwrap_or_default()
    }

    /// Waits until so many incidents are on the board; how long that took since a moment.
    async fn on_board(&self, count: usize, since: Instant) -> Duration {
        while self.board.count() < count && since.elapsed() < BOARD_WITHIN {
            pause(Duration::from_millis(20)).await;
        }
        since.elapsed()
    }

    /// How long after its alarm each call came, and how many never came. How late a call is, is a
    /// figure; one that never comes is a failure.
    async fn called(
        &self,
        answered: &Answered,
        incidents: &HashMap<Vec<u8>, String>,
    ) -> (Times, usize) {
        let waited = monotonic();
        loop {
            pause(Duration::from_secs(2)).await;
            let (calls, uncalled) = seen_after(answered, incidents, &self.pushed());
            if uncalled == 0 || waited.elapsed() > CALLED_WITHIN {
                return (calls, uncalled);
            }
        }
    }

    /// When the push service first took a call about each incident.
    fn pushed(&self) -> HashMap<String, Instant> {
        let (now, wall) = (monotonic(), WallClock::default().now());
        let mut pushed = HashMap::new();
        for sent in self.fake.requests() {
            let incident = sent.data["incident_id"].replace('-', "");
            let at: chrono::DateTime<chrono::Utc> = sent.at.into();
            let ago = (wall - at).to_std().unwrap_or_default();
            pushed.entry(incident).or_insert(now - ago);
        }
        pushed
    }
}

#[expect(clippy::disallowed_methods, reason = "a test looks again in a moment")]
async fn pause(span: Duration) {
    tokio::time::sleep(span).await;
}

/// What the database says: acknowledged alarms that are not there, incidents, orphans.
fn books(site: &Site, answered: &Answered) -> (HashMap<Vec<u8>, String>, usize, u64) {
    let mut books = Books::open(site).expect("books");
    let incidents = books.incidents_of_alarms().expect("alarms");
    let lost = answered
        .due
        .keys()
        .filter(|frame| !incidents.contains_key(*frame));
    let lost = lost.count();
    (incidents, lost, books.orphans().expect("orphans"))
}

/// Row 7 on one database: 50 alarms and 2,000 telemetry frames a second.
async fn ordinary_day(database: &str, site: Site) {
    let town = Town::with(site).await;
    let floor = flush_times(town.site.folder(), 200).expect("a floor");
    let seconds = if is_deep() { 120 } else { 30 };
    let telemetry = Telemetry::start(town.site.watch, TALKERS, 400, 2_000);
    pause(Duration::from_secs(3)).await;
    let began = monotonic();
    let answered = town.alarms(50 * seconds, 50).run().await;
    let count = answered.due.len();
    town.on_board(count, began).await;
    let (sent, heard) = telemetry.stop().await;
    let rate = sent as f64 / (began.elapsed().as_secs_f64() + 3.0);
    let (incidents, lost, orphans) = books(&town.site, &answered);
    let (calls, uncalled) = town.called(&answered, &incidents).await;
    let (screen, unseen) = seen_after(&answered, &incidents, &town.board.close());
    let acks = &answered.times;
    say(&format!(
        "{database}: {count} alarms in {:.1} s, telemetry {sent} sent ({rate:.0}/s) and {heard} answered; load {}",
        answered.offered_in.as_secs_f64(),
        std::fs::read_to_string("/proc/loadavg")
            .unwrap_or_default()
            .trim()
    ));
    let name = |what: &str| format!("{database}_{what}");
    let timed = |what: &str, value: f64, most: f64| {
        let target = format!("<={most}");
        timed_row(
            "4.7",
            &name(what),
            format_args!("{value:.1}"),
            &target,
            value <= most,
        );
    };
    timed("ack_p50_ms", acks.ms(500), 5.0);
    timed("ack_p99_ms", acks.ms(990), 50.0);
    timed("provider_call_p99_ms", calls.ms(990), 500.0);
    timed("screen_event_p99_ms", screen.ms(990), 1_000.0);
    timed_row(
        "4.7",
        &name("machine_fdatasync_ms"),
        format_args!("p50 {:.1} p99 {:.1}", floor.ms(500), floor.ms(990)),
        "reported",
        true,
    );
    timed_row(
        "4.7",
        &name("telemetry_per_s"),
        format_args!("{rate:.0}"),
        ">=1900",
        rate >= 1_900.0,
    );
    let missed = answered.unanswered + lost + unseen + uncalled;
    let value = format!("{missed}/{count}");
    let good = missed == 0 && orphans == 0 && count >= 1_500;
    let good = row(
        "4.7",
        &name("alarms_unanswered_lost_unseen_or_uncalled"),
        value,
        "0",
        good,
    );
    assert!(
        good,
        "unanswered {}, lost {lost}, unseen {unseen}, uncalled {uncalled}, orphans {orphans}",
        answered.unanswered
    );
}

fn is_deep() -> bool {
    std::env::var("ANLIN_DEEP").is_ok_and(|tier| tier == "1")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_is_answered_told_and_shown_in_time() {
    ordinary_day("sqlite", Site::seeded_sqlite().expect("a seeded site")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_is_answered_told_and_shown_in_time_on_postgresql() {
    match PostgresDatabase::create().expect("a database") {
        Some(database) => {
            let site = Site::seeded_postgres(database).expect("a seeded site");
            ordinary_day("postgresql", site).await;
        }
        None => not_measured("4.7", "postgresql_ack_p99_ms", "no PostgreSQL", "<=50"),
    }
}

/// Row 8: everybody at once, and nobody is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_alarms_in_ten_seconds_are_all_kept_and_shown() {
    // Each watch is a connection of its own, here and in the server.
    rlimit::increase_nofile_limit(u64::MAX).expect("descriptors");
    let town = Town::with(Site::seeded_sqlite().expect("a seeded site")).await;
    let telemetry = Telemetry::start(town.site.watch, TALKERS, 400, 20_000);
    let throttling = throttle(&town.fake);
    let to = town.site.watch;
    let herd = tokio::spawn(crowd::storm(to, 500, Duration::from_secs(10)));
    let began = monotonic();
    let answered = town.alarms(10_000, 1_000).run().await;
    let board = town.on_board(answered.due.len(), began).await;
    throttling.abort();
    let (came, missed) = herd.await.expect("the herd");
    let (sent, heard) = telemetry.stop().await;
    let refused = town.counter("writer_refused").await;
    let over = town.counter("telemetry_over_limit").await;
    let (_, lost, orphans) = books(&town.site, &answered);
    let count = answered.due.len();
    let acks = &answered.times;
    say(&format!(
        "offered in {:.1} s; telemetry {sent} sent, {heard} answered, {over} over the limit, {refused} refused; \
         herd {came}, {missed} of it not answered; provider asked {} times, took {}; load {}",
        answered.offered_in.as_secs_f64(),
        town.fake.send_requests(),
        town.fake.requests().len(),
        std::fs::read_to_string("/proc/loadavg")
            .unwrap_or_default()
            .trim()
    ));
    say(&format!(
        "ack p50 {:.0} ms, p99 {:.0} ms, worst {:.0} ms",
        acks.ms(500),
        acks.ms(990),
        acks.ms(1_000)
    ));
    let shown = town.board.count();
    let p99 = acks.ms(990);
    timed_row(
        "4.8",
        "storm_ack_p99_ms",
        format_args!("{p99:.0}"),
        "<=5000",
        p99 <= 5_000.0,
    );
    let took = board.as_secs_f64();
    timed_row(
        "4.8",
        "storm_all_on_the_board_s",
        format_args!("{took:.1}"),
        "<=15",
        took <= 15.0,
    );
    let failed = answered.unanswered + lost;
    let good = failed == 0 && count == 10_000;
    let good = [
        row(
            "4.8",
            "storm_alarms_lost_or_shed",
            format_args!("{failed}/{count}"),
            "0",
            good,
        ),
        row(
            "4.8",
            "storm_alarms_not_on_the_board",
            count.saturating_sub(shown),
            "0",
            shown >= count,
        ),
        row(
            "4.8",
            "storm_incidents_without_timer",
            orphans,
            "0",
            orphans == 0,
        ),
    ];
    let mut server = town.server;
    assert!(server.is_running());
    assert!(
        good.iter().all(|good| *good),
        "unanswered {}, lost {lost}, shown {shown}",
        answered.unanswered
    );
}

/// The push service says "too many" to nearly every call.
fn throttle(fake: &Arc<Fake>) -> tokio::task::JoinHandle<()> {
    let fake = fake.clone();
    tokio::spawn(async move {
        loop {
            fake.script(PHONE, Behaviour::QuotaExceededOnce { retry_after_s: 5 });
            pause(Duration::from_millis(2)).await;
        }
    })
}
