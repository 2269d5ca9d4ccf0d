//! The SIP listener: alarm units send their XML in MESSAGE requests (RFC 3261 and RFC 3428, recalled).
//!
//! 200 OK goes out after the commit and no earlier. What the protocol answers (`mrs`) goes with it as
//! its body, since open gateways read it there, and as a MESSAGE of our own, as the standard has it
//! (recalled). Nothing stored: silence over UDP, so that the sender repeats, and 503 over TCP, where
//! nobody repeats.

mod answer;
mod exchange;
mod message;
mod repeats;
mod stream;
mod udp;

use std::sync::Arc;

use domain::devices::Protocol;
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::watch;

use self::exchange::Exchange;
use super::intake::Intake;
use super::tcp::{TcpOptions, accept};

/// Serves SIP over TCP until `shutdown` turns true; returns when every connection has ended.
pub async fn serve_tcp<I: Intake>(
    listener: TcpListener,
    protocol: Protocol,
    intake: Arc<I>,
    options: TcpOptions,
    shutdown: watch::Receiver<bool>,
) {
    let to = Arc::clone(&intake);
    accept(
        listener,
        &intake,
        options,
        shutdown,
        |stream, peer, stop| {
            let local = stream.local_addr();
            let exchange = Exchange::new(protocol, &to, "TCP", local.ok());
            stream::run(exchange, stream, peer, options, stop)
        },
    )
    .await;
}

/// Serves SIP over UDP until `shutdown` turns true; returns when every message in hand is done.
pub async fn serve_udp<I: Intake>(
    socket: UdpSocket,
    protocol: Protocol,
    intake: Arc<I>,
    options: TcpOptions,
    shutdown: watch::Receiver<bool>,
) {
    let exchange = Exchange::new(protocol, &intake, "UDP", socket.local_addr().ok());
    udp::run(exchange, socket, options, shutdown).await;
}
