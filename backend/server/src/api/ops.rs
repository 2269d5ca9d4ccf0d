//! Tag ops: health without a caller, counters, and who the caller is.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::access::{Action, Object};
use openapi::{Answer, Caller, Counters, Health, HealthStatus, OpsPort, Whoami};
use poem_openapi::payload::Json;
use store::WriterStats;

use super::{Api, gate};
use crate::engine::blocking;
use crate::stages::monotonic;

/// A timer that is due longer than this says that the workers do not work.
const TIMER_LATE: TimeDelta = TimeDelta::seconds(30);
/// Changes that wait this long while nothing is committed say that the writer is stuck.
const WRITER_STILL: Duration = Duration::from_secs(10);

impl OpsPort for Api {
    async fn health(&self) -> Answer<Health> {
        let engine = self.engine.clone();
        let now = engine.now();
        let read = blocking(move || {
            let health = engine.store.health(now);
            (health, engine.store.writer().stats())
        });
        let (health, writer) = read.await;
        let stuck = self.writer.is_stuck(&writer, monotonic());
        let answers = health.as_ref().inspect_err(|error| {
            tracing::warn!(%error, "health not read");
        });
        let late = answers
            .ok()
            .and_then(|health| health.oldest_due_timer)
            .map(|due| now - due);
        let is_late = late.is_some_and(|late| late > TIMER_LATE);
        let watched = self.watchdog.as_ref();
        let passes = watched.is_none_or(|watchdog| watchdog.is_fine(monotonic()));
        let fine = health.is_ok() && !stuck && !is_late && passes;
        Ok(Json(Health {
            status: if fine {
                HealthStatus::Ok
            } else {
                HealthStatus::Degraded
            },
            database: self.database.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            oldest_due_timer_s: late.map(|late| late.num_seconds().max(0)),
            outbox_waiting: health.map_or(0, |health| shown(health.outbox_waiting)),
        }))
    }

    async fn counters(&self, caller: Caller) -> Answer<Counters> {
        let subject = gate::subject(&caller);
        let object = Object::organisation(subject.organisation_id);
        let uptime_s = monotonic().duration_since(self.started).as_secs();
        let mut counted = self.counters.read();
        if let Some(watchdog) = &self.watchdog {
            watchdog.leave_out(&mut counted);
        }
        let connected = self.brokers.iter().filter(|it| it.is_connected()).count();
        for (name, count) in [
            ("brokers_configured", self.brokers.len()),
            ("brokers_connected", connected),
        ] {
            counted.insert(name, u64::try_from(count).unwrap_or(u64::MAX));
        }
        self.ask(move |engine| {
            gate::pass(&subject, Action::Counters, &object)?;
            let writer = engine.store.writer().stats();
            Ok(Json(counters(counted, &writer, uptime_s)))
        })
        .await
    }

    async fn whoami(&self, caller: Caller) -> Answer<Whoami> {
        let subject = gate::subject(&caller);
        let object = gate::own(subject.organisation_id, subject.account_id);
        gate::pass(&subject, Action::Whoami, &object).map_err(super::Failure::from)?;
        Ok(Json(Whoami {
            account_id: caller.account_id,
            role: caller.role,
            organisation_id: caller.organisation_id,
            display_name: caller.display_name,
            responder_id: caller.responder_id,
            resident_ids: caller.resident_ids,
        }))
    }
}

fn shown(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Counters of the contract first, everything else by name.
fn counters(counted: BTreeMap<&'static str, u64>, writer: &WriterStats, uptime_s: u64) -> Counters {
    let mut others: BTreeMap<String, u64> = counted
        .into_iter()
        .map(|(name, count)| (name.to_owned(), count))
        .collect();
    let waiting = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    others.extend([
        ("uptime_s".to_owned(), uptime_s),
        (
            "writer_alarm_waiting".to_owned(),
            waiting(writer.alarm_waiting),
        ),
        (
            "writer_telemetry_waiting".to_owned(),
            waiting(writer.telemetry_waiting),
        ),
        ("writer_last_commit_us".to_owned(), writer.last_commit_us),
        ("writer_commits".to_owned(), writer.commits),
        ("writer_jobs".to_owned(), writer.jobs),
        ("writer_refused".to_owned(), writer.refused),
    ]);
    let mut take = |name: &str| others.remove(name).unwrap_or_default();
    Counters {
        frames: take("frames"),
        undecodable: take("undecodable"),
        oversize_closed: take("oversize_closed"),
        unknown_device_alarms: take("unknown_device_alarms"),
        others,
    }
}

/// Remembers when the writer was last seen to get on.
pub(super) struct WriterWatch(Mutex<Seen>);

struct Seen {
    commits: u64,
    at: Instant,
}

impl WriterWatch {
    pub(super) fn new(at: Instant) -> Self {
        Self(Mutex::new(Seen { commits: 0, at }))
    }

    /// Whether something waits and nothing was committed for a while.
    fn is_stuck(&self, stats: &WriterStats, now: Instant) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = stats.alarm_waiting + stats.telemetry_waiting > 0;
        if !waiting || seen.commits != stats.commits {
            *seen = Seen {
                commits: stats.commits,
                at: now,
            };
        }
        now.duration_since(seen.at) > WRITER_STILL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats(alarm_waiting: usize, commits: u64) -> WriterStats {
        WriterStats {
            alarm_waiting,
            telemetry_waiting: 0,
            last_commit_us: 40,
            commits,
            jobs: 9,
            refused: 1,
        }
    }

    #[test]
    fn a_writer_is_stuck_when_changes_wait_and_nothing_is_committed() {
        let start = monotonic();
        let after = |seconds| start + Duration::from_secs(seconds);
        let watch = WriterWatch::new(start);
        assert!(!watch.is_stuck(&stats(0, 0), after(60)), "nothing waits");
        assert!(!watch.is_stuck(&stats(2, 0), after(61)), "not for long");
        assert!(watch.is_stuck(&stats(2, 0), after(71)));
        assert!(!watch.is_stuck(&stats(2, 1), after(72)), "it got on");
        assert!(watch.is_stuck(&stats(1, 1), after(83)));
        assert!(!watch.is_stuck(&stats(0, 1), after(84)));
    }

    #[test]
    fn counters_of_the_contract_have_their_own_places() {
        let counted = crate::ops::counters::Counters::default();
        for _ in 0..3 {
            counted.frames.count();
        }
        counted.undecodable.count();
        counted.notices_sent.count();
        let shown = counters(counted.read(), &stats(0, 5), 7);
        assert_eq!(
            (shown.frames, shown.undecodable, shown.oversize_closed),
            (3, 1, 0)
        );
        assert_eq!(shown.others["notices_sent"], 1);
        assert_eq!(
            (shown.others["writer_commits"], shown.others["uptime_s"]),
            (5, 7)
        );
        assert!(!shown.others.contains_key("frames"));
        assert_eq!(shown.others["writer_refused"], 1);
    }
}
