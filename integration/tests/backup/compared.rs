//! Backups under load, restored elsewhere and compared with the database they came from.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::ports::Clock as _;
use integration::books::Books;
use integration::load::{Load, Plan};
use integration::postgres::PostgresDatabase;
use integration::process::{Invocation, Program, Server, Site};
use integration::scorecard::{not_measured, row, say, timed_row};
use integration::watch_device::{NumberedAlarm, WatchDevice};
use server::clock::WallClock;
use server::stages::monotonic;

use crate::{anlin, backup, elsewhere, restore};

/// Alarms a second while it is backed up.
const RATE: u32 = 60;
/// How long the service that backs up runs, and how old its newest backup may get.
const SERVICE: (Duration, &str, f64) = (Duration::from_secs(20), "5s", 5.1);
/// Tables whose rows never change: what a backup under load holds of them is in the source as well.
const WRITTEN_ONCE: [&str; 2] = ["timeline_entries", "audit_entries"];

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn loaded(site: &Site) -> Load {
    let plan = plan(site);
    Load::start(site.watch, plan, &site.folder().join("watches.log")).expect("a load")
}

fn plan(site: &Site) -> Plan {
    Plan {
        rate_per_s: RATE,
        lanes: 30,
        alarms_per_watch: 3,
        registered: Books::open(site)
            .and_then(|mut books| books.registered_watches())
            .expect("watches"),
        lost_answer_every: None,
        telemetry_per_s: 0,
        first: 0,
        at_most: u32::MAX,
    }
}

/// Rows of one database that the other does not have, both ways or one way, over some tables.
fn differing(first: &Path, second: &Path, only: Option<&[&str]>) -> (u64, u64) {
    let mut conn = SqliteConnection::establish(&first.to_string_lossy()).expect("opens");
    let attach = format!("ATTACH '{}' AS other", second.display());
    conn.batch_execute(&attach).expect("attached");
    let tables = "SELECT name FROM main.sqlite_master WHERE type = 'table' \
         AND (name NOT LIKE 'sqlite\\_%' ESCAPE '\\' OR name = 'sqlite_sequence')";
    let names: Vec<Name> = diesel::sql_query(tables).load(&mut conn).expect("tables");
    let (mut rows, mut different) = (0, 0);
    for Name { name } in names {
        if only.is_some_and(|only| !only.contains(&name.as_str())) {
            continue;
        }
        let mut count = |sql: String| {
            let counted: Count = diesel::sql_query(sql).get_result(&mut conn).expect(&name);
            u64::try_from(counted.count).expect("a count")
        };
        let minus = |a: &str, b: &str| {
            format!(
                "SELECT COUNT(*) AS count FROM (SELECT * FROM {a}.\"{name}\" EXCEPT SELECT * FROM {b}.\"{name}\")"
            )
        };
        rows += count(format!("SELECT COUNT(*) AS count FROM main.\"{name}\""));
        different += count(minus("main", "other"));
        if only.is_none() {
            different += count(minus("other", "main"));
        }
    }
    (rows, different)
}

/// Acknowledged before a moment and not in these books.
fn lost(
    books: &mut Books,
    plan: &Plan,
    acknowledged: &BTreeMap<u32, Instant>,
    by: Instant,
) -> (u64, u64) {
    let stored = books.alarms().expect("alarms");
    let before = acknowledged.iter().filter(|(_, at)| **at <= by);
    let (mut all, mut lost) = (0, 0);
    for (number, _) in before {
        all += 1;
        lost += u64::from(!stored.contains_key(&plan.alarm(*number).frame()));
    }
    (all, lost)
}

fn instant_of(moment: &str) -> Instant {
    let taken: DateTime<Utc> = moment.parse().expect("a moment");
    let ago = WallClock::default().now() - taken;
    monotonic() - ago.to_std().expect("past")
}

