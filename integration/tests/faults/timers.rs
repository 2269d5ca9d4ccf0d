//! Row 4.5: every timer takes effect once, never early, whatever happens to the wall clock and to
//! the processes meanwhile.

use std::process::Command;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use domain::time::Timestamp;
use integration::crash::Instants;
use integration::load::{Load, Plan};
use integration::process::{Program, Server, Site};
use integration::scorecard::{in_tier, row, say, seed, timed_row};
use integration::shim::Clock;
use integration::timer_truth::{Truth, Watcher};

use crate::{place, turn};

/// Alarms a second while timers are set.
const RATE: u32 = 250;
/// How long all timers may take from the last alarm on.
const WITHIN: Duration = Duration::from_secs(180);
/// What a restart may hold up.
const HELD_UP_MS: i64 = 3_000;
/// How long the leader is paused: longer than its lease.
const PAUSED: Duration = Duration::from_secs(4);
/// Where the wall clock goes, in seconds beside the truth; the moments at which Berlin turns its
/// clock are added.
const JUMPS: [i64; 5] = [7_200, -7_200, 3 * 86_400, -3 * 86_400, 0];
/// Just before Berlin turns its clock back, and forward.
const TURNS: [&str; 2] = ["2026-10-25T00:59:59Z", "2027-03-28T00:59:59Z"];

/// One server beside another on the same file, with a wall clock that the test moves.
struct Pair {
    site: Site,
    beside: Site,
    program: Program,
    clock: Clock,
    offsets: Vec<i64>,
    jumps: usize,
    held_up: Vec<(Timestamp, Timestamp)>,
}

impl Pair {
    fn new() -> anyhow::Result<Self> {
        let site = place()?;
        let clock = Clock::right(site.folder().join("clock"))?;
        // A zone that turns its clock: nothing may depend on where the server hangs.
        let program = clock.of(Program::shipped()?)?.with("TZ", "Europe/Berlin");
        Ok(Self {
            beside: site.beside()?,
            site,
            program,
            clock,
            offsets: JUMPS.to_vec(),
            jumps: 0,
            held_up: Vec::new(),
        })
    }

    fn jump(&mut self) -> anyhow::Result<()> {
        let to = self.offsets[self.jumps % self.offsets.len()];
        self.jumps += 1;
        self.clock.set_off_s(to)
    }

    /// The database has no writer at this moment, so that a pause holds no lock of it.
    fn is_free(&self) -> anyhow::Result<bool> {
        let mut conn = SqliteConnection::establish(&self.site.sqlite_file().to_string_lossy())?;
        conn.batch_execute("PRAGMA busy_timeout = 300")?;
        Ok(conn.batch_execute("BEGIN IMMEDIATE; ROLLBACK").is_ok())
    }

    /// Pauses a server past its lease, at a moment in which it holds timers at most.
    fn pause(&mut self, server: &Server, watcher: &Watcher) -> anyhow::Result<()> {
        for _ in 0..20 {
            signal("-STOP", server.pid())?;
            let from = watcher.now();
            if self.is_free()? {
                std::thread::sleep(PAUSED);
                signal("-CONT", server.pid())?;
                self.held_up
                    .push((from - chrono::TimeDelta::seconds(2), watcher.now()));
                return Ok(());
            }
            signal("-CONT", server.pid())?;
            std::thread::sleep(Duration::from_millis(50));
        }
        anyhow::bail!("the leader always holds the database")
    }

    /// Kills a server and starts it again; the wall clock jumps while it is away.
    fn restart(&mut self, server: &mut Server, watcher: &Watcher) -> anyhow::Result<()> {
        let from = watcher.now();
        server.kill();
        self.jump()?;
        *server = Server::start(&self.site, &self.program)?;
        let lease = chrono::TimeDelta::seconds(2);
        self.held_up.push((from - lease, watcher.now()));
        Ok(())
    }
}

fn signal(which: &str, pid: u32) -> anyhow::Result<()> {
    let sent = Command::new("kill")
        .args([which, &pid.to_string()])
        .status()?;
    anyhow::ensure!(sent.success(), "kill {which}");
    Ok(())
}

/// Seconds from now to the moments at which Berlin turns its clock.
fn turns(now: Timestamp) -> Vec<i64> {
    let moments = TURNS.iter().map(|text| text.parse::<Timestamp>());
    let moments = moments.map(|at| at.expect("a moment"));
    moments.map(|at| (at - now).num_seconds()).collect()
}

