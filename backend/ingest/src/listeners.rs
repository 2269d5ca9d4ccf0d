//! Sockets: read, decode, hand over, and answer only after the hand-over has committed.

mod connection;
mod intake;
pub mod tcp;
pub mod udp;
mod unnamed;

pub use intake::{Arrival, Counted, Intake, IntakeAnswer};
