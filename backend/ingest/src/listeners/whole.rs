//! One whole message to the intake, for carriers that hand over messages and not streams.

use std::sync::Arc;

use domain::devices::ReceivedFrame;
use domain::ids::FrameId;
use tokio::time::Instant;

use super::intake::{Arrival, Counted, Intake, IntakeAnswer};
use crate::protocol::{Carrier, Codec, Envelope, Session};

/// What became of a message.
#[derive(Debug)]
pub(super) struct Delivered {
    /// The frame it was kept as.
    pub(super) id: FrameId,
    /// Whether it was kept.
    pub(super) answer: IntakeAnswer,
    /// What the protocol answers; only of use when the intake said so.
    pub(super) reply: Option<Vec<u8>>,
}

/// Decodes a message and hands it over, or hands it over raw.
pub(super) async fn deliver<I: Intake>(
    codec: &'static Codec,
    carrier: Carrier,
    source: &str,
    raw: Vec<u8>,
    intake: &Arc<I>,
) -> Delivered {
    let started = Instant::now();
    let received_at = intake.now();
    let session = Session::default();
    let envelope = Envelope::of(&session).at(received_at).by(carrier);
    let decoded = (codec.decode)(&raw, &envelope);
    let decode_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let reply = decoded
        .as_ref()
        .ok()
        .and_then(|_| (codec.reply)(&raw, &envelope));
    let decoded = decoded.map_err(|error| error.to_string()).map(|mut event| {
        if !event.device_uid.is_named() {
            // Two strangers under no name must not be taken for repeats of each other.
            event.key.0 = format!("{}#{source}", event.key.0);
        }
        event
    });
    let device_uid = match &decoded {
        Ok(event) => Some(event.device_uid.clone()),
        Err(_) => (codec.claimed_uid)(&raw),
    };
    if decoded.is_err() {
        intake.note(Counted::Undecodable);
    }
    let frame = ReceivedFrame {
        id: intake.next_frame_id(),
        protocol: codec.protocol,
        source: source.to_owned(),
        received_at,
        raw,
        decoded,
        device_uid,
    };
    let id = frame.id;
    let answer = intake.accept(Arrival { frame, decode_us }).await;
    Delivered { id, answer, reply }
}

/// Keeps bytes that are not even a message.
pub(super) async fn keep_raw<I: Intake>(
    codec: &'static Codec,
    source: &str,
    raw: Vec<u8>,
    reason: &str,
    intake: &Arc<I>,
) -> IntakeAnswer {
    intake.note(Counted::Undecodable);
    let frame = ReceivedFrame {
        id: intake.next_frame_id(),
        protocol: codec.protocol,
        source: source.to_owned(),
        received_at: intake.now(),
        raw,
        decoded: Err(reason.to_owned()),
        device_uid: None,
    };
    let decode_us = 0;
    intake.accept(Arrival { frame, decode_us }).await
}
