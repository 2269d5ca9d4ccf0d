//! Telemetry on time, from watches that stay connected.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use ingest::watch::encode::frame;
use server::stages::monotonic;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpSocket;
use tokio::task::JoinSet;

use super::uid;

/// What is sent beside the alarms.
#[derive(Debug)]
pub struct Telemetry {
    sent: Arc<AtomicU64>,
    answered: Arc<AtomicU64>,
    stopped: Arc<AtomicBool>,
    tasks: JoinSet<()>,
}

impl Telemetry {
    /// Starts so many watches, from number `first` on, that send `per_s` frames together.
    pub fn start(to: SocketAddr, first: u32, watches: u32, per_s: u32) -> Self {
        let mut telemetry = Self {
            sent: Arc::default(),
            answered: Arc::default(),
            stopped: Arc::default(),
            tasks: JoinSet::new(),
        };
        for index in 0..watches {
            let (sent, answered) = (telemetry.sent.clone(), telemetry.answered.clone());
            let stopped = telemetry.stopped.clone();
            telemetry.tasks.spawn(async move {
                let lane = Lane {
                    to,
                    number: first + index,
                    every: Duration::from_secs(1) * watches / per_s,
                    offset: Duration::from_secs(1) * index / per_s,
                };
                // A watch that is turned away comes back.
                while !stopped.load(Ordering::Relaxed) {
                    if lane.run(&sent, &answered, &stopped).await.is_err() {
                        tokio::task::yield_now().await;
                    }
                }
            });
        }
        telemetry
    }

    /// Ends it; frames sent and answers heard.
    pub async fn stop(mut self) -> (u64, u64) {
        self.stopped.store(true, Ordering::Relaxed);
        self.tasks.shutdown().await;
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (read(&self.sent), read(&self.answered))
    }
}

struct Lane {
    to: SocketAddr,
    number: u32,
    every: Duration,
    offset: Duration,
}

impl Lane {
    async fn run(
        &self,
        sent: &AtomicU64,
        answered: &AtomicU64,
        stopped: &AtomicBool,
    ) -> std::io::Result<()> {
        let socket = TcpSocket::new_v4()?;
        let [_, _, c, d] = self.number.to_be_bytes();
        socket.bind(SocketAddr::from((Ipv4Addr::new(127, 4, c, 1 + d % 250), 0)))?;
        let mut stream = socket.connect(self.to).await?;
        stream.set_nodelay(true)?;
        let bytes = frame("3G", &uid(self.number), None, "LK,0,0,80");
        let (mut reader, mut writer) = stream.split();
        let mut due = monotonic() + self.offset;
        let mut buffer = [0; 4_096];
        while !stopped.load(Ordering::Relaxed) {
            tokio::select! {
                () = tokio::time::sleep_until(due.into()) => {
                    writer.write_all(&bytes).await?;
                    sent.fetch_add(1, Ordering::Relaxed);
                    due += self.every;
                }
                read = reader.read(&mut buffer) => {
                    let count = read?;
                    if count == 0 {
                        return Err(std::io::ErrorKind::UnexpectedEof.into());
                    }
                    let ends = buffer[..count].iter().filter(|byte| **byte == b']').count();
                    answered.fetch_add(u64::try_from(ends).unwrap_or(0), Ordering::Relaxed);
                }
            }
        }
        Ok(())
    }
}
