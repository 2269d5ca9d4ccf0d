//! Sockets: read, decode, hand over, and answer only after the hand-over has committed.

pub mod broker;
mod connection;
mod intake;
pub mod message;
pub mod mqtt;
pub mod tcp;
pub mod topics;
pub mod udp;
mod unnamed;

pub use intake::{Arrival, Counted, Intake, IntakeAnswer};
