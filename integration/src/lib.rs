//! TestApp, fakes, scenarios, contract and architecture checks.

pub mod app;
pub mod books;
pub mod crash;
pub mod crowd;
pub mod fuzz;
pub mod io_faults;
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
pub mod shim;
pub mod simulation;
pub mod store_suite;
pub mod strace;
pub mod tcp_proxy;
pub mod timer_truth;
pub mod trial;
pub mod watch;
pub mod watch_device;
pub mod world;
