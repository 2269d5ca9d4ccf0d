//! One seed, one plan: who lives there, what happens to them, and what goes wrong.

use std::collections::BTreeSet;

use super::bugs::Bug;
use super::dice::Dice;
use super::faults::{Fault, Mix};

/// Microseconds in a second.
pub(super) const SECOND: i64 = 1_000_000;
/// How long anything may go wrong: two hours.
pub(super) const SAFETY: i64 = 7_200 * SECOND;
/// How long everything then has to come to its end, at most.
pub(super) const LIVENESS: i64 = 3_600 * SECOND;
/// Streams of draws.
pub(super) mod stream {
    pub(in super::super) const PLAN: u64 = 1;
    pub(in super::super) const ALARM: u64 = 2;
    pub(in super::super) const TROUBLE: u64 = 3;
    pub(in super::super) const STORAGE: u64 = 4;
    pub(in super::super) const NETWORK: u64 = 5;
    pub(in super::super) const CARRIER: u64 = 6;
    pub(in super::super) const PEOPLE: u64 = 7;
}

/// What is left out of a history, so that it shrinks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// Planned alarms that do not happen.
    pub alarms_off: BTreeSet<usize>,
    /// Troubles of processes and storage that do not happen.
    pub troubles_off: BTreeSet<usize>,
    /// Kinds of faults that never strike.
    pub faults_off: BTreeSet<Fault>,
    /// People do only what they are asked to.
    pub quiet: bool,
    /// Responders who are not there, counted from the last.
    pub responders_off: usize,
}

/// What a device or a person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The help button.
    Sos,
    /// A fall.
    Fall,
    /// A fall of a device that lies on its charger: the resident gets time to cancel.
    DoubtfulFall,
    /// Smoke.
    Smoke,
    /// No reason given.
    Unspecified,
    /// Something to look at.
    LowBattery,
    /// Something suspects a fall.
    Suspicion,
    /// Bytes that mean nothing.
    Noise,
    /// Values that may be evidence.
    Telemetry,
    /// A relative asks for help.
    Report,
    /// A device is not heard any more.
    Silence,
}

/// One thing that is going to happen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Planned {
    /// When, in microseconds from the beginning.
    pub(super) at: i64,
    /// To whom: the number of the resident.
    pub(super) resident: usize,
    /// What.
    pub(super) what: What,
}

/// One trouble that is going to befall a process, or the storage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trouble {
    pub(super) at: i64,
    pub(super) fault: Fault,
    pub(super) process: usize,
    pub(super) lasts: i64,
}

/// A whole history before it happens.
pub(super) struct Plan {
    pub(super) seed: u64,
    pub(super) bug: Option<Bug>,
    pub(super) quiet: bool,
    pub(super) residents: usize,
    pub(super) responders: usize,
    pub(super) operators: usize,
    pub(super) processes: usize,
    pub(super) alarms: Vec<Planned>,
    pub(super) troubles: Vec<Trouble>,
    pub(super) mix: Mix,
}

/// Troubles that begin at a moment; all other faults strike by chance.
const TROUBLES: [Fault; 7] = [
    Fault::Crash,
    Fault::Pause,
    Fault::ClockForward,
    Fault::ClockBack,
    Fault::Partition,
    Fault::StorageAway,
    Fault::Flood,
];

impl Plan {
    /// The plan of a seed.
    pub(super) fn of(seed: u64, bug: Option<Bug>, off: &Switches) -> Self {
        let mut dice = Dice::of(seed, stream::PLAN, 0);
        let residents = usize::try_from(dice.between(20, 32)).unwrap_or(20);
        let responders = usize::try_from(dice.between(6, 16)).unwrap_or(6);
        let operators = usize::try_from(dice.between(1, 3)).unwrap_or(1);
        let processes = usize::try_from(dice.between(2, 3)).unwrap_or(2);
        let count = usize::try_from(dice.between(120, 150)).unwrap_or(120);
        let troubles = usize::try_from(dice.between(14, 28)).unwrap_or(14);
        let mix = Mix::draw(&mut dice, &off.faults_off);
        let alarm = |number| Planned::draw(seed, number, residents);
        let alarms = (0..count).filter(|n| !off.alarms_off.contains(n));
        let trouble = |number| Trouble::draw(seed, number, processes);
        let happens = |trouble: &Trouble| !off.faults_off.contains(&trouble.fault);
        let numbers = (0..troubles).filter(|n| !off.troubles_off.contains(n));
        Self {
            seed,
            bug,
            quiet: off.quiet,
            residents,
            responders: responders.saturating_sub(off.responders_off),
            operators,
            processes,
            alarms: alarms.map(alarm).collect(),
            troubles: numbers.map(trouble).filter(happens).collect(),
            mix,
        }
    }
}

impl Planned {
    fn draw(seed: u64, number: usize, residents: usize) -> Self {
        let mut dice = Dice::of(seed, stream::ALARM, number as u64);
        let what = match dice.between(0, 99) {
            0..=21 => What::Sos,
            22..=35 => What::Fall,
            36..=47 => What::DoubtfulFall,
            48..=51 => What::Smoke,
            52..=57 => What::Unspecified,
            58..=65 => What::LowBattery,
            66..=73 => What::Suspicion,
            74..=76 => What::Noise,
            77..=87 => What::Telemetry,
            88..=94 => What::Report,
            _ => What::Silence,
        };
        // Some people have a bad day.
        let resident = match dice.permille(250) {
            true => dice.place(3),
            false => dice.place(residents),
        };
        Self {
            at: dice.between(0, SAFETY - 60 * SECOND),
            resident,
            what,
        }
    }
}

impl Trouble {
    fn draw(seed: u64, number: usize, processes: usize) -> Self {
        let mut dice = Dice::of(seed, stream::TROUBLE, number as u64);
        Self {
            at: dice.between(60 * SECOND, SAFETY - 120 * SECOND),
            fault: dice.pick(&TROUBLES),
            process: dice.place(processes),
            lasts: dice.seconds(2, 120),
        }
    }
}
