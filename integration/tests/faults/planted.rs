//! Row 4.10: each planted bug is noticed by the count that is made for it. The same trial of a
//! server without a bug counts nothing at all.

use integration::process::Program;
use integration::scorecard::{row, say};
use integration::trial::{self, Beside, Findings};

use crate::{place, turn};

/// Alarms that a server must have served for its bug to count as seen.
const SERVED: usize = 100;

/// A bug, what it needs to show, and the count that must tell it.
const BUGS: [(&str, Beside, &str); 18] = [
    ("answer_before_commit", Beside::Nothing, "lost"),
    ("synchronous_normal", Beside::Nothing, "lost"),
    ("commit_error_ignored", Beside::FailingSync, "lost"),
    ("shed_alarms", Beside::Nothing, "lost"),
    ("unknown_device_dropped", Beside::Nothing, "lost"),
    ("no_event_key", Beside::Nothing, "stored_twice"),
    ("split_incident", Beside::Nothing, "split"),
    ("wrong_incident", Beside::Nothing, "misfiled"),
    ("forget_timer", Beside::Nothing, "orphans"),
    ("orphan_after_accept", Beside::Nothing, "orphans"),
    ("timer_early", Beside::Nothing, "early"),
    ("lease_without_fencing", Beside::SecondServer, "told_twice"),
    ("outbox_done_first", Beside::Nothing, "never_told"),
    ("all_clear_forgotten", Beside::Nothing, "no_all_clear"),
    ("notice_forgotten", Beside::Nothing, "untold"),
    ("second_accept_wins", Beside::Nothing, "two_yes"),
    ("telemetry_first", Beside::Nothing, "overtaken"),
    ("utc_hours", Beside::Nothing, "off_duty"),
];

fn tried(program: Program, beside: Beside) -> anyhow::Result<Findings> {
    trial::run(&place()?, program, beside)
}

#[test]
fn nothing_is_counted_where_nothing_was_planted() {
    let _turn = turn();
    let controls = [
        (Program::planted("no_bug"), Beside::Nothing),
        // As slow as the one without fencing, and with the fence.
        (Program::planted("slow_worker"), Beside::SecondServer),
        (Program::shipped(), Beside::Nothing),
    ];
    for (program, beside) in controls {
        let program = program.expect("a binary");
        let name = format!("{:?}", program.plant);
        let found = tried(program, beside).expect("a trial");
        say(&format!("{name}: {found:?}"));
        let wrong: u64 = found.counts().iter().map(|(_, count)| count).sum();
        assert!(
            wrong == 0 && found.acknowledged >= SERVED,
            "{name}: {found:?}"
        );
    }
}

#[test]
fn every_planted_bug_is_told_by_its_own_count() {
    let _turn = turn();
    let mut caught = Vec::new();
    let mut missed = Vec::new();
    for (bug, beside, wanted) in BUGS {
        let program = Program::planted(bug).expect("the planted binary");
        let found = tried(program.clone(), beside).or_else(|error| {
            say(&format!("{bug}: {error:#}; once more"));
            tried(program, beside)
        });
        let found = match found {
            Ok(found) => found,
            // A server that does not serve is no catch.
            Err(error) => {
                say(&format!("{bug}: {error:#}"));
                missed.push(bug);
                continue;
            }
        };
        let told = found.counts().into_iter().find(|(name, _)| *name == wanted);
        let (_, count) = told.expect("a count of this name");
        let is_caught = count > 0 && found.acknowledged >= SERVED;
        say(&format!("{bug}: {wanted} {count}; {found:?}"));
        let name = format!("planted_{bug}_reported_{wanted}");
        row("4.10", &name, count, ">0", is_caught);
        if is_caught { &mut caught } else { &mut missed }.push(bug);
    }
    let total = format!("{}/{}", caught.len(), BUGS.len());
    row(
        "4.10",
        "planted_bugs_caught",
        total,
        "all of >=15",
        missed.is_empty(),
    );
    assert!(missed.is_empty(), "not caught: {missed:?}");
}
