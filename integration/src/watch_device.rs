//! A watch over real TCP: one connection, numbered alarms, and answers told apart by serial.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, bail};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// Status word of a fall.
pub const FALL: u32 = 1 << 21;
/// First device time, in seconds since 1970; alarm number n happens n seconds later.
const FIRST_AT: i64 = 1_767_225_600;
/// Bytes an answer may have.
const LONGEST_ANSWER: usize = 256;

/// One alarm. Its number makes device time, event key and frame unlike those of any other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NumberedAlarm {
    /// Number within a run.
    pub number: u32,
    /// The watch.
    pub uid: String,
    /// Where the watch connects from.
    pub source: Ipv4Addr,
}

impl NumberedAlarm {
    fn at(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(FIRST_AT + i64::from(self.number))
    }

    fn serial(&self) -> String {
        format!("{:04X}", self.number & 0xffff)
    }

    /// The bytes on the wire; a repeat has the same.
    pub fn frame(&self) -> Vec<u8> {
        let at = self.at().format("%d%m%y,%H%M%S");
        let content = format!("AL,{at},V,0.0,N,0.0,E,0,0,0,0,80,81,0,0,{FALL:08X},0,0");
        ingest::watch::encode::frame("3G", &self.uid, Some(&self.serial()), &content)
    }

    /// The answer that ends the repeats.
    pub fn answer(&self) -> Vec<u8> {
        ingest::watch::encode::frame("3G", &self.uid, Some(&self.serial()), "AL")
    }

    /// What the service keys the event by, as it goes over the wire to a database.
    pub fn event_key(&self) -> String {
        format!("AL:{}:{FALL:08X}", self.at().format("%d%m%y:%H%M%S"))
    }
}

/// A connection to the watch listener.
#[derive(Debug)]
pub struct WatchDevice {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl WatchDevice {
    /// Connects from a loopback address within a deadline.
    ///
    /// # Errors
    /// When nobody listens, or not in time.
    pub async fn connect(
        to: SocketAddr,
        source: Ipv4Addr,
        within: Duration,
    ) -> anyhow::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(IpAddr::V4(source), 0))?;
        let stream = timeout(within, socket.connect(to))
            .await
            .context("connecting")??;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            unread: Vec::new(),
        })
    }

    /// Sends bytes within a deadline.
    ///
    /// # Errors
    /// When the connection breaks or blocks.
    pub async fn send(&mut self, bytes: &[u8], within: Duration) -> anyhow::Result<()> {
        Ok(timeout(within, self.stream.write_all(bytes))
            .await
            .context("sending")??)
    }

    /// Reads until exactly this answer is here; other answers are passed over.
    ///
    /// # Errors
    /// When the connection ends or the deadline passes.
    pub async fn await_answer(&mut self, answer: &[u8], within: Duration) -> anyhow::Result<()> {
        timeout(within, async {
            loop {
                if self.next_frame().await? == answer {
                    return Ok(());
                }
            }
        })
        .await
        .context("waiting for the answer")?
    }

    async fn next_frame(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut buffer = [0; LONGEST_ANSWER];
        loop {
            if let Some(end) = self.unread.iter().position(|&byte| byte == b']') {
                return Ok(self.unread.drain(..=end).collect());
            }
            match self.stream.read(&mut buffer).await? {
                0 => bail!("the connection ended"),
                count => self.unread.extend_from_slice(&buffer[..count]),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_sees_the_key_that_the_suite_looks_for() {
        let alarm = |number| NumberedAlarm {
            number,
            uid: "9990000001".to_owned(),
            source: Ipv4Addr::LOCALHOST,
        };
        for number in [0, 1, 70_000] {
            let alarm = alarm(number);
            let event = ingest::watch::decode::decode(&alarm.frame(), &ingest::Envelope::default())
                .expect("decodes");
            assert!(event.is_alarm);
            assert_eq!(event.key.0, alarm.event_key());
            assert_eq!(
                ingest::watch::encode::reply(&alarm.frame(), &ingest::Envelope::default()),
                Some(alarm.answer())
            );
        }
        assert_ne!(alarm(1).event_key(), alarm(70_000).event_key());
    }
}
