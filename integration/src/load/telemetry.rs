//! Telemetry beside the alarms: every watch on a line of its own, each frame at its time, and the
//! next only after the answer, as a watch that keeps what it could not send.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use super::{Log, Plan};
use crate::watch_device::WatchDevice;

/// Start of identifiers that neither a seed nor the alarms give out.
const PREFIX: &str = "887";
/// Frames a second of one watch: below what the service takes from a device.
const PER_WATCH: u32 = 5;
/// How long a watch waits for its answer before it connects anew.
const PATIENCE: Duration = Duration::from_secs(5);

/// Starts the watches; each ends when the load has stopped.
pub(super) fn start(
    tasks: &mut JoinSet<()>,
    to: SocketAddr,
    plan: &Plan,
    log: &Arc<Log>,
    stopped: &Arc<AtomicBool>,
) {
    for number in 0..plan.telemetry_per_s / PER_WATCH {
        tasks.spawn(run(to, number, log.clone(), stopped.clone()));
    }
}

async fn run(to: SocketAddr, number: u32, log: Arc<Log>, stopped: Arc<AtomicBool>) {
    let uid = format!("{PREFIX}{number:07}");
    let [_, _, c, d] = number.to_be_bytes();
    let source = Ipv4Addr::new(127, 200, c, 1 + d % 250);
    let mut tick = tokio::time::interval(Duration::from_secs(1) / PER_WATCH);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    let mut line = None;
    let mut serial = 0_u16;
    while !stopped.load(Ordering::Relaxed) {
        tick.tick().await;
        log.telemetry_due();
        serial = serial.wrapping_add(1);
        let serial = format!("{serial:04X}");
        let frame = ingest::watch::encode::frame("3G", &uid, Some(&serial), "LK,120,0,80");
        let answer = ingest::watch::encode::frame("3G", &uid, Some(&serial), "LK");
        while !stopped.load(Ordering::Relaxed) {
            if exchange(to, source, &mut line, &frame, &answer)
                .await
                .is_ok()
            {
                log.telemetry_answered();
                break;
            }
            line = None;
            super::lane::pause().await;
        }
    }
}

async fn exchange(
    to: SocketAddr,
    source: Ipv4Addr,
    line: &mut Option<WatchDevice>,
    frame: &[u8],
    answer: &[u8],
) -> anyhow::Result<()> {
    let watch = match line {
        Some(watch) => watch,
        None => line.insert(WatchDevice::connect(to, source, PATIENCE).await?),
    };
    watch.send(frame, PATIENCE).await?;
    watch.await_answer(answer, PATIENCE).await
}
