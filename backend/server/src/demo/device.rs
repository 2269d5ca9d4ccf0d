//! A device's end of a TCP connection.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a device waits for its answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A connection that has an answer checked.
pub(super) struct Connection {
    stream: TcpStream,
}

impl Connection {
    /// Connects.
    pub(super) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = timeout(PATIENCE, TcpStream::connect(address))
            .await
            .context("the watch cannot connect in time")?
            .context("the watch cannot connect")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream })
    }

    /// Sends bytes and waits for exactly the expected answer; none when it is empty.
    pub(super) async fn send(&mut self, bytes: &[u8], expected: &[u8]) -> anyhow::Result<()> {
        self.stream
            .write_all(bytes)
            .await
            .context("the watch cannot send")?;
        let mut answer = vec![0; expected.len()];
        timeout(PATIENCE, self.stream.read_exact(&mut answer))
            .await
            .with_context(|| format!("the watch was not answered in {} s", PATIENCE.as_secs()))?
            .context("the connection ended before the watch was answered")?;
        anyhow::ensure!(answer == expected, "the watch was answered wrongly");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn server_that_says(words: &'static [u8]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            let (mut peer, _) = listener.accept().await.expect("a peer");
            let mut heard = [0; 2];
            peer.read_exact(&mut heard).await.expect("two bytes");
            peer.write_all(words).await.expect("sent");
        });
        address
    }

    #[tokio::test]
    async fn only_the_exact_answer_will_do() {
        let mut good = Connection::open(server_that_says(b"OK").await)
            .await
            .expect("open");
        assert!(good.send(b"hi", b"OK").await.is_ok());
        let mut wrong = Connection::open(server_that_says(b"NO").await)
            .await
            .expect("open");
        let error = wrong.send(b"hi", b"OK").await.expect_err("wrong");
        assert_eq!(error.to_string(), "the watch was answered wrongly");
        let mut short = Connection::open(server_that_says(b"O").await)
            .await
            .expect("open");
        let error = short.send(b"hi", b"OK").await.expect_err("short");
        assert!(error.to_string().contains("ended before"), "{error}");
    }
}
