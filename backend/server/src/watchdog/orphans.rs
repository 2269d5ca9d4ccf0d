//! Each second: every open incident has a timer. One that has none gets it at once.

use std::sync::Arc;
use std::time::Duration;

use domain::ids::TimerId;
use domain::incidents::{IncidentStatus, TimerKind};
use domain::ports::{StoreError, WakeUps as _};
use store::Orphan;

use super::Watchdog;
use crate::engine::{Engine, blocking, fresh_id};
use crate::stages::monotonic;
use crate::workers::{Environment, pause};

/// Between two looks.
const PERIOD: Duration = Duration::from_secs(1);

/// Runs until told to stop.
pub(crate) async fn run(environment: Environment, watchdog: Arc<Watchdog>) {
    let mut stop = environment.shutdown.listen();
    loop {
        let engine = environment.engine.clone();
        match blocking(move || look(&engine)).await {
            Ok((found, guarded)) => {
                let mut seen = watchdog.seen();
                seen.looked = Some(monotonic());
                seen.orphans += found;
                seen.guarded += guarded;
                if found > 0 {
                    seen.orphan_at = seen.looked;
                }
            }
            Err(error) => tracing::warn!(%error, "open incidents not looked at"),
        }
        tokio::select! {
            () = pause(PERIOD) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
    }
}

/// How many were found without a timer, and how many of them got one.
fn look(engine: &Engine) -> Result<(u64, u64), StoreError> {
    let orphans = engine.store.orphans()?;
    let (mut found, mut guarded) = (0, 0);
    for (organisation_id, id) in orphans {
        found += 1;
        tracing::error!(incident = %id, "an open incident had no timer");
        if is_left_alone() {
            continue;
        }
        let orphan = Orphan {
            organisation_id,
            id,
        };
        let fresh = TimerId(fresh_id());
        // One that cannot be guarded must not keep the others waiting; it is found again.
        match engine
            .store
            .guard_orphan(orphan, fresh, guard_of, engine.now())
        {
            Ok(given) => guarded += u64::from(given),
            Err(error) => tracing::error!(%error, incident = %id, "an orphan has no guard yet"),
        }
    }
    if guarded > 0 {
        engine.wake.committed();
    }
    Ok((found, guarded))
}

/// The kind of timer that means something in this state.
fn guard_of(status: IncidentStatus) -> TimerKind {
    let mut kinds = TimerKind::ALL.iter().copied();
    // Without any the seat is asked: it is the last rung everywhere.
    kinds
        .find(|kind| kind.guards(status))
        .unwrap_or(TimerKind::Rung)
}

/// The planted bug that forgets timers must stay visible to the suite that counts orphans.
fn is_left_alone() -> bool {
    #[cfg(feature = "planted-bugs")]
    if crate::plant::is(crate::plant::FORGET_TIMER) {
        return true;
    }
    false
}
