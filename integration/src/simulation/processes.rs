//! What processes do and suffer: workers, deaths, pauses, clocks.

use domain::apply;
use domain::ports::{ClaimedOutbox, ClaimedTimer, Store as _};
use domain::time::seconds;
use uuid::Uuid;

use super::agenda::{Event, Lane};
use super::bugs::Bug;
use super::faults::Fault;
use super::plan::{SECOND, Trouble};
use super::ports::Port;
use super::world::{CLOCK_JUMP_MOST, World};

/// How long a claim holds, seconds; the server's own figure.
const LEASE_S: u32 = 30;
/// How often a worker looks without being woken, microseconds; the server's own figures.
const TIMERS_EVERY: i64 = SECOND / 5;
const OUTBOX_EVERY: i64 = SECOND / 2;
/// Rows of one claim.
const TIMERS: u32 = 64;
const NOTICES: u32 = 16;

impl World {
    /// Whether a process can do something now; what cannot be done while it stands still is done
    /// when it goes on.
    pub(super) fn is_able(&self, process: usize, epoch: u32) -> bool {
        let of = &self.processes[process];
        of.is_up.get() && of.epoch.get() == epoch
    }

    /// Until when a process stands still, if it does.
    pub(super) fn stands_until(&self, process: usize) -> Option<i64> {
        let until = self.processes[process].paused_until.get();
        (until > self.now.get()).then_some(until)
    }

    pub(super) fn look(&self, process: usize, lane: Lane, is_periodic: bool) {
        let of = &self.processes[process];
        if !of.is_up.get() {
            return;
        }
        let again = Event::Look {
            process,
            lane,
            is_periodic,
        };
        if let Some(until) = self.stands_until(process) {
            return self.put_at(until, again);
        }
        if is_periodic {
            let period = match lane {
                Lane::Timers => TIMERS_EVERY,
                Lane::Outbox => OUTBOX_EVERY,
            };
            self.put(period, again);
        }
        let owner = Uuid::from_u64_pair(process as u64, u64::from(of.epoch.get()));
        match lane {
            Lane::Timers => self.claim_timers(process, owner),
            Lane::Outbox => self.claim_notices(process, owner),
        }
    }

    fn claim_timers(&self, process: usize, owner: Uuid) {
        let port = Port::new(self, process);
        let (now, lease) = (self.clock_of(process), seconds(LEASE_S));
        let Ok(claimed) = port.claim_timers(owner, now, lease, TIMERS) else {
            return;
        };
        let epoch = self.processes[process].epoch.get();
        for (place, timer) in claimed.into_iter().enumerate() {
            let wait = 1000 * (place as i64 + 1);
            let timer = Box::new(timer);
            let fire = Event::Fire {
                process,
                epoch,
                timer,
            };
            self.put(wait, fire);
        }
    }

    fn claim_notices(&self, process: usize, owner: Uuid) {
        let port = Port::new(self, process);
        let (now, lease) = (self.clock_of(process), seconds(LEASE_S));
        let Ok(claimed) = port.claim_outbox(owner, now, lease, NOTICES) else {
            return;
        };
        let epoch = self.processes[process].epoch.get();
        for claimed in claimed {
            let claimed = Box::new(claimed);
            let call = Event::HandOver {
                process,
                epoch,
                claimed,
            };
            self.put(1000, call);
        }
    }

    pub(super) fn fire(&self, process: usize, epoch: u32, timer: Box<ClaimedTimer>) {
        if !self.is_able(process, epoch) {
            return;
        }
        if let Some(until) = self.stands_until(process) {
            let fire = Event::Fire {
                process,
                epoch,
                timer,
            };
            return self.put_at(until, fire);
        }
        let port = Port::new(self, process);
        if self.plan.bug == Some(Bug::UndecidedForgotten) && timer.frame_id.is_some() {
            let _ = self
                .store
                .finish_timer(timer.id, timer.generation, timer.due_at);
            return self.judge.borrow_mut().frames(self.now.get(), &self.store);
        }
        // A guard is no input that ranking would name when it finds nobody to rank.
        let _ = apply::fire(&port, &timer);
    }

    pub(super) fn hand_over(&self, process: usize, epoch: u32, claimed: Box<ClaimedOutbox>) {
        if !self.is_able(process, epoch) {
            return;
        }
        if let Some(until) = self.stands_until(process) {
            let call = Event::HandOver {
                process,
                epoch,
                claimed,
            };
            return self.put_at(until, call);
        }
        let port = Port::new(self, process);
        // What is not recorded is delivered again, under the same key.
        let _ = apply::deliver(&port, &claimed);
    }

    pub(super) fn trouble(&self, trouble: Trouble) {
        let Trouble {
            fault,
            process,
            lasts,
            ..
        } = trouble;
        let now = self.now.get();
        let of = &self.processes[process];
        self.tell(|| format!("  trouble: {} of process {process}", fault.as_str()));
        match fault {
            Fault::Crash => {
                if self.storage.borrow_mut().permille(600) {
                    return of.is_doomed.set(true);
                }
                self.crash(process);
            }
            Fault::Pause => {
                of.paused_until.set(now + lasts.max(40 * SECOND));
                self.struck(fault);
            }
            Fault::ClockForward | Fault::ClockBack => {
                let far = lasts.min(CLOCK_JUMP_MOST);
                let is_back = fault == Fault::ClockBack;
                of.ahead.set(if is_back { -far } else { far });
                self.put(3 * lasts, Event::ClockRight(process));
                self.struck(fault);
            }
            Fault::Partition => {
                of.cut_off_until.set(now + lasts);
                self.put(lasts, Event::Joined(process));
                self.struck(fault);
            }
            Fault::StorageAway => self.storage_back.set(now + lasts),
            Fault::Flood => of.flooded_until.set(now + 5 * lasts),
            _ => {}
        }
    }

    /// A process dies: all that it had in memory is gone.
    pub(super) fn crash(&self, process: usize) {
        let of = &self.processes[process];
        if !of.is_up.replace(false) {
            return;
        }
        of.epoch.set(of.epoch.get() + 1);
        of.paused_until.set(0);
        of.conflicts.set(0);
        of.is_doomed.set(false);
        self.struck(Fault::Crash);
        let wait = self.storage.borrow_mut().seconds(1, 90);
        self.put(wait, Event::Start(process));
    }

    pub(super) fn start(&self, process: usize) {
        let of = &self.processes[process];
        if of.is_up.replace(true) {
            return;
        }
        of.ahead.set(0);
        self.tell(|| format!("process {process} is back"));
        self.watch(process);
    }

    /// Nothing goes wrong any more, and everything has to come to its end.
    pub(super) fn heal(&self) {
        self.is_healed.set(true);
        self.storage_back.set(0);
        for (number, process) in self.processes.iter().enumerate() {
            process.paused_until.set(self.now.get());
            process.ahead.set(0);
            process.cut_off_until.set(0);
            process.flooded_until.set(0);
            process.is_doomed.set(false);
            process.conflicts.set(0);
            self.start(number);
        }
        self.tell(|| "healed: from here on everything must come to its end".to_owned());
        // A lease that a dead or slow worker held has to run out first, also one that was taken under
        // a clock that was ahead.
        let settled = self.now.get() + i64::from(LEASE_S) * SECOND + CLOCK_JUMP_MOST + 10 * SECOND;
        self.judge.borrow_mut().healthy_from = Some(settled);
    }
}
