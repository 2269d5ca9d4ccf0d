//! The embedded MQTT listener (3.1.1 and 5): a message is acknowledged after it is safe, never before.
//!
//! It runs in a thread of its own, because its sockets cannot move between threads; frames are kept
//! on the program's runtime, so that a connection that breaks takes no message with it.

mod client;
mod commands;
mod desk;
mod door;
mod gate;
mod server;
mod v3;
mod v5;

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use ntex::rt::{DefaultRuntime, System};
use ntex::service::cfg::SharedCfg;
use ntex::time::{Millis, Seconds};
use ntex_mqtt::{MqttServiceConfig, QoS};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};

use super::intake::Intake;
use super::tcp::asked_to_stop;
use crate::protocol::MAX_FRAME;

pub use commands::{Commands, CommandsQueue, Told, commands};
pub use gate::{Admitted, Gate, Login, TurnedAway, Unavailable, Vouched};

use door::{Door, Parts};

/// Room in a packet for topic and header beside the message, bytes.
const HEADER: usize = 2 * 1024;
/// Topic aliases a connection of version 5 may use.
const ALIASES: u16 = 16;
/// What the listener is called in logs.
const NAME: &str = "mqtt";

/// Limits of the listener.
#[derive(Clone, Copy, Debug)]
pub struct MqttOptions {
    /// Connections at once; further ones wait to be accepted.
    pub max_connections: usize,
    /// Messages of a connection that may wait for their acknowledgement.
    pub max_inflight: u16,
    /// Connections of one credential at once; the oldest makes room.
    pub per_credential: usize,
    /// How long a peer may take to say who it is.
    pub login: Duration,
    /// Silence after which a connection is closed whose client asked for no keep-alive.
    pub idle: Duration,
    /// How long open connections may take at shutdown.
    pub grace: Duration,
}

impl Default for MqttOptions {
    fn default() -> Self {
        Self {
            max_connections: 10_000,
            max_inflight: 16,
            per_credential: 4,
            login: Duration::from_secs(10),
            idle: Duration::from_secs(600),
            grace: Duration::from_secs(5),
        }
    }
}

/// Serves until `shutdown` turns true; returns when every message in hand has been dealt with.
///
/// # Errors
/// When the socket cannot be served, or the thread cannot be started.
pub async fn serve<I: Intake, G: Gate>(
    listener: TcpListener,
    intake: Arc<I>,
    gate: Arc<G>,
    (commands, queue): (Commands, CommandsQueue),
    options: MqttOptions,
    mut shutdown: watch::Receiver<bool>,
) -> io::Result<()> {
    let (in_hand, mut none_in_hand) = mpsc::channel(1);
    let parts = Parts {
        intake,
        gate,
        runtime: Handle::current(),
        options,
        commands,
        queue,
        in_hand,
    };
    let (stop, stopped) = oneshot::channel();
    let (ended, end) = oneshot::channel();
    std::thread::Builder::new()
        .name(NAME.to_owned())
        .spawn(move || {
            // Nobody waits for the end any more only while the program is going down.
            let _ = ended.send(run(listener, parts, stopped));
        })?;
    let mut end = std::pin::pin!(end);
    let served = tokio::select! {
        ended = &mut end => ended,
        () = asked_to_stop(&mut shutdown) => {
            // The thread has ended by itself when nobody listens.
            let _ = stop.send(());
            end.await
        }
    };
    // Nothing is ever sent here: it closes when the last message in hand is dealt with.
    let _ = tokio::time::timeout(options.grace, none_in_hand.recv()).await;
    served.unwrap_or_else(|_| Err(io::Error::other("the thread of the MQTT listener has died")))
}

/// The thread: one system with one worker.
fn run<I: Intake, G: Gate>(
    listener: TcpListener,
    parts: Parts<I, G>,
    stopped: oneshot::Receiver<()>,
) -> io::Result<()> {
    let options = parts.options;
    let system = System::build()
        .name(NAME)
        .disable_signals()
        .build(DefaultRuntime);
    system.block_on(async move {
        let server = ntex::server::build()
            .workers(1)
            .maxconn(options.max_connections)
            .disable_signals()
            .shutdown_timeout(millis(options.grace))
            .listen(NAME, listener, async move |_| {
                server::service(&Door::open(parts.clone()))
            })?
            .config(NAME, limits(&options))
            .run();
        // The sender is gone only when the program is, which is a stop as well.
        let _ = stopped.await;
        server.stop(true).await;
        Ok(())
    })
}

fn limits(options: &MqttOptions) -> SharedCfg {
    let size = u32::try_from(MAX_FRAME + HEADER).unwrap_or(u32::MAX);
    let mqtt = MqttServiceConfig::new()
        .set_max_qos(QoS::ExactlyOnce)
        .set_max_size(size)
        .set_max_receive(options.max_inflight)
        .set_max_receive_size(2 * (MAX_FRAME + HEADER))
        .set_max_topic_alias(ALIASES)
        .set_connect_timeout(seconds(options.login))
        .set_handshake_timeout(seconds(options.login))
        .protocol_version_timeout(seconds(options.login))
        // What was read is kept, whether or not its sender is still there to hear of it.
        .set_handle_qos_after_disconnect(Some(QoS::ExactlyOnce));
    SharedCfg::new("MQTT").add(mqtt).into()
}

fn seconds(span: Duration) -> Seconds {
    Seconds(u16::try_from(span.as_secs()).unwrap_or(u16::MAX))
}

fn millis(span: Duration) -> Millis {
    Millis(u32::try_from(span.as_millis()).unwrap_or(u32::MAX))
}
