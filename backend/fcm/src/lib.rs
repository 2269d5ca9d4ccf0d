//! Firebase Cloud Messaging over HTTP v1; knows nothing of ours.
//!
//! Start with [`Client::send`]. A [`Message`] goes to one registration token; a [`SendError`] says
//! whether trying again can help and when. With feature `fake`, `fake::Fake` plays Google's token
//! and send endpoints on a loopback port.
//!
//! What it must not know: residents, incidents, offers, words. Callers bring finished texts.

mod answer;
mod client;
mod clock;
mod config;
mod error;
#[cfg(feature = "fake")]
pub mod fake;
mod message;
mod retry_after;
mod tokens;

pub use client::{Client, Sent};
pub use config::{Config, ConfigError, DEFAULT_FCM_URL, DEFAULT_TIMEOUT, ServiceAccountKey};
pub use error::{SendError, TransportError};
pub use message::{Message, NOTIFICATION_ID, Priority};

/// Log filter that keeps access tokens out of the log.
///
/// `yup-oauth2` logs assertions and token answers at `debug`; a library cannot forbid that, the
/// program's filter can.
pub const LOG_FILTER: &str = "yup_oauth2=info";
