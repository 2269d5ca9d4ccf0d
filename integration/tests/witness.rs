//! Row 1.7: no watch is answered before its alarm is durable. On SQLite a tracer sees the sync of
//! the log between receipt and answer; on PostgreSQL a proxy sees the commit reported before the
//! watch holds its answer. The same code must report a service that answers first.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::ensure;
use integration::books::Books;
use integration::load::{Load, Plan};
use integration::postgres::PostgresDatabase;
use integration::process::{Program, Server, Site};
use integration::scorecard::{not_measured, row, say};
use integration::strace::{self, Trace};
use integration::tcp_proxy;

/// Alarms that are judged.
const ALARMS: u32 = 1_200;
/// Alarms a second; a traced server is slow.
const RATE: u32 = 60;
/// Answers that must be judged at least.
const ENOUGH: u64 = 1_000;
/// How long all of them may take.
const WITHIN: Duration = Duration::from_secs(100);
/// How long the proxy keeps a report of a commit back.
const HOLD: Duration = Duration::from_millis(5);
/// What answers too early.
const PLANT: &str = "answer_before_commit";
/// Names that only the planted binary may hold.
const NAMES: [&str; 4] = ["ANLIN_PLANT", PLANT, "no_event_key", "forget_timer"];

fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was judged, and how many answers came too early.
struct Judged {
    answers: u64,
    early: u64,
    unseen: u64,
}

/// Sends all alarms to a server, kills it, and returns what was acknowledged when.
fn alarms(site: &Site, program: &Program) -> anyhow::Result<(Plan, BTreeMap<u32, Instant>, u32)> {
    let plan = Plan {
        rate_per_s: RATE,
        lanes: 16,
        alarms_per_watch: 5,
        registered: Books::open(site)?.registered_watches()?,
        lost_answer_every: None,
        at_most: ALARMS,
    };
    let mut server = Server::start(site, program)?;
    let mut load = Load::start(site.watch, plan.clone(), &site.folder().join("watches.log"))?;
    let drained = load.drain(WITHIN);
    let pid = server.pid();
    // The planted server may still owe its last commits.
    std::thread::sleep(Duration::from_secs(1));
    server.kill();
    let acknowledged = load.log.acknowledged_at();
    let seconds = load.began.elapsed().as_secs_f64();
    say(&format!(
        "{} of {ALARMS} alarms answered in {seconds:.1} s",
        acknowledged.len()
    ));
    ensure!(drained, "alarms stay unanswered: {}", site.output_end());
    Ok((plan, acknowledged, pid))
}

fn on_sqlite(program: Program) -> anyhow::Result<Judged> {
    let site = Site::seeded_sqlite()?;
    let trace = Trace::into_file(site.folder().join("server.trace"));
    let (plan, acknowledged, pid) = alarms(&site, &program.behind(trace.wrapper()))?;
    let pairs: Vec<(Vec<u8>, Vec<u8>)> = acknowledged
        .keys()
        .map(|number| plan.alarm(*number))
        .map(|alarm| (alarm.frame(), alarm.answer()))
        .collect();
    let seen = strace::witness(&trace.read(pid)?, &pairs);
    Ok(Judged {
        answers: seen.answers,
        early: seen.early,
        unseen: seen.unseen,
    })
}

fn on_postgresql(database: PostgresDatabase, program: &Program) -> anyhow::Result<Judged> {
    let mut site = Site::seeded_postgres(database)?;
    let proxy = site.behind_proxy(HOLD)?;
    let (plan, acknowledged, _) = alarms(&site, program)?;
    let answered: Vec<(String, Instant)> = acknowledged
        .iter()
        .map(|(number, at)| (plan.alarm(*number).event_key(), *at))
        .collect();
    let answered = answered.iter().map(|(key, at)| (key.as_str(), *at));
    let seen = tcp_proxy::witness(&proxy.events(), answered);
    Ok(Judged {
        answers: seen.answers,
        early: seen.early,
        unseen: seen.unseen,
    })
}

