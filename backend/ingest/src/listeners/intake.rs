//! What a listener needs from the program around it.

use std::future::Future;

use domain::devices::{DeviceUid, Protocol, ReceivedFrame};
use domain::ids::FrameId;
use domain::time::Timestamp;

use super::outlet::Outlet;

/// Where frames go. Implemented once, by the program that can store them.
pub trait Intake: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// An identity for the next frame.
    fn next_frame_id(&self) -> FrameId;

    /// Keeps a frame and resolves when it is safe: the device is answered after that and no
    /// earlier. One connection never has two frames here at once, so order is kept.
    fn accept(&self, arrival: Arrival) -> impl Future<Output = IntakeAnswer> + Send;

    /// The reply to a frame is handed to the socket: the device is being answered.
    fn answered(&self, _frame: FrameId) {}

    /// A frame of this device was kept on a connection that can be written to: the device is here.
    /// Told once for a connection, and once for a datagram.
    fn here(&self, _protocol: Protocol, _device: &DeviceUid, _frame: &[u8], _outlet: &Outlet) {}

    /// That connection has ended. A newer one of the same device stays.
    fn left(&self, _protocol: Protocol, _device: &DeviceUid, _outlet: &Outlet) {}

    /// Something was counted.
    fn note(&self, _what: Counted) {}
}

/// A frame on its way in.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// The frame, decoded or not.
    pub frame: ReceivedFrame,
    /// How long decoding took, microseconds.
    pub decode_us: u64,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntakeAnswer {
    /// Committed: send the protocol's reply, if it has one for this frame.
    Reply,
    /// Kept, and the device hears nothing.
    Silent,
    /// Committed, but its sender did not prove who it is: a human looks at it first.
    Unconfirmed,
    /// Not kept because its sender proved nothing and nothing depends on it: repeating is no use.
    Refused,
    /// Not kept: the device must not be answered, so that it repeats.
    Unavailable,
}

/// What happens on sockets beside frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// A connection was opened.
    Opened,
    /// A connection ended, whoever ended it.
    Closed,
    /// A connection was turned away because there were too many.
    TurnedAway,
    /// Bytes that could not be decoded were handed on raw.
    Undecodable,
    /// A frame over the limit; its connection is closed.
    Oversize,
    /// A frame named another device than the connection is bound to.
    IdentityChanged,
    /// A connection was closed because no whole frame came for too long.
    Idle,
    /// A connection was closed because a frame that had begun did not end in time.
    Stalled,
    /// A frame that is no alarm was over its connection's limit: answered as usual and not kept.
    OverLimit,
    /// A reply could not be written.
    ReplyFailed,
    /// A user name or password was wrong.
    LoginRefused,
    /// Something was published or subscribed where its sender has no right to.
    TopicRefused,
    /// The connection to an external broker was lost.
    BrokerLost,
}
