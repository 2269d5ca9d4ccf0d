//! TestApp, fakes, scenarios, contract and architecture checks.

pub mod app;
pub mod books;
pub mod crash;
pub mod crowd;
pub mod fuzz;
pub mod line;
pub mod load;
pub mod memory_store;
pub mod mosquitto;
pub mod mqtt;
pub mod postgres;
pub mod process;
pub mod roles;
pub mod scorecard;
pub mod served;
pub mod store_suite;
pub mod storm;
pub mod strace;
pub mod tcp_proxy;
pub mod watch;
pub mod watch_device;
pub mod world;
