//! Carriers that bring whole messages (MQTT, HTTPS, SIP): one message is one frame.

use std::time::Duration;

use domain::devices::{Claim, DeviceEvent, DeviceUid, Protocol, ReceivedFrame, Recency};
use domain::ids::FrameId;
use domain::time::Timestamp;

use super::intake::{Arrival, Counted, Intake, IntakeAnswer};
use crate::protocol::{Carrier, Envelope, Session};
use crate::registry;

/// A message as it was carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it speaks.
    pub protocol: Protocol,
    /// What brought it.
    pub carrier: Carrier,
    /// MQTT topic, as the protocol's own documents write it.
    pub topic: Option<String>,
    /// Peer address without port, or what else it came through.
    pub source: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// A broker had kept it from earlier: it speaks of then, not of now.
    pub retained: bool,
}

/// A message with its meaning.
#[derive(Clone, Debug)]
pub struct Read {
    /// The message.
    pub message: Message,
    /// What it means, or why it means nothing.
    pub decoded: Result<DeviceEvent, String>,
    /// Who it claims to come from, when that much could be read.
    pub claimed: Option<DeviceUid>,
    took: Duration,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The frame it was kept as.
    pub id: FrameId,
    /// Whether it may be acknowledged.
    pub answer: IntakeAnswer,
    /// The protocol's own words for the acknowledgement, where it has some.
    pub reply: Option<Vec<u8>>,
    /// Whether it had a meaning.
    pub decoded: bool,
}

impl Message {
    /// Says what it means; nothing is kept yet.
    pub fn read(self) -> Read {
        let codec = registry::codec(self.protocol);
        let started = tokio::time::Instant::now();
        let session = Session::default();
        let decoded = (codec.decode)(&self.bytes, &self.envelope(&session));
        let claim = codec.claim(&session);
        let decoded = decoded.map(|event| self.labelled(event, claim));
        let claimed = match &decoded {
            Ok(event) => Some(event.device_uid.clone()),
            Err(_) => (codec.claimed_uid)(&self.bytes),
        };
        Read {
            decoded: decoded.map_err(|error| error.to_string()),
            claimed,
            took: started.elapsed(),
            message: self,
        }
    }

    fn envelope<'a>(&'a self, session: &'a Session) -> Envelope<'a> {
        Envelope {
            topic: self.topic.as_deref(),
            ..Envelope::of(session).at(self.received_at).by(self.carrier)
        }
    }

    fn labelled(&self, mut event: DeviceEvent, claim: Claim) -> DeviceEvent {
        event.carrier = Some(self.carrier);
        event.claim = Some(claim);
        if self.retained {
            event.recency = Recency::Stored;
        }
        if !event.device_uid.is_named() {
            // Two strangers under no name must not be taken for repeats of each other.
            event.key.0 = format!("{}#{}", event.key.0, self.source);
        }
        event
    }

    fn reply(&self) -> Option<Vec<u8>> {
        let session = Session::default();
        (registry::codec(self.protocol).reply)(&self.bytes, &self.envelope(&session))
    }
}

impl Read {
    /// Its carrier lets only this device speak: a message of another one goes into quarantine.
    #[must_use]
    pub fn from_nobody_but(mut self, own: &DeviceUid, intake: &impl Intake) -> Self {
        if self.claimed.as_ref().is_some_and(|claimed| claimed != own) {
            intake.note(Counted::IdentityChanged);
            let decoded = self.decoded;
            self.decoded = decoded.map(|event| event.into_quarantine(own.clone()));
            return self;
        }
        self.resting_on(Claim::Session)
    }

    /// Whoever brings it has shown that it may speak for this device.
    #[must_use]
    pub fn vouched_for(self) -> Self {
        self.resting_on(Claim::Checked)
    }

    /// A better claim takes the place of a lesser one.
    fn resting_on(mut self, claim: Claim) -> Self {
        if let Ok(event) = &mut self.decoded {
            event.claim = event.claim.min(Some(claim)).or(Some(claim));
        }
        self
    }

    /// Its carrier may not speak for the device it names: what it says is a stranger's.
    #[must_use]
    pub fn from_a_stranger(mut self) -> Self {
        self.claimed = self.claimed.map(|claimed| claimed.unconfirmed());
        if let Ok(event) = &mut self.decoded {
            event.device_uid = event.device_uid.unconfirmed();
        }
        self
    }

    /// Hands it over; resolves when it is safe, or known not to be. Its sender hears at once.
    pub async fn hand_over(self, intake: &impl Intake) -> Kept {
        let kept = self.keep(intake).await;
        if !matches!(
            kept.answer,
            IntakeAnswer::Unavailable | IntakeAnswer::Refused
        ) {
            intake.answered(kept.id);
        }
        kept
    }

    /// Hands it over; the caller notes when its sender hears.
    pub async fn keep(self, intake: &impl Intake) -> Kept {
        let reply = self.decoded.is_ok().then(|| self.message.reply()).flatten();
        let is_decoded = self.decoded.is_ok();
        if !is_decoded {
            intake.note(Counted::Undecodable);
        }
        let id = intake.next_frame_id();
        let frame = ReceivedFrame {
            id,
            protocol: self.message.protocol,
            source: self.message.source,
            received_at: self.message.received_at,
            raw: self.message.bytes,
            decoded: self.decoded,
            device_uid: self.claimed,
        };
        let decode_us = u64::try_from(self.took.as_micros()).unwrap_or(u64::MAX);
        let answer = intake.accept(Arrival { frame, decode_us }).await;
        Kept {
            id,
            answer,
            reply,
            decoded: is_decoded,
        }
    }
}

/// Keeps bytes that are not even a message.
pub(super) async fn keep_raw<I: Intake>(
    protocol: Protocol,
    source: &str,
    raw: Vec<u8>,
    reason: &str,
    intake: &I,
) -> IntakeAnswer {
    intake.note(Counted::Undecodable);
    let frame = ReceivedFrame {
        id: intake.next_frame_id(),
        protocol,
        source: source.to_owned(),
        received_at: intake.now(),
        raw,
        decoded: Err(reason.to_owned()),
        device_uid: None,
    };
    let decode_us = 0;
    intake.accept(Arrival { frame, decode_us }).await
}
