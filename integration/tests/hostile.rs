//! Rows 3.2 and 3.3: what nobody should send, to every decoder and to the framing before it.

mod hostile {
    pub(crate) mod bytes;
    pub(crate) mod corpus;
    pub(crate) mod cost;
    pub(crate) mod fuzz;
    pub(crate) mod mutate;
}

use std::alloc::System;
use std::sync::{Mutex, MutexGuard, PoisonError};

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Tests that count allocations run one after the other: the allocator counts for all of them.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_deep() -> bool {
    std::env::var("ANLIN_DEEP").is_ok_and(|tier| tier == "1")
}
