//! The TCP listener: accepts, limits, and gives each connection its own task.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::devices::Protocol;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::connection::Connection;
use super::heartbeats;
use super::intake::{Counted, Intake};
use super::limits::Limit;
use super::outlet::Outlet;
use crate::protocol::Carrier;
use crate::registry;

/// How long after a missed heartbeat the system first asks, how often it asks, and how many questions
/// without an answer end the connection.
const PROBE_MARGIN: Duration = Duration::from_secs(30);
const PROBE_EVERY: Duration = Duration::from_secs(15);
const PROBES: u32 = 4;

/// Limits of a listener.
#[derive(Clone, Copy, Debug)]
pub struct TcpOptions {
    /// Connections at once; further ones are closed at once and counted.
    pub max_connections: usize,
    /// Time without a whole frame after which a connection is closed.
    pub idle: Duration,
    /// Time for the first whole frame of a connection, and for any frame from its first byte to its
    /// last.
    pub frame_within: Duration,
    /// Silence after which the system asks the peer whether it is still there. Longer than a
    /// heartbeat: each question wakes the radio of a watch.
    pub probe_after: Duration,
    /// Telemetry of one connection that is kept; what is over it is answered and counted.
    pub telemetry: Limit,
    /// Silence after which a likely frame is taken as whole.
    pub settle: Duration,
    /// Silence after which bytes that belong to no frame are handed on.
    pub junk_settle: Duration,
    /// How long an alarm waits for the login that says whose it is.
    pub hold: Duration,
    /// How long a peer may take to receive a reply.
    pub write: Duration,
    /// How long open connections may take to finish their frame at shutdown.
    pub grace: Duration,
}

impl Default for TcpOptions {
    fn default() -> Self {
        Self {
            max_connections: 30_000,
            idle: Duration::from_secs(600),
            frame_within: Duration::from_secs(60),
            probe_after: Duration::from_secs(330),
            telemetry: Limit::CONNECTION,
            settle: Duration::from_millis(100),
            junk_settle: Duration::from_secs(1),
            hold: Duration::from_secs(10),
            write: Duration::from_secs(10),
            grace: Duration::from_secs(5),
        }
    }
}

impl TcpOptions {
    /// As devices of a protocol need them.
    pub fn of(protocol: Protocol) -> Self {
        Self {
            idle: heartbeats::idle(protocol),
            probe_after: heartbeats::heartbeat(protocol) + PROBE_MARGIN,
            ..Self::default()
        }
    }
}

/// Serves a protocol until `shutdown` turns true; returns when every connection has ended.
pub async fn serve<I: Intake>(
    listener: TcpListener,
    protocol: Protocol,
    intake: Arc<I>,
    options: TcpOptions,
    shutdown: watch::Receiver<bool>,
) {
    let codec = registry::codec(protocol);
    let to = Arc::clone(&intake);
    accept(
        listener,
        &intake,
        options,
        shutdown,
        |stream, peer, stop| {
            let source = peer.ip().to_string();
            let way = Outlet::line();
            Connection::new(codec, Carrier::Tcp, source, &to, options, way).run(stream, stop)
        },
    )
    .await;
}

/// Gives each connection a task of its own until `shutdown` turns true; returns when all have ended.
pub(super) async fn accept<I: Intake, F: Future<Output = ()> + Send + 'static>(
    listener: TcpListener,
    intake: &Arc<I>,
    options: TcpOptions,
    mut shutdown: watch::Receiver<bool>,
    serve: impl Fn(TcpStream, SocketAddr, watch::Receiver<bool>) -> F,
) {
    let places = Arc::new(Semaphore::new(options.max_connections));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            _ = asked_to_stop(&mut shutdown) => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            intake.note(Counted::TurnedAway);
            continue;
        };
        set_up(&stream, options.probe_after);
        let connection = serve(stream, peer, shutdown.clone());
        let counts = Arc::clone(intake);
        connections.spawn(async move {
            counts.note(Counted::Opened);
            connection.await;
            counts.note(Counted::Closed);
            drop(place);
        });
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(options.grace, all_ended)
        .await
        .is_err()
    {
        tracing::warn!(open = connections.len(), "connections cut at shutdown");
        connections.shutdown().await;
    }
}

/// Resolves when the flag is true, or when nobody is left who could set it.
pub(super) async fn asked_to_stop(shutdown: &mut watch::Receiver<bool>) {
    // An error means the sender is gone, which is a stop as well.
    let _ = shutdown.wait_for(|stop| *stop).await;
}

/// Answers go at once, and a peer that vanished without a word is found.
fn set_up(stream: &TcpStream, probe_after: Duration) {
    let probes = TcpKeepalive::new()
        .with_time(probe_after)
        .with_interval(PROBE_EVERY)
        .with_retries(PROBES);
    let set = stream
        .set_nodelay(true)
        .and_then(|()| SockRef::from(stream).set_tcp_keepalive(&probes));
    if let Err(error) = set {
        tracing::debug!(%error, "socket options refused");
    }
}

/// Out of file handles is the usual cause; trying again at once would burn a core.
#[expect(
    clippy::disallowed_methods,
    reason = "nothing is due here: the listener only lets the machine breathe"
)]
async fn pause_after(error: &io::Error) {
    tracing::warn!(%error, "accept failed");
    tokio::time::sleep(Duration::from_millis(50)).await;
}
