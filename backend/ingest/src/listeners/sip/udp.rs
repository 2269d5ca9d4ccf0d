//! SIP over datagrams: our own requests are repeated until they are answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::super::intake::{Counted, Intake};
use super::super::tcp::{TcpOptions, asked_to_stop};
use super::super::udp::receive;
use super::answer::Own;
use super::exchange::Exchange;
use super::repeats::REPEATED_FOR;

/// First and longest wait for an answer to a request of ours (RFC 3261, T1 and T2).
const WAIT: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(4));

/// Serves until `shutdown` turns true.
pub(super) async fn run<I: Intake>(
    exchange: Exchange<I>,
    socket: UdpSocket,
    options: TcpOptions,
    shutdown: watch::Receiver<bool>,
) {
    let shared = Arc::new((exchange, socket));
    receive(&shared.1, options, shutdown, |datagram, peer, stop| {
        let shared = Arc::clone(&shared);
        async move {
            // Line ends alone keep a path through a router open (RFC 5626).
            if !datagram.iter().all(u8::is_ascii_whitespace) {
                one(&shared.0, &shared.1, &datagram, peer, stop).await;
            }
        }
    })
    .await;
}

async fn one<I: Intake>(
    exchange: &Exchange<I>,
    socket: &UdpSocket,
    datagram: &[u8],
    peer: SocketAddr,
    stop: watch::Receiver<bool>,
) {
    let Some(outgoing) = exchange.take(datagram, peer).await else {
        return;
    };
    match (
        socket.send_to(&outgoing.response, outgoing.to).await,
        outgoing.kept,
    ) {
        (Ok(_), Some(id)) => exchange.intake().answered(id),
        (Ok(_), None) => {}
        // The sender repeats, and is answered again.
        (Err(_), _) => exchange.intake().note(Counted::ReplyFailed),
    }
    if let Some(own) = outgoing.own {
        insist(exchange, socket, &own, outgoing.to, stop).await;
    }
}

/// Sends a request of ours, and again, until it is answered or half a minute is over.
async fn insist<I: Intake>(
    exchange: &Exchange<I>,
    socket: &UdpSocket,
    own: &Own,
    to: SocketAddr,
    mut stop: watch::Receiver<bool>,
) {
    let mut answered = exchange.repeats.await_answer(&own.branch);
    let given_up = Instant::now() + REPEATED_FOR;
    let mut wait = WAIT.0;
    while Instant::now() < given_up {
        // A datagram that does not go is like one that does not arrive.
        let _ = socket.send_to(&own.bytes, to).await;
        let deadline = given_up.min(Instant::now() + wait);
        tokio::select! {
            _ = asked_to_stop(&mut stop) => break,
            heard = timeout_at(deadline, &mut answered) => match heard {
                // Also when a repeat of the request waits in our place.
                Ok(_) => return,
                Err(_) => wait = (wait * 2).min(WAIT.1),
            },
        }
    }
    exchange.repeats.done(&own.branch);
    exchange.intake().note(Counted::ReplyFailed);
}