fn report(database: &str, judged: &Judged) {
    let Judged {
        answers,
        early,
        unseen,
    } = judged;
    say(&format!(
        "{database}: {answers} answers judged, {early} early, {unseen} not seen"
    ));
    let good = *early == 0 && *answers >= ENOUGH && *unseen == 0;
    let name = format!("{database}_early_answers");
    row(
        "1.7",
        &name,
        format_args!("{early}/{answers}"),
        "0 of >=1000",
        good,
    );
    assert!(
        good,
        "{database}: {early} of {answers} early, {unseen} not seen"
    );
}

fn report_planted(database: &str, judged: &Judged) {
    let Judged {
        answers,
        early,
        unseen,
    } = judged;
    say(&format!(
        "{database}, planted: {answers} answers judged, {early} early, {unseen} not seen"
    ));
    let caught = *early > 0 && *answers >= 100;
    let name = format!("{database}_planted_early_answers_reported");
    row(
        "1.7",
        &name,
        format_args!("{early}/{answers}"),
        ">0",
        caught,
    );
    assert!(caught, "{database}: the planted bug was not noticed");
}

/// Without the right to trace there is no measurement.
fn tracing_is_possible(name: &str, target: &str) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let possible = Trace::is_possible(folder.path());
    if !possible {
        not_measured("1.7", name, "processes cannot be traced here", target);
    }
    possible
}

#[test]
fn sqlite_syncs_before_it_answers() {
    let _turn = turn();
    if tracing_is_possible("sqlite_early_answers", "0 of >=1000") {
        let program = Program::shipped().expect("the shipped binary");
        report("sqlite", &on_sqlite(program).expect("a trace"));
    }
}

#[test]
fn sqlite_answering_first_is_noticed() {
    let _turn = turn();
    if tracing_is_possible("sqlite_planted_early_answers_reported", ">0") {
        let program = Program::planted(PLANT).expect("the planted binary");
        report_planted("sqlite", &on_sqlite(program).expect("a trace"));
    }
}

#[test]
fn postgresql_commits_before_it_answers() {
    let _turn = turn();
    match PostgresDatabase::create().expect("a database") {
        Some(database) => {
            let program = Program::shipped().expect("the shipped binary");
            report(
                "postgresql",
                &on_postgresql(database, &program).expect("a recording"),
            );
        }
        None => not_measured(
            "1.7",
            "postgresql_early_answers",
            "no PostgreSQL",
            "0 of >=1000",
        ),
    }
}

#[test]
fn postgresql_answering_first_is_noticed() {
    let _turn = turn();
    let name = "postgresql_planted_early_answers_reported";
    match PostgresDatabase::create().expect("a database") {
        Some(database) => {
            let program = Program::planted(PLANT).expect("the planted binary");
            report_planted(
                "postgresql",
                &on_postgresql(database, &program).expect("a recording"),
            );
        }
        None => not_measured("1.7", name, "no PostgreSQL", ">0"),
    }
}

#[test]
fn the_shipped_binary_holds_no_planted_bug() {
    let names_in = |path: &Path| {
        let bytes = std::fs::read(path).expect("a binary");
        let holds = |name: &&str| {
            bytes
                .windows(name.len())
                .any(|part| part == name.as_bytes())
        };
        NAMES.into_iter().filter(holds).count()
    };
    let shipped = names_in(&Program::shipped().expect("the shipped binary").path);
    let planted = names_in(&Program::planted(PLANT).expect("the planted binary").path);
    row(
        "1.7",
        "names_of_planted_bugs_in_the_shipped_binary",
        shipped,
        "0",
        shipped == 0,
    );
    assert_eq!(shipped, 0);
    // Otherwise the look into the shipped binary would prove nothing.
    assert_eq!(planted, NAMES.len(), "the planted binary holds all names");
}
