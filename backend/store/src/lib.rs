//! Storage on SQLite and PostgreSQL through one code path.
//!
//! [`Database`] opens a database and asserts what durability rests on; [`Writer`] is the only
//! place where the running server commits; [`SqlStore`] implements `domain::ports::Store` and the
//! reads of the API. Start reading at [`SqlStore`] and `port::save`.
//!
//! This crate must not know HTTP, async or the words people read. It takes the present as a
//! parameter and decides nothing about incidents.

mod acceptance;
mod accounts;
mod audit;
pub mod backup;
mod beside;
mod bindings;
mod calls;
mod care;
mod channel_tests;
mod conn;
mod database;
mod device_commands;
mod device_credentials;
mod device_health;
mod devices;
mod enrolments;
mod errors;
mod evidence;
mod frames;
mod gateway_callbacks;
mod health;
mod health_records;
mod incidents;
pub mod installation;
mod ladders;
mod life_signs;
mod missions;
mod networks;
mod notifications;
mod offers;
mod once;
mod outages;
mod paging;
mod partial;
mod places;
#[cfg(feature = "planted-bugs")]
pub mod plant;
mod port;
mod push_endpoints;
mod reach;
mod receipts;
mod requirements;
mod residents;
mod responders;
mod rows;
pub mod schema;
mod sealed;
pub mod seeding;
mod signed;
mod sql_store;
pub mod sql_types;
mod standings;
mod statement;
mod street_closures;
mod timeline;
mod uptime;
mod usual_ways;
mod watchdog;
mod writer;

pub use acceptance::{Issued, Redeemable};
pub use accounts::{Account, Principal, token_sha256};
pub use beside::FalseAlarms;
pub use bindings::{Bound, Unbinding};
pub use calls::{Call, ClaimedCall};
pub use channel_tests::ChannelTest;
pub use conn::Conn;
pub use database::{Database, DatabaseUrl, OpenError, Options, SettingError};
pub use device_commands::{ClaimedCommand, WaitingCommand};
pub use device_credentials::Voucher;
pub use device_health::{LookedAt, WatchedDevice};
pub use devices::{DeviceRecord, DirectoryEntry, Registered, Standing};
pub use enrolments::UnprovenEnrolment;
pub use frames::{FrameFilter, FrameRecord};
pub use gateway_callbacks::Seen;
pub use health::Health;
pub use incidents::{IncidentFilter, IncidentScope, IncidentState};
pub use ladders::LadderSet;
pub use life_signs::ReadingsOfHomes;
pub use missions::RecordKey;
pub use networks::StoredNetwork;
pub use notifications::OutboxRecord;
pub use once::derived_id;
pub use outages::OutageHome;
pub use paging::{BadCursor, Cursor, Page, PageRequest};
pub use places::{Division, Facility};
pub use push_endpoints::{Platform, PushEndpoint};
pub use reach::Reach;
pub use receipts::{KeptReceipt, NextStep, Passed, Way};
pub use residents::ResidentScope;
pub use sealed::{Column, KeyError, KeyRing, SealError, Sealed};
pub use sql_store::SqlStore;
pub use timeline::Numbered;
pub use uptime::LAST_ALIVE;
pub use watchdog::Orphan;
pub use writer::{Lane, Writer, WriterStats};
