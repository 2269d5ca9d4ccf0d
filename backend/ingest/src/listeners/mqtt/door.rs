//! What both versions share: who comes in, and what happens to a message.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use ntex::io::{IoBoxed, types::PeerAddr};
use ntex_mqtt::QoS;
use ntex_mqtt::control::Reason;
use ntex_mqtt::error::{DecodeError, ProtocolError};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::MqttOptions;
use super::client::{Client, Outcome, lane};
use super::commands::{Commands, CommandsQueue};
use super::desk::{Desk, Sink};
use super::gate::{Admitted, Gate, Login, TurnedAway};
use crate::listeners::intake::{Counted, Intake};

/// What the listener's thread is given.
pub(super) struct Parts<I, G> {
    pub(super) intake: Arc<I>,
    pub(super) gate: Arc<G>,
    pub(super) runtime: Handle,
    pub(super) options: MqttOptions,
    pub(super) commands: Commands,
    pub(super) queue: CommandsQueue,
    /// Held by everything that still deals with messages.
    pub(super) in_hand: mpsc::Sender<()>,
}

impl<I, G> Clone for Parts<I, G> {
    fn clone(&self) -> Self {
        Self {
            intake: Arc::clone(&self.intake),
            gate: Arc::clone(&self.gate),
            runtime: self.runtime.clone(),
            options: self.options,
            commands: self.commands.clone(),
            queue: self.queue.clone(),
            in_hand: self.in_hand.clone(),
        }
    }
}

/// A connection has to end; its client finds out by that.
#[derive(Debug)]
pub(super) struct Broken;

impl From<()> for Broken {
    fn from((): ()) -> Self {
        Self
    }
}

impl TryFrom<Broken> for ntex_mqtt::v5::PublishAck {
    type Error = Broken;

    fn try_from(broken: Broken) -> Result<Self, Broken> {
        Err(broken)
    }
}

/// The listener as its connections see it.
pub(super) struct Door<I, G> {
    parts: Parts<I, G>,
    desk: Rc<Desk>,
}

impl<I: Intake, G: Gate> Door<I, G> {
    /// Opens the door in this thread and begins to hand out commands.
    pub(super) fn open(parts: Parts<I, G>) -> Rc<Self> {
        let desk = Rc::new(Desk::default());
        let (queue, at) = (parts.queue.clone(), Rc::clone(&desk));
        ntex::rt::spawn(async move {
            let mut receiver = queue.receiver.lock().await;
            while let Some(errand) = receiver.recv().await {
                let desk = Rc::clone(&at);
                ntex::rt::spawn(async move {
                    let told = desk.tell(errand.name, errand.payload).await;
                    // Whoever asked may have given up.
                    let _ = errand.done.send(told);
                });
            }
        });
        Rc::new(Self { parts, desk })
    }

    /// Asks who somebody is.
    pub(super) async fn admit(
        &self,
        name: Option<&str>,
        secret: Option<&[u8]>,
    ) -> Result<Admitted, TurnedAway> {
        let (Some(name), Some(secret)) = (name, secret.and_then(|it| str::from_utf8(it).ok()))
        else {
            self.parts.intake.note(Counted::LoginRefused);
            return Err(TurnedAway::Unknown);
        };
        let login = Login {
            name: name.to_owned(),
            secret: secret.to_owned(),
        };
        let gate = Arc::clone(&self.parts.gate);
        let asked = self
            .parts
            .runtime
            .spawn(async move { gate.admit(login).await });
        let admitted = asked.await.unwrap_or(Err(TurnedAway::Unavailable));
        if admitted == Err(TurnedAway::Unknown) {
            self.parts.intake.note(Counted::LoginRefused);
        }
        admitted
    }

    /// Gives a client its place.
    pub(super) fn enter(
        &self,
        admitted: Admitted,
        client_id: &str,
        source: String,
        sink: Sink,
    ) -> Client {
        self.parts.intake.note(Counted::Opened);
        let Admitted { credential, rights } = admitted;
        let at_most = self.parts.options.per_credential;
        let number = self
            .desk
            .sit_down(credential, &rights.name, client_id, sink, at_most);
        let (jobs, queue) = mpsc::unbounded_channel();
        let (intake, gate) = (Arc::clone(&self.parts.intake), Arc::clone(&self.parts.gate));
        let in_hand = self.parts.in_hand.clone();
        let speaks_for = rights.clone();
        let commands = self.parts.commands.clone();
        self.parts.runtime.spawn(async move {
            lane(&intake, &*gate, credential, &speaks_for, queue, &commands).await;
            drop(in_hand);
        });
        Client {
            number,
            rights,
            source,
            jobs,
        }
    }

    /// Keeps a message of a client; resolves when it may be acknowledged, or must not be.
    pub(super) async fn take(&self, client: &Client, topic: &str, bytes: Vec<u8>) -> Outcome {
        let Some(topic) = client.rights.to_publish(topic) else {
            self.parts.intake.note(Counted::TopicRefused);
            tracing::warn!(name = %client.rights.name, "published where it has no right to");
            return Outcome::NoRight;
        };
        client.keep(topic, bytes, self.parts.intake.now()).await
    }

    /// Whether a client may listen there.
    pub(super) fn may_listen(&self, client: &Client, filter: &str) -> bool {
        let may = client.rights.to_subscribe(filter);
        if may {
            self.desk.listens(client.number, true);
        } else {
            self.parts.intake.note(Counted::TopicRefused);
        }
        may
    }

    /// A client listens no more.
    pub(super) fn stops_listening(&self, client: &Client) {
        self.desk.listens(client.number, false);
    }

    /// A connection is over. One that spoke no MQTT, or too much at once, is counted as such.
    pub(super) fn left(&self, client: &Client, too_large: bool) {
        self.desk.leave(client.number);
        if too_large {
            self.parts.intake.note(Counted::Oversize);
        }
        self.parts.intake.note(Counted::Closed);
    }

    /// Silence after which a client that asked for no keep-alive is gone.
    pub(super) fn idle(&self) -> Duration {
        self.parts.options.idle
    }
}

/// Address of a peer without its port.
pub(super) fn source(io: &IoBoxed) -> String {
    let peer = io.query::<PeerAddr>().get();
    peer.map_or_else(|| "unknown".to_owned(), |peer| peer.0.ip().to_string())
}

/// Commands are sent with QoS 1 at most.
pub(super) fn at_most_one(asked: QoS) -> QoS {
    match asked {
        QoS::AtMostOnce => QoS::AtMostOnce,
        QoS::AtLeastOnce | QoS::ExactlyOnce => QoS::AtLeastOnce,
    }
}

/// Whether a connection ended because a packet was larger than the listener takes.
pub(super) fn too_large(reason: &Reason<Broken>) -> bool {
    let Reason::Protocol(error) = reason else {
        return false;
    };
    matches!(
        error.get_ref(),
        ProtocolError::Decode(DecodeError::MaxSizeExceeded { .. })
    )
}
