//! Sockets: read, decode, hand over, and answer only after the hand-over has committed.

pub mod broker;
mod connection;
mod exit;
pub mod heartbeats;
mod intake;
pub mod limits;
pub mod message;
pub mod mqtt;
mod outlet;
mod patience;
pub mod sip;
pub mod tcp;
pub mod topics;
pub mod udp;
mod unnamed;

pub use tcp::TcpOptions;

pub use intake::{Arrival, Counted, Intake, IntakeAnswer};
pub use outlet::{NotSent, Outgoing, Outlet, Queue};
