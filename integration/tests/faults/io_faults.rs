//! Row 4.3: the n-th write, sync, open or truncation of the server fails, once or from then on.

use std::time::Duration;

use integration::io_faults::{Sweep, Swept, all};
use integration::process::Program;
use integration::scorecard::{in_tier, not_measured, row, say};
use integration::strace::{Injection, Trace};

use crate::{place, turn};

/// How long the normal tier sweeps.
const QUICK_S: u32 = 140;
/// Places that are swept at once.
const LANES: usize = 4;
/// How long the deep one may, to the end of the list.
const DEEP_S: u32 = 3_000;

#[test]
fn no_failing_call_makes_the_service_acknowledge_what_it_lost() {
    let _turn = turn();
    let points = all();
    let within = Duration::from_secs(in_tier(QUICK_S, DEEP_S).into());
    // Most of a point is waiting: several at once on few cores.
    let lane = |first| points.iter().copied().skip(first).step_by(LANES).collect();
    let lanes: Vec<Vec<_>> = (0..LANES).map(lane).collect();
    let swept = std::thread::scope(|scope| {
        let running: Vec<_> = lanes
            .iter()
            .map(|lane| {
                let site = place().expect("a copy in memory");
                let program = Program::shipped().expect("the shipped binary");
                let sweep = Sweep::of(site, program).expect("a sweep");
                scope.spawn(move || sweep.run(lane, within))
            })
            .collect();
        let mut swept = Swept::default();
        for lane in running {
            swept.add(lane.join().expect("a lane").expect("a sweep"));
        }
        swept
    });
    say(&format!("{} points there are; {swept:?}", points.len()));
    let tried = swept.points + swept.unreached;
    let whole = in_tier(0, 1) == 1;
    let (enough, target) = match whole {
        true => (tried >= 500, ">=500"),
        false => (tried >= 250, ">=250, all with --deep"),
    };
    let good = [
        row(
            "4.3",
            "points_swept",
            format_args!("{tried} ({} failed a call)", swept.points),
            target,
            enough && swept.points * 2 > tried,
        ),
        row(
            "4.3",
            "false_acknowledgements",
            format_args!("{}/{}", swept.false_acks, swept.acknowledged),
            "0",
            swept.false_acks == 0 && swept.acknowledged >= 100,
        ),
        row(
            "4.3",
            "corruption",
            swept.corruption,
            "0",
            swept.corruption == 0,
        ),
        row(
            "4.3",
            "recovered_after_a_fault_that_happened_once",
            format_args!("{}/{}", swept.served_on + swept.restarted, swept.once),
            "all",
            swept.stuck.is_empty() && swept.served_on + swept.restarted == swept.once,
        ),
    ];
    assert!(good.iter().all(|it| *it), "{:?}", swept.stuck);
}

#[test]
fn faults_of_a_tracer_find_the_same() {
    let _turn = turn();
    let folder = tempfile::tempdir().expect("a folder");
    let name = "traced_false_acknowledgements";
    if !Trace::is_possible(folder.path()) {
        return not_measured("4.3", name, "processes cannot be traced here", "0");
    }
    let mut points = Vec::new();
    for (call, at) in [
        ("fdatasync", 1),
        ("fdatasync", 3),
        ("pwrite64", 2),
        ("pwrite64", 30),
    ] {
        for (error, forever) in [("EIO", false), ("ENOSPC", true)] {
            points.push(Injection {
                call,
                error,
                at,
                forever,
            });
        }
    }
    let site = place().expect("a copy in memory");
    let program = Program::shipped().expect("the shipped binary");
    let swept = Sweep::of(site, program)
        .expect("a sweep")
        .run_traced(&points);
    let swept = swept.expect("a sweep");
    say(&format!("{swept:?}"));
    let good = swept.false_acks == 0 && swept.corruption == 0 && swept.acknowledged > 0;
    let value = format!(
        "{}/{} over {} faults",
        swept.false_acks, swept.acknowledged, swept.points
    );
    row("4.3", name, value, "0", good);
    assert!(good, "{swept:?}");
}

#[test]
fn a_commit_error_that_is_ignored_is_noticed_as_a_false_acknowledgement() {
    let _turn = turn();
    let site = place().expect("a copy in memory");
    let program = Program::planted("commit_error_ignored").expect("the planted binary");
    let sweep = Sweep::of(site, program).expect("a sweep");
    let swept = sweep
        .run(&all()[..40], Duration::from_secs(30))
        .expect("a sweep");
    say(&format!("{swept:?}"));
    let caught = swept.false_acks > 0;
    row(
        "4.3",
        "planted_commit_error_ignored_reported_false_acks",
        swept.false_acks,
        ">0",
        caught,
    );
    assert!(caught, "{swept:?}");
}
