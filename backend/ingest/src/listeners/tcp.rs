//! The TCP listener: accepts, limits, and gives each connection its own task.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use domain::devices::Protocol;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::connection::Connection;
use super::intake::{Counted, Intake};
use super::outlet::Outlet;
use crate::protocol::Carrier;
use crate::registry;

/// Limits of a listener.
#[derive(Clone, Copy, Debug)]
pub struct TcpOptions {
    /// Connections at once; further ones are closed at once and counted.
    pub max_connections: usize,
    /// Silence after which a connection is closed. Watches send a keep-alive every few minutes.
    pub idle: Duration,
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
            max_connections: 10_000,
            idle: Duration::from_secs(600),
            settle: Duration::from_millis(100),
            junk_settle: Duration::from_secs(1),
            hold: Duration::from_secs(10),
            write: Duration::from_secs(10),
            grace: Duration::from_secs(5),
        }
    }
}

/// Serves a protocol until `shutdown` turns true; returns when every connection has ended.
pub async fn serve<I: Intake>(
    listener: TcpListener,
    protocol: Protocol,
    intake: Arc<I>,
    options: TcpOptions,
    mut shutdown: watch::Receiver<bool>,
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
        let (stream, source) = match accepted {
            Ok((stream, peer)) => (stream, peer.ip().to_string()),
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            intake.note(Counted::TurnedAway);
            continue;
        };
        let connection = Connection::new(
            registry::codec(protocol),
            Carrier::Tcp,
            source,
            &intake,
            options,
            Outlet::line(),
        );
        let stop = shutdown.clone();
        connections.spawn(async move {
            run(connection, stream, stop).await;
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

async fn run<I: Intake>(connection: Connection<I>, stream: TcpStream, stop: watch::Receiver<bool>) {
    let intake = connection.intake();
    intake.note(Counted::Opened);
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "nodelay refused");
    }
    connection.run(stream, stop).await;
    intake.note(Counted::Closed);
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