fn taken_at(file: &Path) -> Instant {
    let manifest = store::backup::read_manifest(file).expect("a manifest");
    instant_of(&manifest.taken_at)
}

/// Starts what was restored and sends it an alarm; how long the restore, the start and the first
/// acknowledgement took together.
fn comes_back(site: &Site, from: &Path, number: u32) -> Duration {
    let began = monotonic();
    let restored = restore(site, from);
    assert_eq!(restored.code, Some(0), "{restored:?}");
    let _server = Server::start(site, &Program::shipped().expect("built")).expect("it starts");
    let plan = plan(site);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let alarm = NumberedAlarm {
            number,
            ..plan.alarm(number)
        };
        let within = Duration::from_secs(10);
        let mut watch = WatchDevice::connect(site.watch, alarm.source, within)
            .await
            .expect("up");
        watch.send(&alarm.frame(), within).await.expect("sent");
        watch
            .await_answer(&alarm.answer(), within)
            .await
            .expect("acknowledged");
    });
    let mut books = Books::open(site).expect("books");
    let stored = books.alarms().expect("alarms");
    assert!(stored.contains_key(&plan.alarm(number).frame()));
    began.elapsed()
}

#[test]
fn a_backup_under_load_is_the_database_and_comes_back() {
    let site = Site::seeded_sqlite().expect("a seeded site");
    let mut server = Server::start(&site, &Program::shipped().expect("built")).expect("a server");
    let mut load = loaded(&site);
    let plan = plan(&site);
    std::thread::sleep(Duration::from_secs(4));
    let file = site.folder().join("under-load.backup");
    backup(&site, &file);
    let worst = service(&site);
    assert!(load.finish(Duration::from_secs(60)), "all is answered");
    let acknowledged = load.log.acknowledged_at();
    let seconds = load
        .log
        .last_offered()
        .duration_since(load.began)
        .as_secs_f64();
    let achieved = acknowledged.len() as f64 / seconds;

    // What was taken under load: everything that was acknowledged before, and nothing that is not so.
    let there = elsewhere(&site);
    assert_eq!(restore(&there, &file).code, Some(0));
    let mut books = Books::open(&there).expect("books");
    let (before, missing) = lost(&mut books, &plan, &acknowledged, taken_at(&file));
    let copied = there.sqlite_file();
    let (once, changed) = differing(&copied, &site.sqlite_file(), Some(&WRITTEN_ONCE));
    // At rest, after a kill: every row of every table.
    server.kill();
    let last = site.folder().join("last.backup");
    backup(&site, &last);
    let third = elsewhere(&site);
    assert_eq!(restore(&third, &last).code, Some(0));
    let (rows, different) = differing(&site.sqlite_file(), &third.sqlite_file(), None);
    let took = comes_back(&elsewhere(&site), &last, 4_000_000);
    say(&format!(
        "{achieved:.1} alarms/s; {before} acknowledged before the backup; {once} rows written once; {rows} rows at rest"
    ));
    let good = [
        row(
            "4.11",
            "sqlite_alarms_per_s_meanwhile",
            format_args!("{achieved:.1}"),
            ">=50",
            achieved >= 50.0,
        ),
        row(
            "4.11",
            "sqlite_mismatch_rows",
            format_args!("{}/{}", different + changed, rows + once),
            "0",
            different + changed == 0 && rows > 1_000 && once > 100,
        ),
        row(
            "4.11",
            "sqlite_acknowledged_before_and_missing",
            format_args!("{missing}/{before}"),
            "0",
            missing == 0 && before >= 100,
        ),
        row(
            "4.11",
            "sqlite_rpo_s_with_every_5s",
            format_args!("{worst:.1}"),
            "<=60",
            worst <= 60.0,
        ),
    ];
    timed_row(
        "4.11",
        "sqlite_rpo_keeps_its_5s",
        format_args!("{worst:.1}"),
        "<=5",
        worst <= SERVICE.2,
    );
    timed_row(
        "4.11",
        "sqlite_rto_s",
        format_args!("{:.1}", took.as_secs_f64()),
        "<=120",
        took.as_secs_f64() <= 120.0,
    );
    assert!(good.iter().all(|good| *good));
}

