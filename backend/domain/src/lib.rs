//! What is true and what happens next.
//!
//! The core of Anlin: no I/O, no clock, no randomness. A decision is a function of what is known
//! and the time it is asked, and everything it wants done comes back as data.
//!
//! Start reading at [`incidents::decide`] (the rules) and [`apply`] (the only way an incident
//! changes). The outside world is reached only through the traits in [`ports`].
//!
//! This crate must not know tokio, poem, diesel, a clock, a random source or a file system.

pub mod access;
pub mod apply;
pub mod audit;
pub mod closures;
pub mod devices;
pub mod evidence;
pub mod falls;
pub mod geo;
pub mod identity;
pub mod ids;
pub mod incidents;
pub mod life_signs;
pub mod message;
pub mod notices;
pub mod ports;
pub mod residents;
pub mod responders;
pub mod time;
mod words;
