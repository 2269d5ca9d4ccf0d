//! Row 4.2: the power is cut at random instants under load. What was not synced is gone, or there
//! in part; what was acknowledged is there.

use integration::crash::{Campaign, Outcome};
use integration::process::Program;
use integration::scorecard::{in_tier, row, say, seed};
use integration::shim::Disk;

use crate::{place, turn};

/// Alarms a second.
const RATE: u32 = 100;
/// Between two cuts, milliseconds.
const SERVES_MS: (u64, u64) = (150, 1_100);

#[derive(Debug)]
struct Cuts {
    outcome: Outcome,
    sound: u32,
    torn_sectors: u64,
}

fn cut(program: Program, cuts: u32, torn: bool) -> Cuts {
    let _turn = turn();
    let site = place().expect("a copy in memory");
    let disk = Disk::of(&site).expect("a disk");
    let seed = seed();
    say(&format!("random instants from ANLIN_TEST_SEED={seed}"));
    let campaign = Campaign {
        program: disk.under(program).expect("a library"),
        kills: cuts,
        rate_per_s: RATE,
        telemetry_per_s: 0,
        serves_ms: SERVES_MS,
        warm_up: 50,
        seed,
    };
    let (mut sound, mut torn_sectors) = (0, 0);
    let outcome = campaign.run_with(&site, |instants| {
        torn_sectors += disk.cut(torn.then_some(instants))?;
        let complaints = disk.complaints()?;
        say(&format!("{complaints:?}"));
        sound += u32::from(complaints.is_empty());
        Ok(())
    });
    let outcome = outcome.expect("a campaign");
    say(&format!(
        "{} acknowledged, {} sent, {torn_sectors} sectors torn, {:?}",
        outcome.acknowledged, outcome.sends, outcome.verdict
    ));
    Cuts {
        outcome,
        sound,
        torn_sectors,
    }
}

fn report(kind: &str, cuts: u32, seen: &Cuts) {
    let verdict = &seen.outcome.verdict;
    let name = |what: &str| format!("{kind}_{what}");
    let acknowledged = seen.outcome.acknowledged;
    let figures = [
        row(
            "4.2",
            &name("acknowledged_alarms_lost"),
            format_args!("{}/{acknowledged} over {cuts} cuts", verdict.lost),
            "0",
            verdict.lost == 0 && acknowledged >= 100,
        ),
        row(
            "4.2",
            &name("databases_sound"),
            format_args!("{}/{cuts}", seen.sound),
            "all",
            seen.sound == cuts,
        ),
        row(
            "4.2",
            &name("duplicates_and_orphans"),
            verdict.duplicates() + verdict.unguarded() + verdict.astray,
            "0",
            verdict.duplicates() + verdict.unguarded() + verdict.astray == 0,
        ),
    ];
    assert!(figures.iter().all(|good| *good), "{seen:?}");
}

#[test]
fn what_was_acknowledged_survives_the_loss_of_all_that_was_not_synced() {
    let cuts = in_tier(15, 100);
    let seen = cut(Program::shipped().expect("the binary"), cuts, false);
    report("strict", cuts, &seen);
}

#[test]
fn what_was_acknowledged_survives_torn_writes() {
    let cuts = in_tier(15, 100);
    let seen = cut(Program::shipped().expect("the binary"), cuts, true);
    assert!(seen.torn_sectors > 0, "nothing was torn: {seen:?}");
    report("torn", cuts, &seen);
}

#[test]
fn a_log_that_is_not_synced_at_each_commit_is_noticed_as_loss() {
    let program = Program::planted("synchronous_normal").expect("the planted binary");
    let seen = cut(program, 4, false);
    let lost = seen.outcome.verdict.lost;
    let caught = lost > 0 && seen.outcome.acknowledged >= 100;
    row(
        "4.2",
        "planted_synchronous_normal_reported_lost",
        lost,
        ">0",
        caught,
    );
    assert!(caught, "{seen:?}");
}