/// Runs `backup --every` for a while; the oldest that the newest finished backup ever was, seconds.
fn service(site: &Site) -> f64 {
    let folder = site.folder().join("backups");
    let mut command = site.command(&Program::shipped().expect("built"));
    command
        .args(["backup", "--keep", "3", "--every", SERVICE.1, "--to"])
        .arg(&folder);
    let mut child = command
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("started");
    let began = monotonic();
    let (mut newest, mut worst, mut most) = (None::<Instant>, 0.0_f64, 0);
    while began.elapsed() < SERVICE.0 {
        let mut files: Vec<_> = std::fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|it| it == "anlin-backup"))
            .collect();
        files.sort();
        most = most.max(files.len());
        // Just before a newer one is there, a disk that breaks takes the most away.
        if let Some(taken) = newest {
            worst = worst.max(taken.elapsed().as_secs_f64());
        }
        // The oldest may be removed between the list and the look.
        let found = files
            .last()
            .and_then(|file| store::backup::read_manifest(file).ok());
        newest = found
            .map(|manifest| instant_of(&manifest.taken_at))
            .or(newest);
        std::thread::sleep(Duration::from_millis(50));
    }
    let pid = child.id().to_string();
    let asked = Invocation::new(std::process::Command::new("kill"))
        .args(["-TERM", &pid])
        .run();
    assert_eq!(asked.expect("runs").code, Some(0));
    let ended = child.wait().expect("it ends");
    assert!(ended.success(), "{ended:?}");
    assert!((2..=4).contains(&most), "{most} files with --keep 3");
    assert!(newest.is_some());
    worst
}

#[test]
fn a_backup_of_postgresql_is_the_database_and_comes_back() {
    let Some(database) = PostgresDatabase::create().expect("a database") else {
        not_measured("4.11", "postgresql_mismatch_rows", "no PostgreSQL", "0");
        return;
    };
    let site = Site::seeded_postgres(database).expect("a seeded site");
    let server = Server::start(&site, &Program::shipped().expect("built")).expect("a server");
    let mut load = loaded(&site);
    let plan = plan(&site);
    std::thread::sleep(Duration::from_secs(4));
    let file = site.folder().join("under-load.backup");
    let bin = std::env::var("ANLIN_TEST_PG_BIN").expect("the programs");
    let to = file.to_string_lossy().into_owned();
    let taken = anlin(&site, &["backup", "--to", &to, "--pg-bin", &bin])
        .run()
        .expect("runs");
    assert_eq!(taken.code, Some(0), "{taken:?}");
    assert!(load.finish(Duration::from_secs(60)), "all is answered");
    drop(server);
    let mut there = elsewhere(&site);
    let empty = PostgresDatabase::create()
        .expect("a database")
        .expect("a server");
    there.database_url = Some(empty.url().to_owned());
    // The command compares every table with the snapshot that was dumped.
    let took = comes_back(&there, &file, 4_000_000);
    let mut books = Books::open(&there).expect("books");
    let (before, missing) = lost(
        &mut books,
        &plan,
        &load.log.acknowledged_at(),
        taken_at(&file),
    );
    let again = restore(&there, &file);
    crate::assert_refused(&again, "is not empty");
    let good = row(
        "4.11",
        "postgresql_acknowledged_before_and_missing",
        format_args!("{missing}/{before}"),
        "0",
        missing == 0 && before >= 100,
    );
    timed_row(
        "4.11",
        "postgresql_rto_s",
        format_args!("{:.1}", took.as_secs_f64()),
        "<=120",
        took.as_secs_f64() <= 120.0,
    );
    assert!(good);
}
