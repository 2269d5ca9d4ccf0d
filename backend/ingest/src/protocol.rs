//! What every protocol offers the rest of the crate.

use std::borrow::Cow;

use domain::devices::{DeviceEvent, DeviceUid, Protocol};

/// The longest frame and the longest piece of junk that is handed on, bytes.
pub const MAX_FRAME: usize = 64 * 1024;

/// One protocol: pure functions over bytes.
#[derive(Debug)]
pub struct Codec {
    /// Which one.
    pub protocol: Protocol,
    /// Finds the next frame at the head of a buffer.
    pub split: fn(&[u8], &mut Progress) -> Split,
    /// Says what a whole frame means.
    pub decode: fn(&[u8]) -> Result<DeviceEvent, DecodeError>,
    /// Reads who a frame claims to come from, decodable or not.
    pub claimed_uid: fn(&[u8]) -> Option<DeviceUid>,
    /// Undoes the escapes of the wire.
    pub plain: for<'a> fn(&'a [u8]) -> Cow<'a, [u8]>,
    /// Builds the answer a frame asks for; `None` when it asks for none.
    pub reply: fn(&[u8]) -> Option<Vec<u8>>,
}

/// What stands at the head of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// No frame is complete yet.
    NeedMore,
    /// `..end` is a frame unless the next bytes say otherwise: take it when none come soon.
    Likely {
        /// First byte after the frame.
        end: usize,
    },
    /// `..end` is a frame.
    Frame {
        /// First byte after the frame.
        end: usize,
    },
    /// `..skip` belongs to no frame.
    Garbage {
        /// How many bytes.
        skip: usize,
    },
}

/// What `split` remembers of an unfinished frame, so that no byte is looked at twice.
///
/// Start with the default whenever the head of the buffer moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes already looked at.
    pub scanned: usize,
    /// First byte after the last closing mark seen.
    pub last_close: Option<usize>,
    /// First byte after the earliest place where a next frame seems to follow.
    pub boundary: Option<usize>,
}

/// Why a frame has no meaning; the frame is kept raw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {at}: {reason}")]
pub struct DecodeError {
    /// Offset in the frame.
    pub at: usize,
    /// What is wrong there.
    pub reason: &'static str,
}
