//! A watch in a test: one connection over a real socket, and answers as text.

use std::net::SocketAddr;
use std::time::Duration;

use domain::time::Timestamp;
use ingest::watch::encode::frame;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::app::PATIENCE;
use crate::watch_device::FALL;

/// How long "no answer comes" is watched.
const QUIET: Duration = Duration::from_millis(400);
/// Vendor letters of the frames.
const VENDOR: &str = "3G";

/// A connected watch.
pub struct FakeWatch {
    stream: TcpStream,
    uid: String,
    unread: Vec<u8>,
}

/// Content of a fall that happened at this moment, without a fix: at home.
pub fn fall_at(at: Timestamp) -> String {
    alarm_at(at, FALL)
}

/// Content of an alarm with this status word.
pub fn alarm_at(at: Timestamp, status: u32) -> String {
    let at = at.format("%d%m%y,%H%M%S");
    format!("AL,{at},V,0.0,N,0.0,E,0,0,0,0,80,81,12,0,{status:08X},0,0")
}

impl FakeWatch {
    /// Connects.
    ///
    /// # Panics
    /// When nobody listens.
    pub async fn connect(to: SocketAddr, uid: &str) -> Self {
        let stream = TcpStream::connect(to).await.expect("a listener");
        Self {
            stream,
            uid: uid.to_owned(),
            unread: Vec::new(),
        }
    }

    /// Sends a frame of its own.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn send(&mut self, content: &str) {
        let bytes = frame(VENDOR, &self.uid, None, content);
        self.send_bytes(&bytes).await;
    }

    /// Sends any bytes.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        self.stream
            .write_all(bytes)
            .await
            .expect("the connection stands");
        self.stream.flush().await.expect("the connection stands");
    }

    /// Sends a frame and waits for the content of the answer.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn ask(&mut self, content: &str) -> String {
        self.send(content).await;
        self.answer().await
    }

    /// The content of the next answer.
    ///
    /// # Panics
    /// When none comes, or one for another watch.
    pub async fn answer(&mut self) -> String {
        let bytes = timeout(PATIENCE, self.next_frame()).await;
        let bytes = bytes
            .expect("an answer in time")
            .expect("the connection stands");
        let text = String::from_utf8(bytes).expect("an answer is text");
        let parts: Vec<&str> = text.trim_matches(['[', ']']).split('*').collect();
        assert_eq!(&parts[..2], [VENDOR, self.uid.as_str()], "{text}");
        parts.last().copied().unwrap_or_default().to_owned()
    }

    /// Whether nothing comes for a while.
    pub async fn hears_nothing(&mut self) -> bool {
        timeout(QUIET, self.next_frame()).await.is_err()
    }

    /// Whether the server has closed the connection.
    pub async fn is_closed(&mut self) -> bool {
        matches!(timeout(PATIENCE, self.next_frame()).await, Ok(None))
    }

    async fn next_frame(&mut self) -> Option<Vec<u8>> {
        let mut buffer = [0; 256];
        loop {
            if let Some(end) = self.unread.iter().position(|&byte| byte == b']') {
                return Some(self.unread.drain(..=end).collect());
            }
            match self.stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.unread.extend_from_slice(&buffer[..count]),
            }
        }
    }
}
