//! Sockets: read, decode, hand over, and answer only after the hand-over has committed.

mod connection;
mod exit;
mod intake;
mod outlet;
pub mod tcp;
pub mod udp;
mod unnamed;

pub use intake::{Arrival, Counted, Intake, IntakeAnswer};
pub use outlet::{NotSent, Outgoing, Outlet, Queue};
