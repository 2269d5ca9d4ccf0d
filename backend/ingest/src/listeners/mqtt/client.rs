//! One client: its messages are kept one after the other, so that their order stays.

use std::sync::Arc;

use domain::devices::DeviceUid;
use domain::ids::CredentialId;
use domain::time::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::commands::{Commands, Told};
use super::gate::{Gate, Vouched};
use crate::listeners::exit::Exit;
use crate::listeners::intake::{Intake, IntakeAnswer};
use crate::listeners::message::Message;
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
    loop {
        tokio::select! {
            // What a device brings comes first.
            biased;
            job = jobs.recv() => {
                let Some(Job { message, done }) = job else { return };
                let is_news = rights.is_device && !exit.knows(&rights.name);
                let shown = is_news.then(|| message.bytes.clone());
                let outcome = keep(&**intake, gate, credential, rights, message).await;
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

async fn keep<I: Intake, G: Gate>(
    intake: &I,
    gate: &G,
    credential: CredentialId,
    rights: &Rights,
    message: Message,
) -> Outcome {
    let mut read = message.read();
    if rights.is_device {
        read = read.from_nobody_but(&rights.name, intake);
    }
    let vouched = gate
        .vouch(credential, rights.protocol, read.claimed.clone())
        .await;
    let read = match vouched {
        Ok(Vouched::Good) => read.vouched_for(),
        Ok(Vouched::Stranger) => read.from_a_stranger(),
        Ok(Vouched::Revoked) => return Outcome::NoRight,
        Err(_) => return Outcome::Repeat,
    };
    match read.hand_over(intake).await.answer {
        IntakeAnswer::Reply | IntakeAnswer::Silent | IntakeAnswer::Unconfirmed => {
            Outcome::Acknowledge
        }
        // Sent again it would be refused again: version 3 has no other word than this one.
        IntakeAnswer::Refused => Outcome::Acknowledge,
        IntakeAnswer::Unavailable => Outcome::Repeat,
    }
}
