//! The simulation: no history breaks an invariant, every history can be played again, every planted
//! bug is found, and every transition and fault was there.

use std::process::{Command, Output};

use integration::scorecard::{row, say, timed_row};
use integration::simulation::{Bug, Switches, not_played, run, run_many, shrink};
use server::stages::monotonic;

/// How often each transition and each fault must be seen at least.
const LEAST: u64 = 50;
/// Seeds of the normal run and of the deep one.
const SEEDS: (u64, u64) = (1_000, 50_000);
/// Seconds the normal run may take on two cores.
const WITHIN_S: f64 = 180.0;

fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

fn simulate(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.args(arguments).output().expect("simulate runs")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn row_4_6_no_history_loses_doubles_or_forgets_an_alarm() {
    let is_deep = std::env::var("ANLIN_DEEP").is_ok_and(|tier| tier == "1");
    let seeds = if is_deep { SEEDS.1 } else { SEEDS.0 };
    let began = monotonic();
    let played = run_many(1, seeds, threads(), None, false, &|_| {}).expect("shipped rules");
    let seconds = began.elapsed().as_secs_f64();
    for failure in played.failures.iter().take(10) {
        say(&format!("seed {} broke: {}", failure.seed, failure.what));
    }
    if let Some(first) = played.failures.first() {
        let shrunk = shrink(first.seed, None).expect("shipped rules");
        for line in shrunk.iter().flat_map(|shrunk| &shrunk.outcome.lines) {
            say(line);
        }
    }
    let gaps = played.coverage.gaps(LEAST);
    say(&played.coverage.table());
    for gap in &gaps {
        say(&format!("gap: {gap}"));
    }
    let broken = played.failures.len();
    // Rule of three: none of n bounds the share below 3/n with 95 % confidence.
    let bound = 300.0 / seeds as f64;
    let value = format!("{broken} of {seeds} seeds (95 % bound {bound:.2} %)");
    let is_whole = row("4.6", "simulation_broken", value, "0", broken == 0);
    let value = format!(
        "{} residents, {} alarms, {} faults",
        played.fewest_residents, played.fewest_alarms, played.fewest_faults
    );
    let is_rich =
        played.fewest_residents >= 20 && played.fewest_alarms >= 100 && played.fewest_faults >= 20;
    let is_rich = row(
        "4.6",
        "simulation_fewest_of_a_seed",
        value,
        "20, 100, 20",
        is_rich,
    );
    let shown = format!("{}, {} moves not played", gaps.len(), not_played());
    let is_covered = row("4.6", "simulation_gaps", shown, "0", gaps.is_empty());
    let days = played.days_per_minute(seconds);
    timed_row(
        "4.6",
        "simulation_seconds",
        format!("{seconds:.0} s, {days:.0} days a minute"),
        "180 s for 1000 seeds",
        seconds <= WITHIN_S * seeds as f64 / SEEDS.0 as f64,
    );
    assert!(is_whole && is_rich && is_covered, "{gaps:?}");
}

#[test]
fn row_4_6_a_seed_is_one_history() {
    let hash = |seed| {
        let outcome = run(seed, None, &Switches::default(), false).expect("shipped rules");
        (outcome.hash, outcome.steps)
    };
    let first: Vec<_> = (1..=20).map(hash).collect();
    let same = (1..=20)
        .zip(&first)
        .filter(|(seed, first)| hash(*seed) == **first);
    let same = same.count();
    let mut different = first.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), 20, "seeds are different histories");
    let is_same = row(
        "4.6",
        "simulation_replayed",
        format!("{same} of 20"),
        "20 of 20",
        same == 20,
    );
    assert!(is_same);
}

#[test]
fn telling_a_history_does_not_change_it() {
    let silent = run(3, None, &Switches::default(), false).expect("shipped rules");
    let aloud = run(3, None, &Switches::default(), true).expect("shipped rules");
    assert_eq!(silent.hash, aloud.hash);
    assert!(silent.lines.is_empty());
    assert!(aloud.lines.len() > 1_000, "{} lines", aloud.lines.len());
}

/// A planted bug is found by the invariant that is meant to, within so many seeds.
fn is_found(bug: Bug, within: u64, invariants: &[&str]) {
    let seeds = run_many(1, within, threads(), Some(bug), true, &|_| {}).expect("shipped rules");
    let first = seeds.failures.first();
    let first = first.unwrap_or_else(|| panic!("{} was not found", bug.as_str()));
    let outcome = run(first.seed, Some(bug), &Switches::default(), false).expect("shipped rules");
    let violation = outcome.violation.expect("the same seed breaks again");
    assert!(
        invariants.contains(&violation.invariant),
        "{} was found as {violation}",
        bug.as_str()
    );
    // The same seed without the bug is whole: it was the bug that was found.
    let whole = run(first.seed, None, &Switches::default(), false).expect("shipped rules");
    assert_eq!(whole.violation, None);
    say(&format!(
        "{}: seed {}: {violation}",
        bug.as_str(),
        first.seed
    ));
}

