//! Rows 4.2, 4.3, 4.5 and 4.10: a disk that forgets, a disk that fails, a clock that jumps, and bugs
//! that were planted to see whether all this would be noticed.

mod faults {
    pub(crate) mod io_faults;
    pub(crate) mod planted;
    pub(crate) mod power;
    pub(crate) mod timers;
}

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use integration::process::{Seeded, Site};

/// One test at a time: they measure, and a machine has few cores.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Seeded once; every test has a copy of its own, in memory.
fn place() -> anyhow::Result<Site> {
    static SEEDED: OnceLock<Seeded> = OnceLock::new();
    let seeded = SEEDED.get_or_init(|| Seeded::small().expect("a seeded site"));
    Site::in_memory(seeded)
}
