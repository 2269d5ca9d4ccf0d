//! The world of one history: one thread, one queue, one store, several processes.
//!
//! A call into the engine runs to its end, but a write inside it may let time pass: everybody else
//! then goes on ([`World::pass`]), which is how two processes, or a process and its own death, meet
//! in the middle of a decision.

use std::cell::{Cell, RefCell};

use chrono::TimeDelta;
use domain::devices::ReceivedFrame;
use domain::incidents::{IncidentStatus, Ladders};
use domain::ports::Change;
use domain::responders::Policy;
use domain::time::Timestamp;
use uuid::Uuid;

use super::agenda::{Agenda, Event, Lane};
use super::coverage::{Coverage, Given};
use super::devices::Said;
use super::dice::Dice;
use super::faults::Fault;
use super::history::History;
use super::judge::Judge;
use super::people::People;
use super::plan::{LIVENESS, Plan, SAFETY, SECOND, stream};
use super::town;
use crate::memory_store::MemoryStore;

/// The moment at which every history begins.
const START_S: i64 = 1_772_323_200;
/// A wall clock jumps by at most this, microseconds.
pub(super) const CLOCK_JUMP_MOST: i64 = 90 * SECOND;
/// How deep calls may wait inside each other.
const DEPTH: u32 = 3;

/// What every history shares.
pub(super) struct Rules {
    pub(super) ladders: Ladders,
    pub(super) policy: Policy,
}

/// A process of the installation; what it keeps in memory is in here and dies with it.
pub(super) struct Process {
    /// Counts its lives.
    pub(super) epoch: Cell<u32>,
    pub(super) is_up: Cell<bool>,
    /// It stands still until then.
    pub(super) paused_until: Cell<i64>,
    /// Its wall clock is ahead by this.
    pub(super) ahead: Cell<i64>,
    /// Devices cannot reach it until then.
    pub(super) cut_off_until: Cell<i64>,
    /// Telemetry is over its limit until then.
    pub(super) flooded_until: Cell<i64>,
    /// It dies in the next write.
    pub(super) is_doomed: Cell<bool>,
    /// So many conflicts are still to come.
    pub(super) conflicts: Cell<u32>,
}

pub(super) struct World {
    pub(super) plan: Plan,
    pub(super) rules: Rules,
    pub(super) store: MemoryStore,
    /// True time in microseconds from the beginning; no process knows it.
    pub(super) now: Cell<i64>,
    /// When the database is back.
    pub(super) storage_back: Cell<i64>,
    /// Somebody noticed that the database is away.
    pub(super) is_away: Cell<bool>,
    pub(super) is_healed: Cell<bool>,
    pub(super) agenda: RefCell<Agenda>,
    pub(super) processes: Vec<Process>,
    pub(super) said: RefCell<Vec<Said>>,
    pub(super) people: RefCell<People>,
    pub(super) judge: RefCell<Judge>,
    pub(super) coverage: RefCell<Coverage>,
    pub(super) history: RefCell<History>,
    pub(super) storage: RefCell<Dice>,
    pub(super) network: RefCell<Dice>,
    pub(super) carrier: RefCell<Dice>,
    pub(super) steps: Cell<u64>,
    depth: Cell<u32>,
    given_out: Cell<u64>,
}

impl World {
    pub(super) fn new(plan: Plan, rules: Rules, is_told: bool) -> Self {
        let dice = |stream| RefCell::new(Dice::of(plan.seed, stream, 0));
        let process = |number: i64| Process {
            epoch: Cell::new(0),
            is_up: Cell::new(true),
            paused_until: Cell::new(0),
            ahead: Cell::new(number * 137_000),
            cut_off_until: Cell::new(0),
            flooded_until: Cell::new(0),
            is_doomed: Cell::new(false),
            conflicts: Cell::new(0),
        };
        let count = i64::try_from(plan.processes).unwrap_or(1);
        Self {
            store: MemoryStore::new(&town::town(&plan)),
            now: Cell::new(0),
            storage_back: Cell::new(0),
            is_away: Cell::new(false),
            is_healed: Cell::new(false),
            agenda: RefCell::default(),
            processes: (0..count).map(process).collect(),
            said: RefCell::default(),
            people: RefCell::new(People::new(&plan)),
            judge: RefCell::default(),
            coverage: RefCell::default(),
            history: RefCell::new(History::new(is_told)),
            storage: dice(stream::STORAGE),
            network: dice(stream::NETWORK),
            carrier: dice(stream::CARRIER),
            steps: Cell::new(0),
            depth: Cell::new(0),
            given_out: Cell::new(0),
            plan,
            rules,
        }
    }

