//! The UDP listener: each datagram is a short stream of its own, served like a connection.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use domain::devices::Protocol;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UdpSocket;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::connection::Connection;
use super::intake::Intake;
use super::outlet::Outlet;
use super::tcp::{TcpOptions, asked_to_stop};
use crate::protocol::Carrier;
use crate::registry;

/// The longest datagram there is, bytes.
const LONGEST: usize = 64 * 1024;

/// Serves a protocol until `shutdown` turns true; returns when every datagram in hand is done.
///
/// `max_connections` limits the datagrams in hand; more wait in the system's own buffer. Datagrams of
/// one device may be handed over out of their order: the moment of receipt orders them.
pub async fn serve<I: Intake>(
    socket: UdpSocket,
    protocol: Protocol,
    intake: Arc<I>,
    options: TcpOptions,
    shutdown: watch::Receiver<bool>,
) {
    let socket = Arc::new(socket);
    let codec = registry::codec(protocol);
    receive(&socket, options, shutdown, |unread, peer, stop| {
        let datagram = Datagram {
            unread,
            answer: Vec::new(),
            socket: Arc::clone(&socket),
            peer,
        };
        let source = peer.ip().to_string();
        let way = Outlet::datagrams(Arc::clone(&socket), peer);
        Connection::new(codec, Carrier::Udp, source, &intake, options, way).run(datagram, stop)
    })
    .await;
}

/// Gives each datagram a task of its own until `shutdown` turns true; returns when all have ended.
pub(super) async fn receive<F: Future<Output = ()> + Send + 'static>(
    socket: &UdpSocket,
    options: TcpOptions,
    mut shutdown: watch::Receiver<bool>,
    serve: impl Fn(Vec<u8>, SocketAddr, watch::Receiver<bool>) -> F,
) {
    let places = Arc::new(Semaphore::new(options.max_connections));
    let mut in_hand = JoinSet::new();
    let mut buffer = vec![0; LONGEST];
    loop {
        let received = tokio::select! {
            biased;
            _ = asked_to_stop(&mut shutdown) => break,
            Some(_) = in_hand.join_next() => continue,
            received = socket.recv_from(&mut buffer) => received,
        };
        let (length, peer) = match received {
            Ok(received) => received,
            Err(error) => {
                // An earlier answer could not be delivered; nothing is lost by that here.
                tracing::debug!(%error, "datagram not received");
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            break;
        };
        let served = serve(buffer[..length].to_vec(), peer, shutdown.clone());
        in_hand.spawn(async move {
            served.await;
            drop(place);
        });
    }
    let all_done = async { while in_hand.join_next().await.is_some() {} };
    if tokio::time::timeout(options.grace, all_done).await.is_err() {
        tracing::warn!(open = in_hand.len(), "datagrams cut at shutdown");
        in_hand.shutdown().await;
    }
}

/// A datagram as a stream that ends, and whose answers are datagrams.
struct Datagram {
    unread: Vec<u8>,
    answer: Vec<u8>,
    socket: Arc<UdpSocket>,
    peer: SocketAddr,
}

impl AsyncRead for Datagram {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let count = self.unread.len().min(buffer.remaining());
        buffer.put_slice(&self.unread[..count]);
        self.unread.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Datagram {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.answer.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.answer.is_empty() {
            return Poll::Ready(Ok(()));
        }
        let sent = self.socket.poll_send_to(context, &self.answer, self.peer);
        if sent.is_ready() {
            self.answer.clear();
        }
        sent.map_ok(|_| ())
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}
