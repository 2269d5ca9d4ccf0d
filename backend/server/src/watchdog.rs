//! The watchdog: health is the age of a test alarm that went all the way, not "the process is up".
//!
//! A pass sends an alarm of the installation's own device through decoder, database, outbox and a
//! sink in place of a carrier, and then lets its timer fire. After it an outside watcher may be
//! called: whoever hears nothing for a while knows that nobody would hear of an alarm either.
//! Beside it open incidents are looked at each second: one without a timer gets one.

mod dead_man;
mod orphans;
mod pass;
mod sink;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use domain::ids::AccountId;
use poem::http::StatusCode;
use poem::{Endpoint, EndpointExt as _, Response, Route, get};

use crate::config::Settings;
use crate::stages::monotonic;

pub use dead_man::{DeadMan, MOMENT_HEADER, SIGNATURE_HEADER};
pub(crate) use orphans::run as watch_orphans;
pub(crate) use pass::run as pass_again_and_again;
pub(crate) use sink::Sink;

/// Where the age of the last pass is told.
pub const PATH: &str = "/health/alarm-path";
/// Without a look at open incidents for so long, nobody knows of orphans.
const LOOKED_WITHIN: Duration = Duration::from_secs(10);
/// An orphan is told of for so long after it was guarded.
const ORPHAN_TOLD: Duration = Duration::from_secs(60);

/// What the watchdog knows; shared by its workers and by health.
#[derive(Debug)]
pub struct Watchdog {
    period: Duration,
    started: Instant,
    dead_man: Option<DeadMan>,
    /// The account of the sink, once it is known.
    account: OnceLock<AccountId>,
    seen: Mutex<Seen>,
}

/// What was seen last.
#[derive(Clone, Debug, Default)]
struct Seen {
    complete: Option<Instant>,
    passes: u64,
    failed: u64,
    sunk: u64,
    alarm: Duration,
    timer: Duration,
    looked: Option<Instant>,
    orphans: u64,
    guarded: u64,
    orphan_at: Option<Instant>,
}

impl Watchdog {
    /// A watchdog as configured; a period of 0 switches it off.
    ///
    /// # Errors
    /// A dead man's address that is none, or that has no key.
    pub fn of(settings: &Settings) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            period: Duration::from_millis(settings.watchdog_period_ms),
            started: monotonic(),
            dead_man: DeadMan::of(settings)?,
            account: OnceLock::new(),
            seen: Mutex::default(),
        }))
    }

    /// Whether passes are made at all.
    pub fn is_on(&self) -> bool {
        !self.period.is_zero()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A pass is too old after two periods; before the first one the start counts.
    fn age(&self, now: Instant) -> Duration {
        now.duration_since(self.seen().complete.unwrap_or(self.started))
    }

    /// Whether the last pass is young, open incidents are looked at, and none was found alone.
    pub fn is_fine(&self, now: Instant) -> bool {
        if !self.is_on() {
            return true;
        }
        let seen = self.seen().clone();
        let since = |at: Option<Instant>| now.duration_since(at.unwrap_or(self.started));
        self.age(now) <= self.period * 2
            && since(seen.looked) <= LOOKED_WITHIN
            && seen
                .orphan_at
                .is_none_or(|at| now.duration_since(at) > ORPHAN_TOLD)
    }

    /// Takes what test alarms add out of counters of real ones.
    pub(crate) fn leave_out(&self, counted: &mut BTreeMap<&'static str, u64>) {
        let seen = self.seen().clone();
        for (name, own) in [("notices_sent", seen.sunk), ("timers_fired", seen.passes)] {
            if let Some(count) = counted.get_mut(name) {
                *count = count.saturating_sub(own);
            }
        }
    }

    /// What is told to whoever asks, and whether it is good.
    fn told(&self, now: Instant) -> (bool, serde_json::Value) {
        let fine = self.is_fine(now);
        let seen = self.seen().clone();
        let status = match (self.is_on(), fine) {
            (false, _) => "off",
            (true, true) => "ok",
            (true, false) => "failing",
        };
        let told = serde_json::json!({
            "status": status,
            "age_s": self.age(now).as_secs_f64(),
            "period_s": self.period.as_secs_f64(),
            "passes": seen.passes,
            "failed_passes": seen.failed,
            "alarm_to_sink_ms": seen.alarm.as_millis(),
            "timer_ms": seen.timer.as_millis(),
            "orphans": seen.orphans,
            "orphans_guarded": seen.guarded,
        });
        (fine && self.is_on(), told)
    }

    /// Adds the address that tells it.
    pub(crate) fn mount(self: &Arc<Self>, routes: Route) -> Route {
        routes.at(PATH, get(Asked(self.clone()).boxed()))
    }
}

struct Asked(Arc<Watchdog>);

impl Endpoint for Asked {
    type Output = Response;

    async fn call(&self, _request: poem::Request) -> poem::Result<Response> {
        let (fine, told) = self.0.told(monotonic());
        let status = if fine {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        let response = Response::builder().status(status);
        let response = response.header("cache-control", "no-store");
        let response = response.content_type("application/json");
        Ok(response.body(told.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watchdog(period_ms: u64) -> Arc<Watchdog> {
        let settings = Settings {
            watchdog_period_ms: period_ms,
            ..Settings::default()
        };
        Watchdog::of(&settings).expect("a watchdog")
    }

    #[test]
    fn health_is_the_age_of_the_last_whole_pass() {
        let watchdog = watchdog(20_000);
        let at = |seconds| watchdog.started + Duration::from_secs(seconds);
        watchdog.seen().looked = Some(at(300));
        assert!(watchdog.is_fine(at(40)), "it has had no time yet");
        assert!(!watchdog.is_fine(at(41)));
        watchdog.seen().complete = Some(at(260));
        assert!(watchdog.is_fine(at(300)));
        assert!(!watchdog.is_fine(at(301)));
    }

    #[test]
    fn an_orphan_is_told_of_and_so_is_a_look_that_does_not_come() {
        let watchdog = watchdog(3_600_000);
        let at = |seconds| watchdog.started + Duration::from_secs(seconds);
        watchdog.seen().looked = Some(at(5));
        assert!(watchdog.is_fine(at(15)));
        assert!(!watchdog.is_fine(at(16)));
        watchdog.seen().looked = Some(at(100));
        watchdog.seen().orphan_at = Some(at(90));
        assert!(!watchdog.is_fine(at(101)));
        watchdog.seen().orphan_at = Some(at(40));
        assert!(watchdog.is_fine(at(101)));
    }

    #[test]
    fn one_that_is_off_promises_nothing() {
        let watchdog = watchdog(0);
        let (fine, told) = watchdog.told(watchdog.started);
        assert!(!fine);
        assert_eq!(told["status"], "off");
    }
}
