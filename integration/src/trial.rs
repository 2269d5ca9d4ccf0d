//! A server is tried once: alarms, answers of people, telemetry in the way, a cut of the power. Then
//! everything that can be wrong is counted, so that each planted bug is told by its own count.

mod answers;
mod crossing;

use std::time::Duration;

use anyhow::ensure;

use crate::books::Books;
use crate::load::{Load, Plan};
use crate::process::{Program, Server, Site};
use crate::shim::{Calls, Disk, Failure, Faults};

/// Alarms that are sent.
const ALARMS: u32 = 130;
/// Alarms a second.
const RATE: u32 = 90;
/// How long all of them may take.
const WITHIN: Duration = Duration::from_secs(40);
/// How long notices may take to be told.
const TOLD_WITHIN: Duration = Duration::from_secs(4);

/// What a trial needs beside the usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// A second server on the same database, and time to tell.
    SecondServer,
    /// A sync that fails once.
    FailingSync,
}

/// What was found, each as a count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Alarms acknowledged.
    pub acknowledged: usize,
    /// Acknowledged alarms that are not there.
    pub lost: u64,
    /// Alarms stored more than once.
    pub stored_twice: u64,
    /// Further open incidents of one cause.
    pub split: u64,
    /// Open incidents without a timer.
    pub orphans: u64,
    /// Timers that took effect too early.
    pub early: u64,
    /// Notices that ended twice.
    pub told_twice: u64,
    /// Notices done without a try.
    pub never_told: u64,
    /// People not told that they need not go.
    pub no_all_clear: u64,
    /// Incidents of which nobody was told.
    pub untold: u64,
    /// Frames under somebody else's incident.
    pub misfiled: u64,
    /// Alarms that telemetry overtook.
    pub overtaken: u64,
    /// People asked outside their hours.
    pub off_duty: u64,
    /// Incidents that two people were told to go to.
    pub two_yes: u64,
}

impl Findings {
    /// The counts with their names.
    pub fn counts(&self) -> [(&'static str, u64); 13] {
        [
            ("lost", self.lost),
            ("stored_twice", self.stored_twice),
            ("split", self.split),
            ("orphans", self.orphans),
            ("early", self.early),
            ("told_twice", self.told_twice),
            ("never_told", self.never_told),
            ("no_all_clear", self.no_all_clear),
            ("untold", self.untold),
            ("misfiled", self.misfiled),
            ("overtaken", self.overtaken),
            ("off_duty", self.off_duty),
            ("two_yes", self.two_yes),
        ]
    }
}

/// Tries a program on a seeded place in memory.
///
/// # Errors
/// When the server does not start or does not serve.
pub fn run(site: &Site, program: Program, beside: Beside) -> anyhow::Result<Findings> {
    let disk = Disk::of(site)?;
    let faults = Faults::none(site.folder().join("faults"))?;
    let program = disk.under(faults.of(program, &site.data_dir())?)?;
    let mut server = Server::start(site, &program)?;
    let mut second = match beside {
        Beside::SecondServer => Some(Server::start(&site.beside()?, &program)?),
        Beside::Nothing | Beside::FailingSync => None,
    };
    let plan = plan(site)?;
    let mut load = Load::start(site.watch, plan.clone(), &site.folder().join("watches.log"))?;
    if beside == Beside::FailingSync {
        // Not every commit holds an alarm, so one that fails is not enough.
        for _ in 0..10 {
            faults.set(Calls::Sync, Failure::Eio, 1, false)?;
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    ensure!(load.drain(WITHIN), "unanswered: {}", site.output_end());
    let two_yes = answers::race(site)?;
    crossing::telemetry_before_alarms(site)?;
    if beside == Beside::SecondServer {
        std::thread::sleep(TOLD_WITHIN);
    }
    // Alarms up to the very end: what is still only in memory must not have been acknowledged.
    let last = Plan {
        first: ALARMS,
        at_most: 20,
        ..plan.clone()
    };
    let mut end = Load::start(site.watch, last, &site.folder().join("last.log"))?;
    let drained = end.drain(WITHIN);
    server.kill();
    if let Some(second) = &mut second {
        second.kill();
    }
    ensure!(drained, "unanswered: {}", site.output_end());
    disk.cut(None)?;
    let mut acknowledged: Vec<u32> = load.log.acknowledged_at().into_keys().collect();
    acknowledged.extend(end.log.acknowledged_at().into_keys());
    let counted = count(site, &plan, &acknowledged)?;
    Ok(Findings { two_yes, ..counted })
}

fn plan(site: &Site) -> anyhow::Result<Plan> {
    Ok(Plan {
        rate_per_s: RATE,
        lanes: 20,
        alarms_per_watch: 3,
        registered: Books::open(site)?.registered_watches()?,
        lost_answer_every: Some(10),
        telemetry_per_s: 0,
        first: 0,
        at_most: ALARMS,
    })
}

fn count(site: &Site, plan: &Plan, acknowledged: &[u32]) -> anyhow::Result<Findings> {
    let mut books = Books::open(site)?;
    let stored = books.alarms()?;
    let mut found = Findings {
        acknowledged: acknowledged.len(),
        ..Findings::default()
    };
    for number in acknowledged {
        match stored.get(&plan.alarm(*number).frame()) {
            None => found.lost += 1,
            Some((copies, _)) => found.stored_twice += u64::from(copies - 1),
        }
    }
    found.split = books.split_incidents()?;
    found.orphans = books.orphans()?;
    found.early = books.early_timers()?;
    found.told_twice = books.told_twice()?;
    found.never_told = books.never_told()?;
    found.no_all_clear = books.missing_all_clears()?;
    found.untold = books.untold_incidents()?;
    found.misfiled = books.misfiled()?;
    found.overtaken = books.overtaken()?;
    found.off_duty = books.asked_off_duty()?;
    Ok(found)
}
