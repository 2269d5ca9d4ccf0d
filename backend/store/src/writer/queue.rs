//! The lanes in which jobs wait.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use domain::ports::StoreError;

use super::Lane;
use super::batch::Job;

/// What one commit takes at most beside alarms: an alarm that comes meanwhile waits until it is over.
/// Each lane has its share always, so that none of them starves.
struct Shares {
    behind: usize,
    outcome: usize,
    telemetry: usize,
}

/// When few alarms wait.
const CALM: Shares = Shares {
    behind: 64,
    // One alarm makes dozens of them.
    outcome: 64,
    telemetry: 32,
};
/// When many alarms wait for their acknowledgement.
const PRESSED: Shares = Shares {
    behind: 8,
    outcome: 8,
    telemetry: 8,
};
/// Waiting alarms from which on the others get less.
const MANY: usize = 32;

pub(super) struct Queue {
    lanes: Mutex<Lanes>,
    filled: Condvar,
    telemetry_limit: usize,
}

#[derive(Default)]
struct Lanes {
    alarm: VecDeque<Box<dyn Job>>,
    behind: VecDeque<Box<dyn Job>>,
    outcome: VecDeque<Box<dyn Job>>,
    telemetry: VecDeque<Box<dyn Job>>,
    refused: u64,
    stopped: bool,
}

impl Lanes {
    fn is_empty(&self) -> bool {
        self.alarm.is_empty()
            && self.behind.is_empty()
            && self.outcome.is_empty()
            && self.telemetry.is_empty()
    }
}

impl Queue {
    pub(super) fn new(telemetry_limit: usize) -> Self {
        Self {
            lanes: Mutex::default(),
            filled: Condvar::new(),
            telemetry_limit,
        }
    }

    pub(super) fn push(&self, lane: Lane, job: Box<dyn Job>) -> Result<(), StoreError> {
        let mut lanes = self.lock();
        if lanes.stopped {
            return Err(StoreError::Unavailable("writer stopped".to_owned()));
        }
        match lane {
            Lane::Alarm => lanes.alarm.push_back(job),
            Lane::Behind => lanes.behind.push_back(job),
            Lane::Outcome => lanes.outcome.push_back(job),
            Lane::Telemetry if lanes.telemetry.len() >= self.telemetry_limit => {
                lanes.refused += 1;
                return Err(StoreError::Unavailable(
                    "too much telemetry waits".to_owned(),
                ));
            }
            Lane::Telemetry => lanes.telemetry.push_back(job),
        }
        drop(lanes);
        self.filled.notify_one();
        Ok(())
    }

    /// Waits for jobs and takes some, alarms first; `None` after the stop, when none is left.
    pub(super) fn take(&self, most: usize) -> Option<Vec<Box<dyn Job>>> {
        let mut lanes = self.lock();
        while lanes.is_empty() {
            if lanes.stopped {
                return None;
            }
            lanes = self
                .filled
                .wait(lanes)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let alarms = lanes.alarm.len().min(most);
        #[cfg(feature = "planted-bugs")]
        let alarms = match crate::plant::is(crate::plant::TELEMETRY_FIRST) {
            true => alarms.min(most.saturating_sub(lanes.telemetry.len())),
            false => alarms,
        };
        let shares = if alarms >= MANY { PRESSED } else { CALM };
        let mut room = most - alarms;
        let mut share = |waiting: usize, most: usize| {
            let taken = waiting.min(most).min(room);
            room -= taken;
            taken
        };
        let behind = share(lanes.behind.len(), shares.behind);
        let outcomes = share(lanes.outcome.len(), shares.outcome);
        let telemetry = share(lanes.telemetry.len(), shares.telemetry);
        let mut jobs: Vec<_> = lanes.alarm.drain(..alarms).collect();
        jobs.extend(lanes.behind.drain(..behind));
        jobs.extend(lanes.outcome.drain(..outcomes));
        jobs.extend(lanes.telemetry.drain(..telemetry));
        #[cfg(feature = "planted-bugs")]
        if crate::plant::is(crate::plant::TELEMETRY_FIRST) {
            jobs.rotate_left(alarms);
        }
        Some(jobs)
    }

    pub(super) fn stop(&self) {
        self.lock().stopped = true;
        self.filled.notify_all();
    }

    pub(super) fn waiting(&self) -> (usize, usize, u64) {
        let lanes = self.lock();
        let alarms = lanes.alarm.len() + lanes.behind.len();
        (alarms, lanes.telemetry.len(), lanes.refused)
    }

    // Nothing that could panic happens under the lock, so a poisoned one is still whole.
    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::super::batch::Pending;
    use super::*;

    fn job() -> Box<dyn Job> {
        Box::new(Pending::new(
            |_: &mut crate::Conn| Ok(()),
            sync_channel(1).0,
        ))
    }

    #[test]
    fn telemetry_is_refused_when_full_and_alarms_never() {
        let queue = Queue::new(2);
        for _ in 0..2 {
            assert_eq!(queue.push(Lane::Telemetry, job()), Ok(()));
        }
        assert!(matches!(
            queue.push(Lane::Telemetry, job()),
            Err(StoreError::Unavailable(_))
        ));
        for _ in 0..10_000 {
            assert_eq!(queue.push(Lane::Alarm, job()), Ok(()));
        }
        assert_eq!(queue.waiting(), (10_000, 2, 1));
    }

    #[test]
    fn outcomes_of_notices_wait_for_alarms_and_not_for_telemetry() {
        let queue = Queue::new(8);
        for lane in [Lane::Telemetry, Lane::Outcome, Lane::Alarm] {
            queue.push(lane, job()).expect("pushed");
        }
        assert_eq!(queue.take(1).map(|jobs| jobs.len()), Some(1));
        assert_eq!(queue.waiting(), (0, 1, 0), "the alarm is taken");
        assert_eq!(queue.take(1).map(|jobs| jobs.len()), Some(1));
        assert_eq!(queue.waiting(), (0, 1, 0), "the outcome is taken");
        assert_eq!(queue.take(1).map(|jobs| jobs.len()), Some(1));
        assert_eq!(queue.waiting(), (0, 0, 0));
    }

    #[test]
    fn many_alarms_leave_the_others_less_and_never_nothing() {
        let queue = Queue::new(64);
        for lane in [Lane::Telemetry, Lane::Outcome, Lane::Behind] {
            for _ in 0..40 {
                queue.push(lane, job()).expect("pushed");
            }
        }
        assert_eq!(queue.take(256).map(|jobs| jobs.len()), Some(40 + 40 + 32));
        for lane in [Lane::Telemetry, Lane::Outcome, Lane::Behind, Lane::Alarm] {
            for _ in 0..40 {
                queue.push(lane, job()).expect("pushed");
            }
        }
        assert_eq!(queue.take(256).map(|jobs| jobs.len()), Some(40 + 8 + 8 + 8));
    }

    #[test]
    fn alarms_go_first_and_the_rest_is_finished_after_the_stop() {
        let queue = Queue::new(8);
        for lane in [Lane::Telemetry, Lane::Telemetry, Lane::Alarm] {
            queue.push(lane, job()).expect("pushed");
        }
        assert_eq!(queue.take(2).map(|jobs| jobs.len()), Some(2));
        assert_eq!(queue.waiting(), (0, 1, 0));
        queue.stop();
        assert!(queue.push(Lane::Alarm, job()).is_err());
        assert_eq!(queue.take(2).map(|jobs| jobs.len()), Some(1));
        assert!(queue.take(2).is_none());
    }
}
