//! The way out to a device that is here now: frames that its own connection writes, or datagrams to
//! where it was last heard.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

/// Frames that wait for one connection at most; a device is told little and seldom.
const WAITING: usize = 4;
/// How long a connection may take to write a frame: it may have an alarm in hand first.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a device that sends datagrams is taken to be where it was: routers forget it then.
const PEER_STAYS: Duration = Duration::from_secs(180);

/// A way to send frames to a device that is here; cheap to clone.
#[derive(Clone, Debug)]
pub struct Outlet(Way);

#[derive(Clone, Debug)]
enum Way {
    Line(mpsc::Sender<Outgoing>),
    Datagrams {
        socket: Arc<UdpSocket>,
        peer: SocketAddr,
        until: Instant,
    },
}

/// A frame was not sent, and will not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// The connection has ended.
    #[error("the device is not here any more")]
    Gone,
    /// Too many frames wait, or the connection does not get to them.
    #[error("the connection is busy")]
    Busy,
}

/// Frames for one connection, in order, for whoever writes to it.
#[derive(Debug)]
pub struct Queue(Option<mpsc::Receiver<Outgoing>>);

/// A frame on its way out.
#[derive(Debug)]
pub struct Outgoing {
    frame: Vec<u8>,
    written: oneshot::Sender<()>,
}

impl Outlet {
    /// A connection that stays: its loop takes frames from the queue and writes them between its
    /// own answers, so that there is one writer and one order.
    pub fn line() -> (Self, Queue) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self(Way::Line(sender)), Queue(Some(receiver)))
    }

    /// A peer that sent a datagram just now; nothing is ever in its queue.
    pub fn datagrams(socket: Arc<UdpSocket>, peer: SocketAddr) -> (Self, Queue) {
        let until = Instant::now() + PEER_STAYS;
        let way = Way::Datagrams {
            socket,
            peer,
            until,
        };
        (Self(way), Queue(None))
    }

    /// Whether it ends with its connection; a datagram's sender stays where it is.
    pub(super) fn is_line(&self) -> bool {
        matches!(self.0, Way::Line(_))
    }

    /// Whether a frame could still go this way.
    pub fn is_open(&self) -> bool {
        match &self.0 {
            Way::Line(sender) => !sender.is_closed(),
            Way::Datagrams { until, .. } => Instant::now() < *until,
        }
    }

    /// Whether both lead to the same connection.
    pub fn is(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Way::Line(one), Way::Line(two)) => one.same_channel(two),
            (Way::Datagrams { peer: one, .. }, Way::Datagrams { peer: two, .. }) => one == two,
            _ => false,
        }
    }

    /// Sends a frame; returns once it was handed to the socket.
    ///
    /// # Errors
    /// [`NotSent`]: the frame was not written and will not be.
    pub async fn send(&self, frame: Vec<u8>) -> Result<(), NotSent> {
        match &self.0 {
            Way::Line(sender) => {
                let (written, done) = oneshot::channel();
                let outgoing = Outgoing { frame, written };
                sender.try_send(outgoing).map_err(|error| match error {
                    mpsc::error::TrySendError::Full(_) => NotSent::Busy,
                    mpsc::error::TrySendError::Closed(_) => NotSent::Gone,
                })?;
                match timeout(PATIENCE, done).await {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(_)) => Err(NotSent::Gone),
                    // Nobody waits any more, so the connection will not write it either.
                    Err(_) => Err(NotSent::Busy),
                }
            }
            Way::Datagrams { socket, peer, .. } if self.is_open() => {
                let sent = socket.send_to(&frame, peer).await;
                sent.map(|_| ()).map_err(|_| NotSent::Gone)
            }
            Way::Datagrams { .. } => Err(NotSent::Gone),
        }
    }
}

impl Queue {
    /// The next frame that somebody still wants to be sent; waits for ever when none can come.
    pub async fn next(&mut self) -> Outgoing {
        if let Some(receiver) = &mut self.0 {
            while let Some(outgoing) = receiver.recv().await {
                if !outgoing.written.is_closed() {
                    return outgoing;
                }
            }
        }
        std::future::pending().await
    }
}

impl Outgoing {
    /// The bytes.
    pub fn frame(&self) -> &[u8] {
        &self.frame
    }

    /// They were handed to the socket.
    pub fn was_written(self) {
        // Whoever asked may have given up in this very moment; it is sent once all the same.
        let _ = self.written.send(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_frame_is_sent_once_the_connection_wrote_it() {
        let (outlet, mut queue) = Outlet::line();
        let sent = tokio::spawn({
            let outlet = outlet.clone();
            async move { outlet.send(b"FIND".to_vec()).await }
        });
        let outgoing = queue.next().await;
        assert_eq!(outgoing.frame(), b"FIND");
        assert!(!sent.is_finished(), "taken is not written");
        outgoing.was_written();
        assert_eq!(sent.await.expect("no panic"), Ok(()));
        assert!(outlet.is_open());
        drop(queue);
        assert!(!outlet.is_open());
        assert_eq!(outlet.send(Vec::new()).await, Err(NotSent::Gone));
    }

    #[tokio::test]
    async fn a_frame_that_could_not_be_written_was_not_sent() {
        let (outlet, mut queue) = Outlet::line();
        let (sent, ()) = tokio::join!(outlet.send(vec![1]), async {
            drop(queue.next().await);
        });
        assert_eq!(sent, Err(NotSent::Gone));
    }

    #[tokio::test]
    async fn what_was_given_up_is_never_written() {
        let (outlet, mut queue) = Outlet::line();
        let send = outlet.send(vec![1]);
        // It waits in the queue, and whoever sent it stops waiting for it.
        assert!(timeout(Duration::from_millis(1), send).await.is_err());
        let late = timeout(Duration::from_millis(100), queue.next()).await;
        assert!(late.is_err(), "it would be written after it was given up");
    }

    #[tokio::test]
    async fn more_than_a_few_frames_do_not_wait() {
        let (outlet, _queue) = Outlet::line();
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..WAITING {
            let outlet = outlet.clone();
            waiting.spawn(async move { outlet.send(vec![1]).await });
        }
        while outlet.send(vec![1]).await != Err(NotSent::Busy) {}
        let (other, _) = Outlet::line();
        assert!(outlet.is(&outlet.clone()) && !outlet.is(&other));
    }

    #[tokio::test]
    async fn a_peer_that_sends_datagrams_is_there_for_a_while() {
        let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.expect("a port"));
        let peer = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let to = peer.local_addr().expect("bound");
        let (mut outlet, _) = Outlet::datagrams(socket, to);
        assert_eq!(outlet.send(b"WHERE#".to_vec()).await, Ok(()));
        let mut heard = [0; 16];
        let count = peer.recv(&mut heard).await.expect("a datagram");
        assert_eq!(&heard[..count], b"WHERE#");
        if let Way::Datagrams { until, .. } = &mut outlet.0 {
            *until = Instant::now();
        }
        assert!(!outlet.is_open());
        assert_eq!(outlet.send(vec![1]).await, Err(NotSent::Gone));
    }
}
