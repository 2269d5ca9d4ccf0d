//! Messages that prove their sender: our own JSON, whatever carried it.
//!
//! What is proven counts as the device's word, once. What is not proven counts as nobody's: an alarm
//! goes before a human under the name it claims, everything else is refused.

use std::sync::Arc;

use domain::devices::replay::{SignedMessage, Verdict};
use domain::devices::{Claim, DeviceUid, EventKey, Protocol, ReceivedFrame};
use domain::ports::StoreError;
use ingest::anlin_json::frame::{Signed, take_apart};
use ingest::anlin_json::signature::verify;
use ingest::listeners::IntakeAnswer;
use sha2::{Digest as _, Sha256};
use store::SqlStore;

use super::FrameIntake;
use crate::engine::blocking;

/// Bytes of a digest that tell two forgeries apart.
const TOLD_APART: usize = 8;

/// What a message proves.
enum Proof {
    /// The device sent it, and it is new.
    New(SignedMessage),
    /// The device sent it, and it is kept already.
    Repeat,
    /// Nothing.
    Nothing(&'static str),
}

impl FrameIntake {
    /// Keeps a message as far as it proves who sent it.
    pub(super) async fn signed(&self, mut frame: ReceivedFrame, decode_us: u64) -> IntakeAnswer {
        let is_alarm = frame.decoded.as_ref().is_ok_and(|event| event.is_alarm);
        let claims = frame.device_uid.as_ref();
        let strange = claims.is_none_or(DeviceUid::is_unconfirmed) || frame.quarantine().is_some();
        let proof = if strange {
            Ok(Proof::Nothing(
                "it names no device, or one that is not its sender's",
            ))
        } else {
            let (store, raw) = (self.engine.store.clone(), frame.raw.clone());
            blocking(move || prove(&store, &raw, is_alarm)).await
        };
        match proof {
            Ok(Proof::New(message)) => {
                let mut engine = self.engine.clone();
                engine.store = Arc::new(engine.store.letting_in(message));
                if let Ok(event) = &mut frame.decoded {
                    event.claim = Some(Claim::Signed);
                }
                self.keep(engine, frame, decode_us).await
            }
            Ok(Proof::Repeat) => {
                self.counters.signed_repeats.count();
                IntakeAnswer::Reply
            }
            Ok(Proof::Nothing(why)) if is_alarm => {
                self.counters.unproven_alarms.count();
                tracing::warn!(why, "an alarm proves nothing; a human looks at it first");
                disown(&mut frame);
                match self.keep(self.engine.clone(), frame, decode_us).await {
                    IntakeAnswer::Reply => IntakeAnswer::Unconfirmed,
                    other => other,
                }
            }
            Ok(Proof::Nothing(why)) => {
                self.counters.unproven_refused.count();
                tracing::warn!(why, "a message proves nothing and is refused");
                IntakeAnswer::Refused
            }
            Err(error) => self.not_stored(&error.into()),
        }
    }
}

/// Holds a message against the keys of the device it names, and against what came before.
fn prove(store: &SqlStore, raw: &[u8], is_alarm: bool) -> Result<Proof, StoreError> {
    let Ok(message) = take_apart(raw) else {
        return Ok(Proof::Nothing("it cannot be read"));
    };
    let keys = store.signing_keys(Protocol::AnlinJson, &message.device)?;
    if keys.is_empty() {
        return Ok(Proof::Nothing("the device it names has no key"));
    }
    let is_signed = |key: &String| verify(&message, key.as_bytes()).is_ok();
    if !keys.iter().any(is_signed) {
        return Ok(Proof::Nothing("its signature is wrong or missing"));
    }
    let signed = of_window(message);
    Ok(match store.replay_verdict(&signed)? {
        Verdict::New => Proof::New(signed),
        Verdict::Repeat if !is_alarm => Proof::Repeat,
        // A device that lost count gives an old number to a new alarm, which must not be swallowed.
        Verdict::Repeat if store.alarm_is_stored(&signed.device, raw)? => Proof::Repeat,
        Verdict::Repeat => Proof::Nothing("its number was used for something else"),
        Verdict::Refused => Proof::Nothing("it is older than what came before"),
    })
}

fn of_window(message: Signed) -> SignedMessage {
    SignedMessage {
        device: message.device,
        boot: message.boot,
        sequence: message.sequence,
        time: message.time,
    }
}

/// Takes the claimed name away. The same forgery sent twice is one event; it never takes the place
/// of an event of the device it names.
fn disown(frame: &mut ReceivedFrame) {
    let own = |uid: &DeviceUid| match uid.is_unconfirmed() {
        true => uid.clone(),
        false => uid.unconfirmed(),
    };
    frame.device_uid = frame.device_uid.as_ref().map(own);
    let digest = Sha256::digest(&frame.raw);
    if let Ok(event) = &mut frame.decoded {
        event.device_uid = own(&event.device_uid);
        let told_apart = hex::encode(&digest[..TOLD_APART]);
        event.key = EventKey(format!("{}#{told_apart}", event.key.0));
    }
}
