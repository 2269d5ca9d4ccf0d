//! An open-loop load of alarms: each is due at its time whatever the service does, and is sent
//! again, with the same bytes, until it is acknowledged.

mod lane;
mod log;
mod telemetry;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use server::stages::monotonic;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::watch_device::NumberedAlarm;

pub use log::Log;

/// Start of identifiers that no seed gives out.
const UNKNOWN_PREFIX: &str = "888";

/// What is offered.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Alarms a second.
    pub rate_per_s: u32,
    /// Connections at once.
    pub lanes: u32,
    /// Alarms that a watch sends before its lane turns to the next watch.
    pub alarms_per_watch: u32,
    /// Watches that are registered; every second watch is not.
    pub registered: Vec<String>,
    /// Every how-many-th alarm loses its first answer, so that the watch repeats what is stored.
    pub lost_answer_every: Option<u32>,
    /// Telemetry frames a second beside the alarms, on lines of their own.
    pub telemetry_per_s: u32,
    /// Number of the first alarm.
    pub first: u32,
    /// Ends after so many alarms.
    pub at_most: u32,
}

impl Plan {
    /// Alarm number `number`: lanes take turns, and a lane changes its watch now and then.
    pub fn alarm(&self, number: u32) -> NumberedAlarm {
        let (lane, turn) = (number % self.lanes, number / self.lanes);
        let watch = turn / self.alarms_per_watch * self.lanes + lane;
        let [_, b, c, d] = watch.to_be_bytes();
        let registered = &self.registered;
        let pair = usize::try_from(watch / 2).unwrap_or_default();
        let uid = match registered.get(pair % registered.len().max(1)) {
            Some(uid) if watch.is_multiple_of(2) => uid.clone(),
            _ => format!("{UNKNOWN_PREFIX}{watch:07}"),
        };
        // An own address for each: the flood of one source is another matter.
        NumberedAlarm {
            number,
            uid,
            source: Ipv4Addr::new(127, 1 + b, c, 1 + d % 250),
        }
    }

    /// The watches of the first `count` alarms.
    pub fn watches(&self, count: u32) -> BTreeSet<String> {
        (0..count).map(|number| self.alarm(number).uid).collect()
    }
}

/// A load that is running.
#[derive(Debug)]
pub struct Load {
    /// What happened, as the watches saw it.
    pub log: Arc<Log>,
    /// When it began.
    pub began: Instant,
    runtime: Runtime,
    stopped: Arc<AtomicBool>,
    tasks: JoinSet<()>,
}

impl Load {
    /// Starts it; what is sent and acknowledged is written to a file at once.
    ///
    /// # Errors
    /// When there is no room for threads or the file.
    pub fn start(to: SocketAddr, plan: Plan, log: &Path) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let log = Arc::new(Log::create(log)?);
        let stopped = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        let guard = runtime.enter();
        let mut lanes = Vec::new();
        for _ in 0..plan.lanes {
            let (sender, due) = unbounded_channel();
            lanes.push(sender);
            tasks.spawn(lane::run(to, due, log.clone(), plan.lost_answer_every));
        }
        telemetry::start(&mut tasks, to, &plan, &log, &stopped);
        let began = monotonic();
        tasks.spawn(offer(plan, lanes, log.clone(), stopped.clone()));
        drop(guard);
        Ok(Self {
            log,
            began,
            runtime,
            stopped,
            tasks,
        })
    }

    /// Offers nothing more and waits until all that was offered is acknowledged.
    /// Returns whether that was reached.
    pub fn finish(&mut self, within: Duration) -> bool {
        self.stopped.store(true, Ordering::Relaxed);
        self.drain(within)
    }

    /// Waits until the plan is over and acknowledged. Returns whether that was reached.
    pub fn drain(&mut self, within: Duration) -> bool {
        let tasks = &mut self.tasks;
        let all = async { while tasks.join_next().await.is_some() {} };
        self.runtime
            .block_on(async { tokio::time::timeout(within, all).await })
            .is_ok()
    }
}

/// Hands out alarms on time; a late tick is made up for at once.
async fn offer(
    plan: Plan,
    lanes: Vec<UnboundedSender<NumberedAlarm>>,
    log: Arc<Log>,
    stopped: Arc<AtomicBool>,
) {
    let mut tick = tokio::time::interval(Duration::from_secs(1) / plan.rate_per_s);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    for number in plan.first..plan.first.saturating_add(plan.at_most) {
        tick.tick().await;
        if stopped.load(Ordering::Relaxed) {
            return;
        }
        let alarm = plan.alarm(number);
        log.offered();
        let lane = usize::try_from(number % plan.lanes).unwrap_or_default();
        if let Some(lane) = lanes.get(lane) {
            // A lane ends only after this sender is gone.
            let _ = lane.send(alarm);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_keep_a_watch_for_a_while_and_half_of_the_watches_are_registered() {
        let plan = Plan {
            rate_per_s: 100,
            lanes: 4,
            alarms_per_watch: 3,
            registered: ["9990000001", "9990000002", "9990000003"]
                .map(str::to_owned)
                .to_vec(),
            lost_answer_every: Some(20),
            telemetry_per_s: 0,
            first: 0,
            at_most: 24,
        };
        let uid = |number| plan.alarm(number).uid;
        assert_eq!((uid(0), uid(4), uid(8)), (uid(0), uid(0), uid(0)));
        assert_ne!(uid(8), uid(12), "the lane turns to its next watch");
        let watches = plan.watches(24);
        assert_eq!(
            watches
                .iter()
                .filter(|uid| uid.starts_with(UNKNOWN_PREFIX))
                .count(),
            4
        );
        assert_eq!(
            watches.iter().filter(|uid| uid.starts_with("999")).count(),
            3
        );
    }
}
