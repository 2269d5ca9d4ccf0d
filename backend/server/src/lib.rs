//! Composition: serves the contract, listens to devices, runs the workers.
//!
//! Start reading at [`app`], the one composition root; [`intake`] is the alarm path, [`engine`]
//! the ports of the domain, `workers` what happens without anybody asking.

pub mod allocation;
pub mod api;
pub mod app;
pub mod backlog;
pub mod backup;
mod calls;
pub mod carriers;
pub mod clock;
mod columns;
pub mod config;
pub mod conformance;
pub mod demo;
pub mod directory;
pub mod doors;
pub mod engine;
pub mod falls;
pub mod health;
pub mod import;
pub mod intake;
pub mod ladders;
pub mod life_signs;
pub mod listening;
pub mod maps;
pub mod ops;
pub mod page;
#[cfg(feature = "planted-bugs")]
mod plant;
pub mod presence;
pub mod progress;
pub mod replay;
pub mod seed;
pub mod stages;
pub mod wake;
pub mod watchdog;
pub mod workers;
