//! Row 1.7: no watch is answered before its alarm is durable. On SQLite a tracer sees the sync of
//! the log between receipt and answer; on PostgreSQL a proxy sees the commit reported before the
//! watch holds its answer. The same code must report a service that answers first.

mod witness {
    pub(crate) mod measure;
    pub(crate) mod mqtt;
}

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use integration::postgres::PostgresDatabase;
use integration::process::Program;
use integration::scorecard::{not_measured, row, say};
use integration::strace::Trace;

use witness::measure::{Judged, on_postgresql, on_sqlite};

/// Answers that must be judged at least.
const ENOUGH: u64 = 1_000;
/// What answers too early.
const PLANT: &str = "answer_before_commit";
/// Names that only the planted binary may hold.
const NAMES: [&str; 21] = [
    "ANLIN_PLANT",
    PLANT,
    "no_event_key",
    "forget_timer",
    "wedged_index",
    "synchronous_normal",
    "commit_error_ignored",
    "shed_alarms",
    "unknown_device_dropped",
    "split_incident",
    "wrong_incident",
    "orphan_after_accept",
    "timer_early",
    "lease_without_fencing",
    "slow_worker",
    "outbox_done_first",
    "all_clear_forgotten",
    "notice_forgotten",
    "second_accept_wins",
    "telemetry_first",
    "utc_hours",
];

fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
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
    tracing_is_possible_for("1.7", name, target)
}

fn tracing_is_possible_for(number: &str, name: &str, target: &str) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let possible = Trace::is_possible(folder.path());
    if !possible {
        not_measured(number, name, "processes cannot be traced here", target);
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

fn report_mqtt(name: &str, good: bool, judged: &integration::strace::Witnessed, target: &str) {
    let figures = format!(
        "{} of {} early, {} not seen",
        judged.early, judged.answers, judged.unseen
    );
    say(&format!("mqtt: {figures}"));
    row(
        "3.4",
        name,
        format_args!("{}/{}", judged.early, judged.answers),
        target,
        good,
    );
    assert!(good, "{name}: {figures}");
}

#[test]
fn mqtt_syncs_before_it_acknowledges() {
    let _turn = turn();
    let (name, target) = ("mqtt_early_pubacks", "0 of >=1000");
    if tracing_is_possible_for("3.4", name, target) {
        let program = Program::shipped().expect("the shipped binary");
        let judged = witness::mqtt::traced(program).expect("a trace");
        let good = judged.early == 0 && judged.answers >= ENOUGH && judged.unseen == 0;
        report_mqtt(name, good, &judged, target);
    }
}

#[test]
fn mqtt_acknowledging_first_is_noticed() {
    let _turn = turn();
    let (name, target) = ("mqtt_planted_early_pubacks_reported", ">0");
    if tracing_is_possible_for("3.4", name, target) {
        let program = Program::planted(PLANT).expect("the planted binary");
        let judged = witness::mqtt::traced(program).expect("a trace");
        let good = judged.early > 0 && judged.answers >= 100;
        report_mqtt(name, good, &judged, target);
    }
}

#[test]
fn mqtt_waits_for_a_held_database() {
    let _turn = turn();
    let program = Program::shipped().expect("the shipped binary");
    let held = witness::mqtt::locked(&program).expect("a measurement");
    let value = format!("{}/{}", held.during, held.sent - held.stored);
    let good = held.during == 0 && held.after == held.sent && held.stored == held.sent;
    row(
        "3.4",
        "mqtt_answers_while_the_database_is_held_and_lost_after",
        &value,
        "0/0",
        good,
    );
    assert!(good, "{value}");
}

#[test]
fn mqtt_answers_under_a_held_database_are_noticed() {
    let _turn = turn();
    let program = Program::planted(PLANT).expect("the planted binary");
    let held = witness::mqtt::locked(&program).expect("a measurement");
    let good = held.during > 0;
    row(
        "3.4",
        "mqtt_planted_answers_while_the_database_is_held",
        held.during,
        ">0",
        good,
    );
    assert!(good, "nothing was answered too early");
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
