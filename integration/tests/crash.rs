//! Row 1.6: the server is killed at random instants under load, and nothing that was acknowledged
//! is lost, doubled or forgotten. The same suite must notice each planted bug.

use std::sync::{Mutex, MutexGuard, PoisonError};

use integration::crash::{Campaign, Outcome, SERVES_MS};
use integration::postgres::PostgresDatabase;
use integration::process::{Program, Site};
use integration::scorecard::{in_tier, not_measured, row, say, seed};

/// Alarms a second.
const RATE: u32 = 100;
/// Achieved share of the offered rate below which nothing was shown.
const ENOUGH_PCT: f64 = 95.0;

/// One campaign at a time: they measure rates.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn campaign(program: Program, kills: u32) -> Campaign {
    let seed = seed();
    say(&format!("random instants from ANLIN_TEST_SEED={seed}"));
    Campaign {
        program,
        kills,
        rate_per_s: RATE,
        telemetry_per_s: 0,
        serves_ms: SERVES_MS,
        warm_up: 100,
        seed,
    }
}

fn describe(outcome: &Outcome) {
    let (middle, worst) = outcome.restarts_ms();
    say(&format!(
        "{} kills; offered {} alarms at {:.1}/s, achieved {:.1}/s ({:.1} %), {} frames sent",
        outcome.kills,
        outcome.offered,
        outcome.offered_per_s,
        outcome.achieved_per_s,
        outcome.achieved_pct(),
        outcome.sends,
    ));
    say(&format!(
        "restart to first ack: p50 {middle} ms, worst {worst} ms"
    ));
    say(&format!("{:?}", outcome.verdict));
}

/// Writes the rows of one database; returns whether all of them are good.
fn report(database: &str, kills: u32, outcome: &Outcome) -> bool {
    describe(outcome);
    let verdict = &outcome.verdict;
    let busy = verdict.incidents > 0 && verdict.open > 0 && verdict.outbox > 0;
    let pct = outcome.achieved_pct();
    let (_, worst) = outcome.restarts_ms();
    let name = |what: &str| format!("{database}_{what}");
    let figures = [
        row(
            "1.6",
            &name("kills"),
            outcome.kills,
            &kills.to_string(),
            outcome.kills == kills,
        ),
        row(
            "1.6",
            &name("achieved_pct_of_100_alarms_per_s"),
            format_args!("{pct:.1}"),
            ">=95",
            pct >= ENOUGH_PCT && outcome.offered_per_s >= f64::from(RATE) * 0.95,
        ),
        row(
            "1.6",
            &name("acknowledged_alarms_lost"),
            format_args!("{}/{}", verdict.lost, outcome.acknowledged),
            "0",
            verdict.lost == 0 && outcome.acknowledged > 0,
        ),
        row(
            "1.6",
            &name("alarms_without_incident"),
            verdict.astray,
            "0",
            verdict.astray == 0,
        ),
        row(
            "1.6",
            &name("duplicate_incidents"),
            verdict.duplicates(),
            "0",
            verdict.duplicates() == 0 && busy,
        ),
        row(
            "1.6",
            &name("open_incidents_without_owner_or_timer"),
            format_args!("{}/{}", verdict.unguarded(), verdict.open),
            "0",
            verdict.unguarded() == 0 && busy,
        ),
        row(
            "1.6",
            &name("restart_to_first_ack_worst_ms"),
            worst,
            "<=10000",
            worst <= 10_000,
        ),
    ];
    figures.iter().all(|good| *good)
}

#[test]
fn sqlite_keeps_what_it_acknowledged_over_twenty_kills() {
    let _turn = turn();
    let site = Site::seeded_sqlite().expect("a seeded site");
    let program = Program::shipped().expect("the shipped binary");
    let kills = in_tier(20, 100);
    let outcome = campaign(program, kills).run(&site).expect("a campaign");
    assert!(report("sqlite", kills, &outcome), "{outcome:?}");
}

#[test]
fn postgresql_keeps_what_it_acknowledged_over_five_kills() {
    let _turn = turn();
    let Some(database) = PostgresDatabase::create().expect("a database") else {
        not_measured(
            "1.6",
            "postgresql_acknowledged_alarms_lost",
            "no PostgreSQL",
            "0",
        );
        return;
    };
    let site = Site::seeded_postgres(database).expect("a seeded site");
    let program = Program::shipped().expect("the shipped binary");
    let kills = in_tier(5, 30);
    let outcome = campaign(program, kills).run(&site).expect("a campaign");
    assert!(report("postgresql", kills, &outcome), "{outcome:?}");
}

/// Runs a planted bug until the suite has seen enough of it.
fn planted(plant: &'static str) -> Outcome {
    let _turn = turn();
    let site = Site::seeded_sqlite().expect("a seeded site");
    let program = Program::planted(plant).expect("the planted binary");
    let outcome = campaign(program, 4).run(&site).expect("a campaign");
    describe(&outcome);
    // A server that refuses to serve is no catch.
    assert!(outcome.acknowledged >= 100, "{plant}: {outcome:?}");
    outcome
}

#[test]
fn an_answer_before_the_commit_is_noticed_as_loss() {
    let outcome = planted("answer_before_commit");
    let verdict = &outcome.verdict;
    let caught = verdict.lost > 0 && verdict.orphans == 0;
    row(
        "1.6",
        "planted_answer_before_commit_reported_lost",
        verdict.lost,
        ">0",
        caught,
    );
    assert!(caught, "{outcome:?}");
}

#[test]
fn a_missing_event_key_is_noticed_as_duplicates() {
    let outcome = planted("no_event_key");
    let verdict = &outcome.verdict;
    let caught = verdict.stored_twice > 0 && verdict.lost == 0 && verdict.orphans == 0;
    row(
        "1.6",
        "planted_no_event_key_reported_twice",
        verdict.stored_twice,
        ">0",
        caught,
    );
    assert!(caught, "{outcome:?}");
}

#[test]
fn a_forgotten_timer_is_noticed_as_orphans() {
    let outcome = planted("forget_timer");
    let verdict = &outcome.verdict;
    let caught = verdict.orphans > 0 && verdict.lost == 0 && verdict.duplicates() == 0;
    row(
        "1.6",
        "planted_forget_timer_reported_orphans",
        verdict.orphans,
        ">0",
        caught,
    );
    assert!(caught, "{outcome:?}");
}