fn story(timers: u32, kills: u32) -> anyhow::Result<(Truth, usize)> {
    let mut pair = Pair::new()?;
    let mut leader = Server::start(&pair.site, &pair.program)?;
    let _second = Server::start(&pair.beside, &pair.program)?;
    let watcher = Watcher::start(&pair.site)?;
    pair.offsets.extend(turns(watcher.now()));
    let seed = seed();
    say(&format!("random instants from ANLIN_TEST_SEED={seed}"));
    let mut instants = Instants::from(seed);
    let plan = Plan {
        rate_per_s: RATE,
        lanes: 40,
        alarms_per_watch: 1,
        registered: Vec::new(),
        lost_answer_every: None,
        telemetry_per_s: 0,
        first: 0,
        at_most: timers,
    };
    let mut load = Load::start(
        pair.site.watch,
        plan,
        &pair.site.folder().join("watches.log"),
    )?;
    let setting = u64::from(timers / RATE);
    // Kills and jumps while timers are set, and from their first due moment on.
    let phases = [(kills / 3, setting), (kills - kills / 3, setting + 2)];
    for (count, seconds) in phases {
        let began = watcher.now();
        let share = seconds * 1_000 / u64::from(count.max(1) + 1);
        for number in 0..count {
            std::thread::sleep(Duration::from_millis(instants.between((share / 2, share))));
            pair.jump()?;
            std::thread::sleep(Duration::from_millis(share / 4));
            pair.restart(&mut leader, &watcher)?;
            if number + 1 == count && count > kills / 3 {
                pair.pause(&leader, &watcher)?;
            }
        }
        if count == kills / 3 {
            anyhow::ensure!(load.drain(WITHIN), "unanswered: {}", pair.site.output_end());
            let first_due = began + chrono::TimeDelta::seconds(60);
            let wait = (first_due - watcher.now()).to_std().unwrap_or_default();
            std::thread::sleep(wait);
        }
    }
    let deadline = watcher.now() + chrono::TimeDelta::from_std(WITHIN)?;
    while watcher.fired() < usize::try_from(timers)? && watcher.now() < deadline {
        std::thread::sleep(Duration::from_millis(200));
    }
    // A second effect would come with the lease of the first.
    std::thread::sleep(Duration::from_secs(3));
    let held_up = pair.held_up.clone();
    Ok((watcher.judge(&held_up)?, pair.jumps))
}

#[test]
fn timers_take_effect_once_and_never_early() {
    let _turn = turn();
    let (timers, kills) = (in_tier(4_000, 10_000), in_tier(6, 20));
    let (truth, jumps) = story(timers, kills).expect("a story");
    let (steady, held) = (Truth::p99(&truth.late_ms), Truth::p99(&truth.held_up_ms));
    say(&format!(
        "{timers} timers, {kills} kills, {jumps} jumps of the wall clock, 1 pause past the lease; \
         late p99 {steady} ms of {} in quiet times, {held} ms of {} held up, worst {:?} and {:?}",
        truth.late_ms.len(),
        truth.held_up_ms.len(),
        truth.late_ms.last(),
        truth.held_up_ms.last(),
    ));
    let all = usize::try_from(timers).expect("few");
    let fired = format!("{}/{} over {kills} kills", truth.fired, truth.timers);
    let good = [
        row(
            "4.5",
            "timers_fired",
            fired,
            "all",
            truth.fired == all && truth.timers == all,
        ),
        row("4.5", "timers_early", truth.early, "0", truth.early == 0),
        row("4.5", "timers_twice", truth.twice, "0", truth.twice == 0),
        row(
            "4.5",
            "lines_with_a_wrong_time",
            format_args!("{} over {jumps} jumps", truth.wrong_time),
            "0",
            truth.wrong_time == 0 && jumps >= 6,
        ),
    ];
    timed_row("4.5", "late_p99_ms", steady, "<=500", steady <= 500);
    timed_row(
        "4.5",
        "late_p99_ms_after_a_restart",
        held,
        "<=3000",
        held <= HELD_UP_MS,
    );
    let has_both = !truth.late_ms.is_empty() && !truth.held_up_ms.is_empty();
    assert!(good.iter().all(|it| *it) && has_both, "{good:?}");
}