    /// Plays the whole history, or up to its first violation.
    pub(super) fn play(&self) {
        for number in 0..self.plan.alarms.len() {
            self.put_at(self.plan.alarms[number].at, Event::Begin(number));
        }
        for (number, trouble) in self.plan.troubles.iter().enumerate() {
            self.put_at(trouble.at, Event::Trouble(number));
        }
        for process in 0..self.processes.len() {
            self.watch(process);
        }
        if !self.plan.quiet {
            self.put(60 * SECOND, Event::Board);
        }
        self.put_at(SAFETY, Event::Heal);
        let mut until = 0;
        while until < SAFETY && !self.is_broken() {
            until += 600 * SECOND;
            self.run_until(until);
            let at = self.now.get();
            self.judge.borrow_mut().frames(at, &self.store);
        }
        while until < SAFETY + LIVENESS && !self.is_broken() && !self.is_over() {
            until += 60 * SECOND;
            self.judge.borrow_mut().stir();
            self.run_until(until);
        }
        let clock = self.wall();
        let named: Vec<bool> = self.said.borrow().iter().map(Said::is_named).collect();
        let mut judge = self.judge.borrow_mut();
        if judge.found().is_none() {
            judge.end(self.now.get(), clock, &self.store, &named);
            let said = self.said.borrow();
            let unheard =
                (0..said.len()).find(|n| said[*n].wants_answer() && !judge.is_answered(*n));
            if let Some(event) = unheard {
                judge.blame(
                    "end",
                    self.now.get(),
                    format!("event {event} was never answered"),
                );
            }
        }
    }

    /// Everybody was reached and nothing waits: there is nothing left to see.
    fn is_over(&self) -> bool {
        if self.now.get() < SAFETY + 300 * SECOND {
            return false;
        }
        let mut is_over = true;
        self.store.each_timer(|_| is_over = false);
        let queued = domain::notices::DeliveryState::Queued;
        self.store
            .each_notice(|notice| is_over &= notice.state != queued);
        is_over
    }

    /// Physical events of devices, and what people reported.
    pub(super) fn alarms(&self) -> usize {
        let said = self.said.borrow();
        let alarms = said.iter().filter(|said| said.wants_answer()).count();
        alarms + self.people.borrow().reported()
    }

    fn is_broken(&self) -> bool {
        self.judge.borrow().found().is_some()
    }

    /// Lets everybody act until a moment.
    pub(super) fn run_until(&self, until: i64) {
        while !self.is_broken() {
            let next = self.agenda.borrow_mut().take(until);
            let Some((at, event)) = next else { break };
            // What waited for a write that took long happens as soon as it can.
            self.now.set(self.now.get().max(at));
            self.steps.set(self.steps.get() + 1);
            self.happen(event);
            let (at, clock) = (self.now.get(), self.wall());
            self.judge.borrow_mut().look(at, clock, &self.store);
        }
        self.now.set(self.now.get().max(until));
    }

    /// Time passes for whoever waits, and the world goes on.
    pub(super) fn pass(&self, wait: i64) {
        if self.depth.get() >= DEPTH {
            return;
        }
        self.depth.set(self.depth.get() + 1);
        self.run_until(self.now.get() + wait);
        self.depth.set(self.depth.get() - 1);
    }

    pub(super) fn put(&self, wait: i64, event: Event) {
        self.put_at(self.now.get() + wait, event);
    }

    pub(super) fn put_at(&self, at: i64, event: Event) {
        self.agenda.borrow_mut().put(at, event);
    }

