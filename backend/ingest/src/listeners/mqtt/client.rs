//! One client: its messages are kept one after the other, so that their order stays.

use std::sync::Arc;

use domain::devices::DeviceUid;
use domain::ids::CredentialId;
use domain::time::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::commands::{Commands, Told};
use super::gate::{Gate, Vouched};
use crate::listeners::exit::Exit;
use crate::listeners::intake::{Counted, Intake, IntakeAnswer};
use crate::listeners::limits::{Bucket, Limit};
use crate::listeners::message::{Message, Read};
use crate::listeners::outlet::{Outgoing, Outlet};
use crate::listeners::topics::Rights;
use crate::protocol::Carrier;

/// What the client hears of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is safe: acknowledge it.
    Acknowledge,
    /// It is not the client's to say: refuse it, or end the connection.
    NoRight,
    /// It is not safe: end the connection, so that the client sends it again.
    Repeat,
}

/// A client as its connection knows it.
pub(super) struct Client {
    /// Its place at the desk.
    pub(super) number: u64,
    /// What it may do.
    pub(super) rights: Rights,
    /// Its address.
    pub(super) source: String,
    /// Messages to be kept. At most as many wait as the connection may have in flight.
    pub(super) jobs: mpsc::UnboundedSender<Job>,
}

/// A message to be kept.
pub(super) struct Job {
    message: Message,
    done: oneshot::Sender<Outcome>,
}

impl Client {
    /// Hands a message to the client's lane and waits for what became of it.
    pub(super) async fn keep(&self, topic: &str, bytes: Vec<u8>, at: Timestamp) -> Outcome {
        let message = Message {
            protocol: self.rights.protocol,
            carrier: Carrier::Mqtt,
            topic: Some(topic.to_owned()),
            source: self.source.clone(),
            received_at: at,
            bytes,
            retained: false,
        };
        let (done, outcome) = oneshot::channel();
        if self.jobs.send(Job { message, done }).is_err() {
            return Outcome::Repeat;
        }
        outcome.await.unwrap_or(Outcome::Repeat)
    }
}

/// Keeps a client's messages in order until its connection is gone and none is left. A device that
/// has brought one is here, and hears what it is told.
pub(super) async fn lane<I: Intake, G: Gate>(
    intake: &Arc<I>,
    gate: &G,
    credential: CredentialId,
    rights: &Rights,
    mut jobs: mpsc::UnboundedReceiver<Job>,
    commands: &Commands,
) {
    let mut exit = Exit::new(intake, rights.protocol, Outlet::line());
    let mut lane = Lane::new(&**intake, gate, credential, rights);
    loop {
        tokio::select! {
            // What a device brings comes first.
            biased;
            job = jobs.recv() => {
                let Some(Job { message, done }) = job else { return };
                let is_news = rights.is_device && !exit.knows(&rights.name);
                let shown = is_news.then(|| message.bytes.clone());
                let outcome = lane.keep(message).await;
                if let (Outcome::Acknowledge, Some(shown)) = (&outcome, shown) {
                    exit.announce(rights.name.clone(), &shown);
                }
                // The connection may be gone; the message is safe all the same.
                let _ = done.send(outcome);
            }
            command = exit.next() => {
                // Beside the lane: a device that is slow to acknowledge delays no alarm of its own.
                tokio::spawn(tell(commands.clone(), rights.name.clone(), command));
            }
        }
    }
}

async fn tell(commands: Commands, name: DeviceUid, command: Outgoing) {
    let payload = command.frame().to_vec();
    if commands.tell(&name, payload).await == Told::Acknowledged {
        command.was_written();
    }
}

/// What a client's messages pass through, one after the other.
struct Lane<'a, I, G> {
    intake: &'a I,
    gate: &'a G,
    credential: CredentialId,
    rights: &'a Rights,
    limit: Limit,
    left: Bucket,
}

impl<'a, I: Intake, G: Gate> Lane<'a, I, G> {
    fn new(intake: &'a I, gate: &'a G, credential: CredentialId, rights: &'a Rights) -> Self {
        let limit = match rights.is_device {
            true => Limit::CONNECTION,
            false => Limit::GATEWAY,
        };
        Self {
            intake,
            gate,
            credential,
            rights,
            limit,
            left: Bucket::full(limit, Instant::now()),
        }
    }

    async fn keep(&mut self, message: Message) -> Outcome {
        let mut read = message.read();
        if self.is_too_much(&read) {
            // Acknowledged all the same: a client that hears nothing sends even more.
            self.intake.note(Counted::OverLimit);
            return Outcome::Acknowledge;
        }
        if self.rights.is_device {
            read = read.from_nobody_but(&self.rights.name, self.intake);
        }
        let protocol = self.rights.protocol;
        let claimed = read.claimed.clone();
        let vouched = self.gate.vouch(self.credential, protocol, claimed).await;
        let read = match vouched {
            Ok(Vouched::Good) => read.vouched_for(),
            Ok(Vouched::Stranger) => read.from_a_stranger(),
            Ok(Vouched::Revoked) => return Outcome::NoRight,
            Err(_) => return Outcome::Repeat,
        };
        match read.hand_over(self.intake).await.answer {
            IntakeAnswer::Reply | IntakeAnswer::Silent | IntakeAnswer::Unconfirmed => {
                Outcome::Acknowledge
            }
            // Sent again it would be refused again: version 3 has no other word than this one.
            IntakeAnswer::Refused => Outcome::Acknowledge,
            IntakeAnswer::Unavailable => Outcome::Repeat,
        }
    }

    /// Whether it is one more than the connection may bring. Alarms are never counted.
    fn is_too_much(&mut self, read: &Read) -> bool {
        let is_alarm = read.decoded.as_ref().is_ok_and(|event| event.is_alarm);
        !is_alarm && !self.left.take(self.limit, Instant::now())
    }
}
