//! Thousands of watches at once against a server in another process: idle ones, ones that never
//! finish a frame, ones that come and go, and alarms in between.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use ingest::watch::encode::frame;
use server::stages::monotonic;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::watch_device::{NumberedAlarm, WatchDevice};

/// How long a watch waits for anything.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections that are set up at the same time.
const AT_ONCE: usize = 100;
/// Watches of one source address: ports of a pair of addresses are few.
const PER_SOURCE: u32 = 5_000;

/// A connected watch that has said hello.
pub struct Idle {
    /// Its number.
    pub uid: String,
    watch: WatchDevice,
}

fn source(number: u32) -> Ipv4Addr {
    let [.., low] = (number / PER_SOURCE).to_be_bytes();
    Ipv4Addr::new(127, 0, 1, 1 + low)
}

fn hello(uid: &str) -> Vec<u8> {
    frame("3G", uid, None, "LK")
}

async fn greet(to: SocketAddr, number: u32, uid: String) -> anyhow::Result<Idle> {
    let mut watch = WatchDevice::connect(to, source(number), PATIENCE).await?;
    let hello = hello(&uid);
    watch.send(&hello, PATIENCE).await?;
    watch.await_answer(&hello, PATIENCE).await?;
    Ok(Idle { uid, watch })
}

/// Opens a connection for each of these watches; each says hello and is answered.
///
/// # Errors
/// The first that is not served.
pub async fn settle(to: SocketAddr, uids: Vec<String>) -> anyhow::Result<Vec<Idle>> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut opening = JoinSet::new();
    for (number, uid) in (0..).zip(uids) {
        let place = Arc::clone(&places).acquire_owned().await?;
        opening.spawn(async move {
            let idle = greet(to, number, uid).await;
            drop(place);
            idle
        });
    }
    let mut all = Vec::new();
    while let Some(idle) = opening.join_next().await {
        all.push(idle??);
    }
    Ok(all)
}

/// Opens connections that say nothing, and as many that say hello and begin a frame they never end.
///
/// # Errors
/// When one cannot connect.
pub async fn half_open(to: SocketAddr, count: u32) -> anyhow::Result<Vec<TcpStream>> {
    let mut all = Vec::new();
    for number in 0..count {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 2, 1), 0)))?;
        let mut stream = timeout(PATIENCE, socket.connect(to)).await??;
        if number % 2 == 0 {
            let uid = format!("779{number:07}");
            let begun = [&hello(&uid)[..], b"[3G*779"].concat();
            stream.write_all(&begun).await?;
        }
        all.push(stream);
    }
    Ok(all)
}

/// How many of these the server has closed; each is waited for until `deadline`.
pub async fn closed(streams: Vec<TcpStream>, deadline: Instant) -> usize {
    let mut closed = 0;
    for mut stream in streams {
        let left = deadline.saturating_duration_since(monotonic());
        let ended = timeout(left, async {
            let mut buffer = [0; 64];
            // The answer to a hello may stand before the end.
            while stream.read(&mut buffer).await.unwrap_or(0) > 0 {}
        });
        closed += usize::from(ended.await.is_ok());
    }
    closed
}

/// Watches that connect, say hello, are answered and leave: `per_second` for so long. Returns how many
/// came, and how many of them were not answered.
pub async fn storm(to: SocketAddr, per_second: u32, lasting: Duration) -> (u32, u32) {
    let mut tick = tokio::time::interval(Duration::from_secs(1) / per_second);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    let mut guests = JoinSet::new();
    let (mut came, mut missed) = (0, 0);
    let began = monotonic();
    while began.elapsed() < lasting {
        tick.tick().await;
        came += 1;
        let number = came;
        guests.spawn(async move {
            let uid = format!("778{number:07}");
            greet(to, 40_000 + number, uid).await.is_ok()
        });
        while let Some(guest) = guests.try_join_next() {
            missed += u32::from(!guest.unwrap_or(false));
        }
    }
    while let Some(guest) = guests.join_next().await {
        missed += u32::from(!guest.unwrap_or(false));
    }
    (came, missed)
}

/// Alarms of connected watches, in turn and on time. Returns each with how long its answer took.
///
/// # Errors
/// The first that is not answered.
pub async fn alarms(
    watches: Vec<Idle>,
    per_second: u32,
    lasting: Duration,
) -> anyhow::Result<Vec<(NumberedAlarm, Duration)>> {
    let count = per_second * u32::try_from(lasting.as_secs())?;
    let lanes = u32::try_from(watches.len())?;
    let mut tasks = JoinSet::new();
    let began = tokio::time::Instant::now();
    for (lane, mut idle) in (0..).zip(watches) {
        tasks.spawn(async move {
            let mut acknowledged = Vec::new();
            for number in (lane..count).step_by(usize::try_from(lanes)?) {
                let due = began + Duration::from_secs(1) * number / per_second;
                tokio::time::sleep_until(due).await;
                let alarm = NumberedAlarm {
                    number,
                    uid: idle.uid.clone(),
                    source: Ipv4Addr::LOCALHOST,
                };
                // From when it is due: a late start is the service's fault as much as a late answer.
                idle.watch.send(&alarm.frame(), PATIENCE).await?;
                idle.watch
                    .await_answer(&alarm.answer(), PATIENCE)
                    .await
                    .with_context(|| format!("alarm {number} of {}", alarm.uid))?;
                acknowledged.push((alarm, due.elapsed()));
            }
            anyhow::Ok(acknowledged)
        });
    }
    let mut all = Vec::new();
    while let Some(lane) = tasks.join_next().await {
        all.extend(lane??);
    }
    Ok(all)
}

/// What a process holds.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Resident memory, KiB.
    pub rss_kib: u64,
    /// Open sockets.
    pub sockets: usize,
    /// Open descriptors of any kind.
    pub descriptors: usize,
}

impl Held {
    /// Looks at a process from outside.
    ///
    /// # Errors
    /// When it is gone.
    pub fn by(pid: u32) -> anyhow::Result<Self> {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let rss = line.and_then(|line| line.split_whitespace().next());
        let (mut sockets, mut descriptors) = (0, 0);
        for entry in std::fs::read_dir(format!("/proc/{pid}/fd"))? {
            descriptors += 1;
            // One that is closed while we look is no longer held.
            let target = std::fs::read_link(entry?.path()).unwrap_or_default();
            sockets += usize::from(target.to_string_lossy().starts_with("socket:"));
        }
        Ok(Self {
            rss_kib: rss.context("VmRSS")?.parse()?,
            sockets,
            descriptors,
        })
    }
}
