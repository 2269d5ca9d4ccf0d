//! What every protocol offers the rest of the crate.

use std::borrow::Cow;

pub use domain::devices::Carrier;
use domain::devices::{Claim, DeviceEvent, DeviceUid, Protocol};
use domain::time::Timestamp;

use crate::conformance::Manner;

/// The longest frame and the longest piece of junk that is handed on, bytes.
pub const MAX_FRAME: usize = 64 * 1024;

/// One protocol: pure functions over bytes.
#[derive(Debug)]
pub struct Codec {
    /// Which one.
    pub protocol: Protocol,
    /// What carries it.
    pub carriers: &'static [Carrier],
    /// What a wrong checksum does.
    pub checksum: Checksum,
    /// Finds the next frame at the head of a buffer; a datagram is a buffer of its own.
    pub split: fn(&[u8], &mut Progress) -> Split,
    /// Says what a whole frame means.
    pub decode: fn(&[u8], &Envelope<'_>) -> Result<DeviceEvent, DecodeError>,
    /// Reads who a frame claims to come from, decodable or not.
    pub claimed_uid: fn(&[u8]) -> Option<DeviceUid>,
    /// Undoes the escapes of the wire.
    pub plain: for<'a> fn(&'a [u8]) -> Cow<'a, [u8]>,
    /// Builds the answer a frame asks for; `None` when it asks for none, or needs a clock and the
    /// envelope has none. Called for frames that decode.
    pub reply: fn(&[u8], &Envelope<'_>) -> Option<Vec<u8>>,
    /// Remembers what a kept frame says about the rest of its connection, beyond who it is.
    pub learn: fn(&[u8], &mut Session),
    /// Invented frames as they stand on the wire, one of every kind: for tests and fuzzers.
    pub samples: fn() -> Vec<Vec<u8>>,
    /// What it calls a login and a heartbeat, and what it cannot say.
    pub manner: Manner,
}

/// Reads who a frame claims to come from.
type ClaimedUid = fn(&[u8]) -> Option<DeviceUid>;
/// Says what a whole frame means.
type Decode = fn(&[u8], &Envelope<'_>) -> Result<DeviceEvent, DecodeError>;

impl Codec {
    /// A protocol whose carrier hands over whole messages that want no answer and carry no checksum.
    pub const fn of_messages(
        protocol: Protocol,
        carriers: &'static [Carrier],
        decode: Decode,
        claimed_uid: ClaimedUid,
        samples: fn() -> Vec<Vec<u8>>,
        manner: Manner,
    ) -> Self {
        Self {
            protocol,
            carriers,
            checksum: Checksum::Absent,
            split: whole_message,
            decode,
            claimed_uid,
            plain: unescaped,
            reply: never_replies,
            learn: learns_nothing,
            samples,
            manner,
        }
    }
}

/// What a wrong checksum does, decided for every protocol on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// The protocol has none.
    Absent,
    /// The frame is refused.
    Strict,
    /// The frame is taken, because clones send wrong ones and an alarm must not be lost by that; but
    /// it names nobody: its event is unnamed unless the connection knows its device.
    Lenient,
}

impl Codec {
    /// What the identity of an event rests on whose frame came this way.
    ///
    /// A lenient checksum protects nobody's name: a frame that fails it is taken all the same.
    pub fn claim(&self, session: &Session) -> Claim {
        match (&session.uid, self.checksum) {
            (Some(_), _) => Claim::Session,
            (None, Checksum::Strict) => Claim::Checked,
            (None, Checksum::Lenient | Checksum::Absent) => Claim::Said,
        }
    }
}

/// What is known about a frame beside its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// What earlier frames of the connection said.
    pub session: &'a Session,
    /// When it was received. `None` where that is not recorded: what needs it is left out.
    pub received_at: Option<Timestamp>,
    /// What brought it, where a protocol wraps its datagrams and not its streams.
    pub carrier: Option<Carrier>,
    /// MQTT topic.
    pub topic: Option<&'a str>,
    /// LoRaWAN port.
    pub fport: Option<u8>,
}

impl Default for Envelope<'_> {
    fn default() -> Self {
        Envelope::of(&FRESH)
    }
}

impl<'a> Envelope<'a> {
    /// Nothing known but the connection.
    pub fn of(session: &'a Session) -> Self {
        Self {
            session,
            received_at: None,
            carrier: None,
            topic: None,
            fport: None,
        }
    }

    /// The same, received at a known moment.
    pub fn at(self, received_at: Timestamp) -> Self {
        Self {
            received_at: Some(received_at),
            ..self
        }
    }

    /// The same, brought by a known carrier.
    pub fn by(self, carrier: Carrier) -> Self {
        Self {
            carrier: Some(carrier),
            ..self
        }
    }

    /// Who sent a frame: its own word, else who logged in, else nobody by name.
    pub fn sender(&self, named: Option<DeviceUid>) -> DeviceUid {
        named
            .or_else(|| self.session.uid.clone())
            .unwrap_or_else(DeviceUid::unnamed)
    }

    /// The model the program was told, as a word to compare.
    pub fn model(&self) -> &str {
        self.session.model.as_deref().unwrap_or_default()
    }
}

/// What a connection has learnt from frames that were kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// Who it is bound to; protocols that name the device only at login read it here.
    pub uid: Option<DeviceUid>,
    /// The device's model, when the program knows it.
    pub model: Option<String>,
    /// Zone of the device's clock, seconds east, when it said so.
    pub zone_s: Option<i32>,
    /// Replies sent so far: the server's own serial, where a protocol has one.
    pub replies: u16,
}

/// A connection of which nothing is known.
static FRESH: Session = Session {
    uid: None,
    model: None,
    zone_s: None,
    replies: 0,
};

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

impl DecodeError {
    /// Says what is wrong where.
    pub const fn new(at: usize, reason: &'static str) -> Self {
        Self { at, reason }
    }
}

/// `plain` of a protocol without escapes.
pub fn unescaped(frame: &[u8]) -> Cow<'_, [u8]> {
    Cow::Borrowed(frame)
}

/// `learn` of a protocol whose frames stand alone.
pub fn learns_nothing(_frame: &[u8], _session: &mut Session) {}

/// `reply` of a protocol that answers nothing.
pub fn never_replies(_frame: &[u8], _envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    None
}

/// `split` of a protocol whose carrier already delivers one message at a time.
pub fn whole_message(buffer: &[u8], _seen: &mut Progress) -> Split {
    match buffer.len() {
        0 => Split::NeedMore,
        end => Split::Likely { end },
    }
}
