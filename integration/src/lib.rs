//! TestApp, fakes, scenarios, contract and architecture checks.

pub mod books;
pub mod crash;
pub mod load;
pub mod postgres;
pub mod process;
pub mod scorecard;
pub mod strace;
pub mod tcp_proxy;
pub mod watch_device;
pub mod app;
pub mod roles;
pub mod watch;
pub mod world;
