//! Open-loop alarms: each is due at its time whatever the service does, from a watch of its own, and
//! is sent again with the same bytes until it is acknowledged.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use server::stages::monotonic;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::{Times, uid};
use crate::watch_device::{NumberedAlarm, WatchDevice};

/// How long a watch waits for its answer before it repeats.
const PATIENCE: Duration = Duration::from_secs(10);
/// When it gives up: the alarm counts as lost.
const GIVES_UP: Duration = Duration::from_secs(90);
/// Between two tries to connect.
const PAUSE: Duration = Duration::from_millis(50);

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub struct Alarms {
    /// Where watches connect.
    pub to: SocketAddr,
    /// First watch; each alarm has the next one.
    pub first: u32,
    /// How many.
    pub count: u32,
    /// How many a second.
    pub per_s: u32,
}

/// What the watches saw.
#[derive(Debug, Default)]
pub struct Answered {
    /// Each frame, and when it was due.
    pub due: HashMap<Vec<u8>, Instant>,
    /// From when an alarm was due to its answer; those never answered are not in it.
    pub times: Times,
    /// Alarms that were never answered.
    pub unanswered: usize,
    /// How long the offering took.
    pub offered_in: Duration,
}

impl Alarms {
    fn alarm(&self, index: u32) -> NumberedAlarm {
        let [_, _, c, d] = index.to_be_bytes();
        NumberedAlarm {
            number: self.first + index,
            uid: uid(self.first + index),
            source: Ipv4Addr::new(127, 3, c, 1 + d % 250),
        }
    }

    /// Sends all of them on time and waits until each is answered or given up.
    pub async fn run(self) -> Answered {
        let began = monotonic();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = JoinSet::new();
        let mut answered = Answered::default();
        for index in 0..self.count {
            let due = began + Duration::from_secs(1) * index / self.per_s;
            tokio::time::sleep_until(due.into()).await;
            let alarm = self.alarm(index);
            answered.due.insert(alarm.frame(), due);
            let (to, taken) = (self.to, taken.clone());
            tasks.spawn(async move {
                if until_answered(to, &alarm, due).await {
                    taken.lock().await.push(due.elapsed());
                }
            });
        }
        answered.offered_in = began.elapsed();
        while tasks.join_next().await.is_some() {}
        let taken = taken.lock().await;
        answered.unanswered = answered.due.len() - taken.len();
        answered.times = Times::of(taken.iter().copied());
        answered
    }
}

async fn until_answered(to: SocketAddr, alarm: &NumberedAlarm, due: Instant) -> bool {
    while due.elapsed() < GIVES_UP {
        if once(to, alarm).await.is_ok() {
            return true;
        }
        pause().await;
    }
    false
}

async fn once(to: SocketAddr, alarm: &NumberedAlarm) -> anyhow::Result<()> {
    let mut watch = WatchDevice::connect(to, alarm.source, PATIENCE).await?;
    watch.send(&alarm.frame(), PATIENCE).await?;
    watch.await_answer(&alarm.answer(), PATIENCE).await
}

#[expect(clippy::disallowed_methods, reason = "a watch waits in real time")]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}
