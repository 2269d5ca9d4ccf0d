//! Bytes to device events; one folder per protocol, listeners at its edge.
//!
//! A protocol is a few pure functions in a [`Codec`]: `split` finds frames in a stream, `decode`
//! says what one means, `claimed_uid` reads who sent an undecodable one, `reply` builds the answer.
//! [`registry::CODECS`] is the one explicit list. [`reassembly::Reassembly`] turns reads of any size
//! into frames, [`lines`] answers recorded frames line by line, and `listeners` (feature
//! `listeners`) serve sockets: read, decode, hand to an `Intake`, reply after it has committed.
//!
//! Start reading at [`watch::decode`]. Nothing here panics on any bytes, and nothing is dropped:
//! what cannot be decoded is handed on raw with the reason.
//!
//! This crate must not know diesel, poem, residents, incidents, a clock or a random source.

pub mod anlin_json;
pub mod b2316;
pub mod blegw;
pub mod bytes;
pub mod checksums;
pub mod chirpstack;
pub mod conformance;
pub mod downlink;
pub mod eelink;
pub mod fields;
pub mod fifotrack;
pub mod framing;
pub mod gps103;
pub mod gt06;
pub mod h02;
pub mod json;
pub mod jt808;
pub mod kati;
pub mod keys;
pub mod lines;
#[cfg(feature = "listeners")]
pub mod listeners;
pub mod lorawan;
pub mod mictrack;
pub mod minifinder;
pub mod minifinder2;
pub mod places;
pub mod protocol;
pub mod r16h;
pub mod reassembly;
pub mod registry;
pub mod scaip;
pub mod solarpowered;
pub mod t800x;
pub mod topin;
pub mod trv;
pub mod ttn;
pub mod v680;
pub mod vayyar;
pub mod watch;
pub mod webhook;
pub mod xexun2;
pub mod xexun3;
pub mod zigbee2mqtt;

pub use protocol::{
    Carrier, Checksum, Codec, DecodeError, Envelope, MAX_FRAME, Progress, Session, Split,
};
