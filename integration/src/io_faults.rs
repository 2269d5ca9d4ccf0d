//! The n-th call to the disk fails, for one n after another: nothing that was acknowledged may be
//! missing, nothing may be damaged, and after a fault that happens once the service serves again.

mod points;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::ensure;
use server::stages::monotonic;
use tokio::runtime::Runtime;

use crate::books::Books;
use crate::process::{Program, Server, Site};
use crate::scorecard::say;
use crate::shim::{Faults, complaints};
use crate::strace;
use crate::watch_device::{NumberedAlarm, WatchDevice};

pub use points::{Point, When, all};

/// Alarms sent at each point.
const ALARMS: u32 = 4;
/// How long a watch waits where a fault may be in the way.
const SHORT: Duration = Duration::from_millis(700);
/// How long a service may need until it serves again.
const RECOVERS_WITHIN: Duration = Duration::from_secs(10);
/// Points after which the database is looked through.
const LOOKED_THROUGH_EVERY: usize = 40;

/// What was found over all points.
#[derive(Clone, Debug, Default)]
pub struct Swept {
    /// Points at which a call really failed.
    pub points: usize,
    /// Points whose call never came.
    pub unreached: usize,
    /// Alarms acknowledged.
    pub acknowledged: usize,
    /// Acknowledged alarms that are not there.
    pub false_acks: usize,
    /// Complaints of the database.
    pub corruption: usize,
    /// Points that fail once.
    pub once: usize,
    /// Those after which the service served by itself.
    pub served_on: usize,
    /// Those after which it ended with an error and served when started again.
    pub restarted: usize,
    /// Those after which it did neither.
    pub stuck: Vec<String>,
}

impl Swept {
    /// Adds what another lane found.
    pub fn add(&mut self, other: Self) {
        self.points += other.points;
        self.unreached += other.unreached;
        self.acknowledged += other.acknowledged;
        self.false_acks += other.false_acks;
        self.corruption += other.corruption;
        self.once += other.once;
        self.served_on += other.served_on;
        self.restarted += other.restarted;
        self.stuck.extend(other.stuck);
    }
}

/// One place that is swept point by point.
pub struct Sweep {
    site: Site,
    plain: Program,
    faulty: Program,
    faults: Faults,
    server: Option<Server>,
    runtime: Runtime,
    number: u32,
    acknowledged: Vec<Vec<u8>>,
    found: Swept,
}

impl Sweep {
    /// On a place that nobody serves yet.
    ///
    /// # Errors
    /// When the library cannot be built.
    pub fn of(site: Site, program: Program) -> anyhow::Result<Self> {
        let faults = Faults::none(site.folder().join("faults"))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        Ok(Self {
            faulty: faults.of(program.clone(), &site.data_dir())?,
            plain: program,
            site,
            faults,
            server: None,
            runtime,
            number: 0,
            acknowledged: Vec::new(),
            found: Swept::default(),
        })
    }

    /// Tries points until the time is up. Returns what was found.
    ///
    /// # Errors
    /// When a server without a fault does not serve: then nothing more can be measured.
    pub fn run(mut self, points: &[Point], within: Duration) -> anyhow::Result<Swept> {
        let began = monotonic();
        for (index, point) in points.iter().enumerate() {
            if began.elapsed() > within {
                break;
            }
            self.try_point(point)?;
            if index % LOOKED_THROUGH_EVERY == 0 {
                self.look_through()?;
            }
        }
        self.look_through()?;
        self.found.acknowledged = self.acknowledged.len();
        Ok(self.found)
    }

    fn try_point(&mut self, point: &Point) -> anyhow::Result<()> {
        let started = match point.when {
            When::Serving => {
                self.serving()?;
                self.arm(point)?;
                true
            }
            When::Starting => {
                self.stop();
                self.arm(point)?;
                self.start_with_fault(point)
            }
        };
        if started {
            for _ in 0..ALARMS {
                // A fault may be in the way; what counts is what was acknowledged.
                if self.alarm(SHORT).is_err() && self.is_gone() {
                    break;
                }
            }
        }
        let (_, failed) = self.faults.counted()?;
        if failed == 0 {
            self.found.unreached += 1;
        } else {
            self.found.points += 1;
            self.recover(point)?;
        }
        self.faults.end()?;
        self.compare()
    }

    fn arm(&self, point: &Point) -> anyhow::Result<()> {
        self.faults
            .set(point.calls, point.how, point.at, point.forever)
    }

