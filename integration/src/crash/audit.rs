//! The watches' log against the database.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use server::stages::monotonic;

use crate::books::Books;
use crate::load::Plan;
use crate::process::Site;

/// How long leases of killed workers and late timers may take to be worked off.
const SETTLES_WITHIN: Duration = Duration::from_secs(240);

/// What is wrong, each as a count; all of them must be 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Acknowledged alarms that are not stored.
    pub lost: u64,
    /// Acknowledged alarms that are stored and point to no incident.
    pub astray: u64,
    /// Alarms stored more than once.
    pub stored_twice: u64,
    /// Further open incidents of one cause.
    pub split: u64,
    /// Incidents that count more or fewer alarms than belong to them.
    pub miscounted: u64,
    /// Open incidents without a pending timer.
    pub orphans: u64,
    /// Timers that are due and in nobody's hands.
    pub stuck_timers: u64,
    /// Outbox rows that are neither ended nor planned nor in somebody's hands.
    pub stuck_outbox: u64,
    /// Alarms that nobody decided.
    pub undecided: u64,
    /// Incidents there are.
    pub incidents: u64,
    /// Open ones.
    pub open: u64,
    /// Outbox rows there are.
    pub outbox: u64,
}

impl Verdict {
    /// Everything by which an incident could come to be there twice.
    pub fn duplicates(&self) -> u64 {
        self.stored_twice + self.split + self.miscounted
    }

    /// Everything that nobody would ever look at again.
    pub fn unguarded(&self) -> u64 {
        self.orphans + self.stuck_timers + self.stuck_outbox + self.undecided
    }
}

/// Compares while the last server still runs.
pub(super) fn audit(
    site: &Site,
    plan: &Plan,
    acknowledged: &BTreeMap<u32, Instant>,
) -> anyhow::Result<Verdict> {
    let mut books = Books::open(site)?;
    let (stuck_timers, stuck_outbox, undecided) = settled(&mut books)?;
    let stored = books.alarms()?;
    let mut verdict = Verdict {
        stuck_timers,
        stuck_outbox,
        undecided,
        ..Verdict::default()
    };
    for number in acknowledged.keys() {
        match stored.get(&plan.alarm(*number).frame()) {
            None => verdict.lost += 1,
            Some((copies, astray)) => {
                verdict.stored_twice += u64::from(copies - 1);
                verdict.astray += u64::from(*astray);
            }
        }
    }
    verdict.split = books.split_incidents()?;
    verdict.miscounted = books.miscounted_incidents()?;
    verdict.orphans = books.orphans()?;
    (verdict.incidents, verdict.open, verdict.outbox) = books.sizes()?;
    Ok(verdict)
}

fn settled(books: &mut Books) -> anyhow::Result<(u64, u64, u64)> {
    let began = monotonic();
    loop {
        let stuck = books.stuck()?;
        if stuck == (0, 0, 0) || began.elapsed() > SETTLES_WITHIN {
            return Ok(stuck);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}