    fn happen(&self, event: Event) {
        match event {
            Event::Begin(number) => self.begin(self.plan.alarms[number]),
            Event::Say { event, tries } => self.say(event, tries),
            Event::Arrive { event, process } => self.arrive(event, process),
            Event::Answered(event) => self.hear_answer(event),
            Event::Look {
                process,
                lane,
                is_periodic,
            } => self.look(process, lane, is_periodic),
            Event::Fire {
                process,
                epoch,
                timer,
            } => self.fire(process, epoch, timer),
            Event::HandOver {
                process,
                epoch,
                claimed,
            } => self.hand_over(process, epoch, claimed),
            Event::Hear {
                account,
                key,
                incident,
                offer,
            } => self.hear(account, key, incident, offer),
            Event::Act { deed, tries } => self.act(&deed, tries),
            Event::Meddle(incident) => self.meddle(incident),
            Event::Board => self.board(),
            Event::Trouble(number) => self.trouble(self.plan.troubles[number]),
            Event::Start(process) => self.start(process),
            Event::ClockRight(process) => self.processes[process].ahead.set(0),
            Event::Joined(process) => self.processes[process].cut_off_until.set(0),
            Event::Heal => self.heal(),
        }
    }

    /// True time as a moment: what a right clock shows.
    pub(super) fn wall(&self) -> Timestamp {
        let start = chrono::DateTime::from_timestamp(START_S, 0).unwrap_or_default();
        start + TimeDelta::microseconds(self.now.get())
    }

    /// What a process takes for the present.
    pub(super) fn clock_of(&self, process: usize) -> Timestamp {
        self.wall() + TimeDelta::microseconds(self.processes[process].ahead.get())
    }

    pub(super) fn fresh(&self) -> Uuid {
        let number = self.given_out.get() + 1;
        self.given_out.set(number);
        Uuid::from_u64_pair(0x0515, number)
    }

    /// Whether a fault strikes this time. Never once everything is healed.
    pub(super) fn strikes(&self, fault: Fault) -> bool {
        let chance = self.plan.mix.of(fault);
        if self.is_healed.get() || chance == 0 {
            return false;
        }
        let dice = match fault as usize {
            of if of < Fault::FrameLost as usize => &self.storage,
            of if of < Fault::NoticeLost as usize => &self.network,
            _ => &self.carrier,
        };
        dice.borrow_mut().permille(chance)
    }

    /// A fault took effect.
    pub(super) fn struck(&self, fault: Fault) {
        let mut coverage = self.coverage.borrow_mut();
        *coverage.faults.entry(fault).or_default() += 1;
        drop(coverage);
        let mut history = self.history.borrow_mut();
        history.mark((self.now.get(), fault as usize));
        history.tell(self.now.get(), || format!("  fault: {}", fault.as_str()));
    }

    pub(super) fn tell(&self, line: impl FnOnce() -> String) {
        self.history.borrow_mut().tell(self.now.get(), line);
    }

    /// The event of a frame, when its identity does not hang on a clock.
    pub(super) fn named(&self, frame: &ReceivedFrame) -> Option<usize> {
        let event = super::devices::event_of(&frame.raw)?;
        let is_named = self.said.borrow().get(event)?.is_named();
        is_named.then_some(event)
    }

    /// A decision is durable.
    pub(super) fn committed(
        &self,
        change: &Change,
        before: Option<IncidentStatus>,
        given: Option<Given>,
    ) {
        let Some(incident) = &change.decision.incident else {
            return;
        };
        let opened = change.decision.expected_version.is_none();
        let before = before.filter(|_| !opened);
        if let Some(given) = given {
            let mut coverage = self.coverage.borrow_mut();
            *coverage.transitions.entry((before, given)).or_default() += 1;
        }
        let at = self.now.get();
        let mut history = self.history.borrow_mut();
        let number = (
            incident.id,
            incident.version,
            incident.status,
            incident.rung,
        );
        history.mark((at, number, change.decision.outbox.len(), given));
        history.tell(at, || {
            let from = before.map_or("nothing", IncidentStatus::as_str);
            let given = given.map_or_else(String::new, |given| format!("{given:?}"));
            let short = incident.id.0.as_u128() & 0xFFFF;
            format!("incident {short}: {from} -> {} by {given}", incident.status)
        });
        drop(history);
        self.follow(incident, opened);
    }

    /// The periodic looks of a process.
    pub(super) fn watch(&self, process: usize) {
        for lane in [Lane::Timers, Lane::Outbox] {
            let is_periodic = true;
            let look = Event::Look {
                process,
                lane,
                is_periodic,
            };
            self.put(0, look);
        }
    }
}
