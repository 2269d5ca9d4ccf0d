//! The sockets that devices reach, bound before anything else is started.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use domain::devices::Protocol;
use ingest::listeners::{Intake, TcpOptions, sip, tcp, udp};
use tokio::net::{TcpListener, TcpSocket, UdpSocket};
use tokio::sync::watch;

use crate::config::{Listener, Settings, Wire};

/// Connections that may wait to be accepted; the system's own limit holds as well.
const BACKLOG: u32 = 4_096;

/// A listener whose address is taken.
#[derive(Debug)]
pub struct Bound {
    /// What is spoken.
    pub protocol: Protocol,
    /// Over what.
    pub carrier: Wire,
    socket: Socket,
}

#[derive(Debug)]
enum Socket {
    Stream(TcpListener),
    Datagram(UdpSocket),
}

impl Bound {
    /// Takes the address of a listener.
    ///
    /// # Errors
    /// An address that is taken or not ours, naming it and the setting.
    pub async fn bind(listener: Listener, setting: &str) -> anyhow::Result<Self> {
        let Listener {
            protocol,
            carrier,
            listen,
        } = listener;
        let socket = match carrier.is_stream() {
            true => stream(listen).map(Socket::Stream),
            false => UdpSocket::bind(listen).await.map(Socket::Datagram),
        };
        let socket = socket
            .with_context(|| format!("cannot listen on {listen}; choose another with {setting}"))?;
        Ok(Self {
            protocol,
            carrier,
            socket,
        })
    }

    /// A socket for watches that somebody bound already.
    pub fn watches(socket: TcpListener) -> Self {
        Self {
            protocol: Protocol::Watch,
            carrier: Wire::Tcp,
            socket: Socket::Stream(socket),
        }
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        match &self.socket {
            Socket::Stream(socket) => socket.local_addr(),
            Socket::Datagram(socket) => socket.local_addr(),
        }
    }

    /// Serves until `stop` turns true and what is in hand is done.
    pub async fn serve<I: Intake>(self, intake: Arc<I>, stop: watch::Receiver<bool>) {
        let options = TcpOptions::of(self.protocol);
        let protocol = self.protocol;
        match (self.socket, self.carrier.is_sip()) {
            (Socket::Stream(it), false) => tcp::serve(it, protocol, intake, options, stop).await,
            (Socket::Datagram(it), false) => udp::serve(it, protocol, intake, options, stop).await,
            (Socket::Stream(it), true) => {
                sip::serve_tcp(it, protocol, intake, options, stop).await;
            }
            (Socket::Datagram(it), true) => {
                sip::serve_udp(it, protocol, intake, options, stop).await;
            }
        }
    }
}

/// Takes the addresses of the listeners that settings name beside that of the watches.
///
/// # Errors
/// The first that cannot be taken.
pub async fn bind_further(settings: &Settings) -> anyhow::Result<Vec<Bound>> {
    let mut bound = Vec::new();
    for listener in &settings.listeners {
        bound.push(Bound::bind(*listener, "listeners").await?);
    }
    Ok(bound)
}

fn stream(listen: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match listen {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A restart must not wait for connections of the last run to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(listen)?;
    socket.listen(BACKLOG)
}

/// Lets the process hold as many connections as the system allows it; most systems start programs
/// with far fewer descriptors. Returns how many there are now.
pub fn raise_descriptor_limit() -> u64 {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => limit,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files stays as it is");
            0
        }
    }
}
