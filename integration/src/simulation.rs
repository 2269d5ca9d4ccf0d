//! Deterministic simulation of the engine: one seed, one history.
//!
//! The whole installation lives in one thread: several processes that share a store, devices that
//! repeat until they are answered, carriers, people, and a clock that only the queue moves. The
//! engine is the real one (`domain::apply` and its rules), its ports are ours. For two hours
//! anything may go wrong (safety), then nothing does (liveness), and everything must come to its
//! end. The invariants of the design are asked after every step; a history that breaks one is named
//! by its seed and shrinks.

mod agenda;
mod bugs;
mod carriers;
mod coverage;
mod devices;
mod dice;
mod faults;
mod history;
mod judge;
mod many;
mod people;
mod plan;
mod ports;
mod processes;
mod shrink;
mod town;
mod world;

use domain::incidents::{LadderError, Ladders};
use domain::responders::{Policy, PolicyError, WaveMode};

pub use bugs::Bug;
pub use coverage::{Coverage, Given, Transition, impossible, not_played, possible};
pub use faults::Fault;
pub use judge::Violation;
pub use many::{Failure, Summary, run_many};
pub use plan::Switches;
pub use shrink::{Shrunk, shrink};

use plan::Plan;
use world::{Rules, World};

/// Simulated time of one history until nothing goes wrong any more, seconds.
pub const SAFETY_S: u32 = 7_200;

/// What came of one history.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its seed.
    pub seed: u64,
    /// What broke, if anything did.
    pub violation: Option<Violation>,
    /// Two runs of one seed have the same.
    pub hash: u64,
    /// Transitions and faults.
    pub coverage: Coverage,
    /// Residents in town.
    pub residents: usize,
    /// Physical events of devices and reports of people.
    pub alarms: usize,
    /// Simulated microseconds.
    pub lasted: i64,
    /// Steps of the queue.
    pub steps: u64,
    /// What happened, when it was asked for.
    pub lines: Vec<String>,
}

/// Why nothing can be simulated.
#[derive(Debug, thiserror::Error)]
pub enum Unready {
    /// The shipped ladders.
    #[error(transparent)]
    Ladders(#[from] LadderError),
    /// The shipped policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// Plays the history of a seed.
///
/// # Errors
/// When the shipped ladders or policy cannot be read.
pub fn run(seed: u64, bug: Option<Bug>, off: &Switches, is_told: bool) -> Result<Outcome, Unready> {
    let mut policy = Policy::shipped()?;
    // Half of the histories ask wave by wave, half as the shipped plan does.
    if seed.is_multiple_of(2) {
        policy.waves.mode = WaveMode::Ladder;
    }
    let ladders = Ladders::shipped()?;
    let plan = Plan::of(seed, bug, off);
    let residents = plan.residents;
    let world = World::new(plan, Rules { ladders, policy }, is_told);
    world.play();
    let alarms = world.alarms();
    let violation = world.judge.borrow_mut().verdict();
    let history = world.history.into_inner();
    Ok(Outcome {
        seed,
        violation,
        hash: history.hash(),
        coverage: world.coverage.into_inner(),
        residents,
        alarms,
        lasted: world.now.get(),
        steps: world.steps.get(),
        lines: history.into_lines(),
    })
}