macro_rules! found {
    ($($test:ident: $bug:ident within $seeds:literal as $($invariant:literal)|+;)+) => {
        $(#[test]
        fn $test() {
            is_found(Bug::$bug, $seeds, &[$($invariant),+]);
        })+

        #[test]
        fn every_planted_bug_has_a_test() {
            let tested = [$(Bug::$bug),+];
            assert!(Bug::ALL.iter().all(|bug| tested.contains(bug)));
        }
    };
}

found! {
    an_answer_before_the_commit_is_found: AckBeforeSave within 5 as "I1";
    a_dropped_conflict_is_found: DropOnConflict within 40 as "I1";
    a_lease_without_fencing_is_found: NoFencing within 60 as "I4";
    a_forgotten_guard_is_found: ForgetGuard within 5 as "I3";
    a_missing_all_clear_is_found: NoAllClear within 5 as "I5";
    a_second_yes_is_found: DoubleAccept within 60 as "I2";
    keys_in_memory_are_found: KeysInMemory within 10 as "I2";
    early_timers_are_found: EarlyTimers within 5 as "I4";
    shed_alarms_are_found: ShedAlarms within 40 as "I7";
    a_forgotten_notice_is_found: ForgetNotice within 20 as "I5";
    thrown_away_bytes_are_found: DropUndecodable within 10 as "I1";
    offers_that_stay_open_are_found: OffersStayOpen within 20 as "I3";
    an_endless_lease_is_found: EndlessLease within 40 as "I4" | "end";
    a_forgotten_frame_is_found: UndecidedForgotten within 60 as "I6";
}

#[test]
fn a_failing_history_shrinks_to_what_matters() {
    let shrunk = shrink(1, Some(Bug::NoAllClear)).expect("shipped rules");
    let shrunk = shrunk.expect("a failing seed");
    let violation = shrunk.outcome.violation.expect("still broken");
    assert_eq!(violation.invariant, "I5");
    assert!(shrunk.alarms.0 <= 3, "{:?} alarms", shrunk.alarms);
    assert_eq!(shrunk.troubles.0, 0, "no trouble is needed");
    assert_eq!(shrunk.faults, []);
    assert!(
        shrunk.outcome.lines.len() < 60,
        "{:?}",
        shrunk.outcome.lines
    );
    let whole = shrink(1, None).expect("shipped rules");
    assert!(whole.is_none(), "a whole history does not shrink");
}

#[test]
fn a_developer_plays_seeds_from_the_command_line() {
    let many = simulate(&["--seeds", "6", "--from", "11"]);
    assert!(many.status.success(), "{}", told(&many));
    let text = told(&many);
    assert!(
        text.contains("6 seeds in") && text.contains("0 broken"),
        "{text}"
    );
    let trace = simulate(&["--seed", "11", "--trace"]);
    let text = told(&trace);
    assert!(trace.status.success(), "{text}");
    assert!(
        text.contains("fault: ") && text.contains("healed: "),
        "{text}"
    );
    assert!(text.contains("no invariant broke"), "{text}");
}

#[test]
fn a_broken_seed_is_named_and_shrunk_on_the_command_line() {
    let broken = simulate(&["--seed", "1", "--bug", "forget-guard"]);
    assert_eq!(broken.status.code(), Some(1));
    let text = told(&broken);
    assert!(
        text.contains("seed 1: ") && text.contains("shrunk in "),
        "{text}"
    );
    assert!(text.contains("BROKEN I3"), "{text}");
    let many = simulate(&["--seeds", "3", "--bug", "forget-guard"]);
    assert_eq!(many.status.code(), Some(1));
    assert!(told(&many).contains("first: seed 1"), "{}", told(&many));
}

#[test]
fn the_command_explains_itself_and_refuses_nonsense() {
    let help = simulate(&["--help"]);
    assert!(help.status.success());
    for flag in [
        "--seeds",
        "--from",
        "--seed",
        "--trace",
        "--bug",
        "--threads",
    ] {
        assert!(told(&help).contains(flag), "{flag}");
    }
    for wrong in [&["--bug", "none-such"][..], &["--trace"], &["--seeds", "x"]] {
        assert_eq!(simulate(wrong).status.code(), Some(2), "{wrong:?}");
    }
}
