//! How far the decisions of kept alarms are behind.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::ports::ClaimedTimer;
use domain::time::Timestamp;

/// From when on telemetry makes way, milliseconds.
const LATE_MS: i64 = 500;

/// What the timers worker last saw of alarms that are acknowledged and not decided.
#[derive(Debug, Default)]
pub struct Backlog {
    late_ms: AtomicI64,
}

impl Backlog {
    /// Notes how late the latest of the claimed alarms is; none means that nothing waits.
    pub fn saw(&self, claimed: &[ClaimedTimer], now: Timestamp) {
        let kept = claimed.iter().filter(|timer| timer.frame_id.is_some());
        let late = kept.map(|timer| (now - timer.due_at).num_milliseconds());
        self.late_ms
            .store(late.max().unwrap_or_default(), Ordering::Relaxed);
    }

    /// Whether acknowledged alarms wait for their decision for too long.
    pub fn is_late(&self) -> bool {
        self.late_ms.load(Ordering::Relaxed) >= LATE_MS
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain::ids::{FrameId, OrganisationId, TimerId};
    use domain::incidents::TimerKind;
    use uuid::Uuid;

    use super::*;

    fn timer(frame_id: Option<FrameId>, due_at: Timestamp) -> ClaimedTimer {
        ClaimedTimer {
            id: TimerId(Uuid::nil()),
            organisation_id: OrganisationId(Uuid::nil()),
            incident_id: None,
            frame_id,
            kind: TimerKind::Rung,
            rung: 0,
            due_at,
            generation: 1,
        }
    }

    #[test]
    fn only_kept_alarms_count_and_none_is_not_late() {
        let now: Timestamp = "2026-11-24T19:00:00Z".parse().expect("a moment");
        let (old, frame) = (now - TimeDelta::seconds(2), Some(FrameId(Uuid::nil())));
        let backlog = Backlog::default();
        backlog.saw(&[timer(None, old)], now);
        assert!(!backlog.is_late(), "an escalation is no backlog");
        backlog.saw(&[timer(frame, now), timer(frame, old)], now);
        assert!(backlog.is_late());
        backlog.saw(&[], now);
        assert!(!backlog.is_late());
    }
}