    /// Whether it is healthy in spite of the fault. If not, it must have ended by itself.
    fn start_with_fault(&mut self, point: &Point) -> bool {
        match Server::start(&self.site, &self.faulty) {
            Ok(server) => {
                self.server = Some(server);
                true
            }
            Err(error) => {
                let text = format!("{error:#}");
                let ended = text.contains("ended at start") && !text.contains("exit status: 0");
                if !ended && !point.forever {
                    self.found.stuck.push(format!("{point:?}: {text}"));
                }
                false
            }
        }
    }

    /// After a fault: by itself or by a restart, the service must serve.
    fn recover(&mut self, point: &Point) -> anyhow::Result<()> {
        if point.forever {
            self.stop();
            self.faults.end()?;
            return self.serving();
        }
        self.found.once += 1;
        let began = monotonic();
        while began.elapsed() < RECOVERS_WITHIN {
            match self.server.as_mut().map(Server::exit_code) {
                None | Some(Some(_)) => break,
                Some(None) => {}
            }
            if self.alarm(SHORT).is_ok() {
                self.found.served_on += 1;
                return Ok(());
            }
        }
        let code = self.server.as_mut().and_then(Server::exit_code);
        if self.server.is_some() && code.is_none_or(|code| code == 0) {
            self.found.stuck.push(format!("{point:?}: {code:?}"));
        }
        self.stop();
        self.faults.end()?;
        self.serving()?;
        self.alarm(RECOVERS_WITHIN)?;
        self.found.restarted += 1;
        Ok(())
    }

    fn is_gone(&mut self) -> bool {
        self.server.as_mut().is_none_or(|it| !it.is_running())
    }

    fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill();
        }
    }

    /// A server without a fault.
    fn serving(&mut self) -> anyhow::Result<()> {
        if self.is_gone() {
            self.stop();
            self.faults.end()?;
            self.server = Some(Server::start(&self.site, &self.faulty)?);
        }
        Ok(())
    }

    /// Sends the next alarm, and keeps it when it is acknowledged.
    fn alarm(&mut self, within: Duration) -> anyhow::Result<()> {
        self.number += 1;
        let alarm = next_alarm(self.number);
        let to = self.site.watch;
        self.runtime.block_on(async {
            let mut line = WatchDevice::connect(to, alarm.source, within).await?;
            line.send(&alarm.frame(), within).await?;
            line.await_answer(&alarm.answer(), within).await
        })?;
        self.acknowledged.push(alarm.frame());
        Ok(())
    }

    /// What was acknowledged, against what is there.
    fn compare(&mut self) -> anyhow::Result<()> {
        let stored = Books::open(&self.site)?.alarms()?;
        let missing = self.acknowledged.iter();
        let missing = missing.filter(|frame| !stored.contains_key(*frame)).count();
        if missing > self.found.false_acks {
            say(&format!("{missing} acknowledged alarms are missing"));
        }
        self.found.false_acks = missing;
        Ok(())
    }

    fn look_through(&mut self) -> anyhow::Result<()> {
        self.stop();
        let found = complaints(&self.site.sqlite_file())?;
        if !found.is_empty() {
            say(&format!("{found:?}"));
        }
        self.found.corruption += found.len();
        Ok(())
    }

    /// The same with the faults of a tracer, which knows nothing of our library: an own witness.
    ///
    /// # Errors
    /// When a server without a fault does not serve.
    pub fn run_traced(mut self, points: &[strace::Injection]) -> anyhow::Result<Swept> {
        for point in points {
            self.stop();
            let trace: PathBuf = self.site.folder().join("faults.trace");
            let wrapper = point.wrapper(&self.site.sqlite_file(), &trace);
            let traced = self.plain.clone().behind(wrapper);
            if let Ok(server) = Server::start(&self.site, &traced) {
                self.server = Some(server);
                for _ in 0..ALARMS {
                    // As above.
                    let _ = self.alarm(SHORT);
                }
            }
            let text = std::fs::read_to_string(&trace).unwrap_or_default();
            match text.contains("(INJECTED)") {
                true => self.found.points += 1,
                false => self.found.unreached += 1,
            }
            self.stop();
            self.faults.end()?;
            self.serving()?;
            self.alarm(RECOVERS_WITHIN)?;
            self.compare()?;
        }
        self.look_through()?;
        ensure!(self.found.points > 0, "no call failed");
        self.found.acknowledged = self.acknowledged.len();
        Ok(self.found)
    }
}

/// A watch of its own for each alarm, as far as that goes.
fn next_alarm(number: u32) -> NumberedAlarm {
    let [_, b, c, d] = number.to_be_bytes();
    NumberedAlarm {
        number,
        uid: format!("888{number:07}"),
        source: Ipv4Addr::new(127, 1 + b, c, 1 + d % 250),
    }
}
