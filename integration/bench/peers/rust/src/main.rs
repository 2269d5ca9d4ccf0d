//! Ours and theirs in one process on the same inputs, a round at a time as `run` asks for them.
//!
//! Reads lines `prepare WORKLOAD NETWORK`, `round NUMBER` and `done`, answers each with a line of
//! JSON. Preparing compares the answers of all contestants; a difference is an error.

mod clock;
mod dice;
mod growth;
mod memory;
mod protocol;
mod tiles;
mod town;
mod w1;
mod w2;
mod w3;
mod w4;
mod w5;
mod w6;
mod w7;

/// Whatever went wrong: a workload cannot be measured then.
pub(crate) type Fault = Box<dyn std::error::Error>;

fn main() -> Result<(), Fault> {
    protocol::serve()
}
