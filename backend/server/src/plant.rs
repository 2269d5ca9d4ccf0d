//! Planted bugs: the reliability suites must be shown to notice each of them.
//!
//! This file is compiled only with the feature `planted-bugs`, which no shipped binary has; a test
//! looks for the names below in the shipped binary and must not find them.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::devices::{EventKey, ReceivedFrame};

use crate::engine::Engine;
use crate::stages::monotonic;

pub(crate) use store::plant::{FORGET_TIMER, is};

/// The device is answered first and the alarm is stored afterwards.
pub(crate) const ANSWER_BEFORE_COMMIT: &str = "answer_before_commit";
/// No two frames are the same event.
pub(crate) const NO_EVENT_KEY: &str = "no_event_key";
/// A limiter made for telemetry stops alarms too.
pub(crate) const SHED_ALARMS: &str = "shed_alarms";
/// Alarms of devices that nobody registered are thrown away.
pub(crate) const UNKNOWN_DEVICE_DROPPED: &str = "unknown_device_dropped";
/// Whoever lost the lease may still write the end of it.
const LEASE_WITHOUT_FENCING: &str = "lease_without_fencing";
/// As slow as the one above and with the fence: no bug, and nothing may be reported.
const SLOW_WORKER: &str = "slow_worker";
/// The index of rankings is held by somebody while an alarm comes in.
pub(crate) const WEDGED_INDEX: &str = "wedged_index";

/// Nobody hands notices over any more.
pub(crate) const STUCK_OUTBOX: &str = "stuck_outbox";
/// No timer is looked at any more.
pub(crate) const STUCK_TIMERS: &str = "stuck_timers";
/// For so long both work: a stop is noticed, not a start that never was.
pub(crate) const STUCK_AFTER: Duration = Duration::from_secs(3);

/// How long the index is held: far longer than an alarm may take.
pub(crate) const WEDGED_FOR: Duration = Duration::from_secs(2);
/// How long a service that answers first would leave alarms in memory before a bigger commit.
pub(crate) const COMMIT_LATER: Duration = Duration::from_millis(100);

/// How long a lease of a notice holds where telling takes longer.
pub(crate) const SHORT_LEASE: TimeDelta = TimeDelta::milliseconds(300);
/// How long telling then takes.
pub(crate) const SLOW_TELLING: Duration = Duration::from_millis(1_200);
/// Alarms a second that a limiter would let through.
const LET_THROUGH: u32 = 40;

/// Whether alarms are told slowly, as by a process that was paused past its lease.
pub(crate) fn is_slow() -> bool {
    is(SLOW_WORKER) || is(LEASE_WITHOUT_FENCING)
}

/// Whether a limiter made for telemetry stops this alarm.
pub(crate) fn is_shed() -> bool {
    static TAKEN: Mutex<Option<(Instant, u32)>> = Mutex::new(None);
    if !is(SHED_ALARMS) {
        return false;
    }
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    let now = monotonic();
    let (since, count) = match *taken {
        Some((since, count)) if now - since < Duration::from_secs(1) => (since, count + 1),
        _ => (now, 1),
    };
    *taken = Some((since, count));
    count > LET_THROUGH
}

/// Whether an alarm is thrown away because nobody registered its device.
pub(crate) fn is_dropped(engine: &Engine, frame: &ReceivedFrame) -> bool {
    let Ok(event) = &frame.decoded else {
        return false;
    };
    let known = || engine.directory.find(event.protocol, &event.device_uid);
    is(UNKNOWN_DEVICE_DROPPED) && known().is_none()
}

/// Holds a worker for good, some time after the start.
pub(crate) async fn stick(name: &str) {
    static STARTED: OnceLock<Instant> = OnceLock::new();
    let started = STARTED.get_or_init(monotonic);
    if is(name) && started.elapsed() > STUCK_AFTER {
        std::future::pending::<()>().await;
    }
}

/// Holds the index of rankings, from when this returns until much later.
pub(crate) fn wedge_index(engine: &Engine) {
    let allocation = engine.allocation.clone();
    let (held, is_held) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let _held = allocation.hold_index_for_test();
        // Nobody listens any more only while the service is going down.
        let _ = held.send(());
        std::thread::sleep(WEDGED_FOR);
    });
    let _ = is_held.recv();
}

/// Makes every frame an event of its own.
pub(crate) fn make_unique(frame: &mut ReceivedFrame) {
    let id = frame.id;
    if let Ok(event) = &mut frame.decoded {
        event.key = EventKey(format!("{}:{id}", event.key.0));
    }
}
