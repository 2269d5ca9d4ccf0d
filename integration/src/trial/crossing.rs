//! Telemetry waits in front of alarms, and the database is held: which is kept first?

use std::net::Ipv4Addr;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use crate::process::Site;
use crate::watch_device::{NumberedAlarm, WatchDevice};

/// Watches that send telemetry, known to the books by how their names begin.
const TELEMETRY: u32 = 60;
/// Watches that alarm after them.
const ALARMS: u32 = 10;
/// Numbers that no plan uses.
const FIRST: u32 = 50_000;
/// Until a frame that was sent waits in the queue.
const QUEUED: Duration = Duration::from_millis(250);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Holds the database while both wait, and lets go.
pub(super) fn telemetry_before_alarms(site: &Site) -> anyhow::Result<()> {
    let mut holder = SqliteConnection::establish(&site.sqlite_file().to_string_lossy())?;
    holder.batch_execute("PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let to = site.watch;
    // The writer takes this one and waits for the database with it.
    let mut lines = vec![runtime.block_on(speak(to, "8859999999".to_owned(), None))?];
    std::thread::sleep(QUEUED);
    for number in 0..TELEMETRY {
        lines.push(runtime.block_on(speak(to, format!("886{number:07}"), None))?);
    }
    std::thread::sleep(QUEUED);
    for number in FIRST..FIRST + ALARMS {
        lines.push(runtime.block_on(speak(to, format!("884{number:07}"), Some(number)))?);
    }
    std::thread::sleep(QUEUED);
    holder.batch_execute("ROLLBACK")?;
    runtime.block_on(async {
        for (line, answer) in &mut lines {
            line.await_answer(answer, PATIENCE).await?;
        }
        Ok(())
    })
}

async fn speak(
    to: std::net::SocketAddr,
    uid: String,
    alarm: Option<u32>,
) -> anyhow::Result<(WatchDevice, Vec<u8>)> {
    let number = alarm.unwrap_or_default();
    let [_, _, c, d] = number.to_be_bytes();
    let source = Ipv4Addr::new(127, 201, c, 1 + d % 250);
    let mut line = WatchDevice::connect(to, source, PATIENCE).await?;
    let (frame, answer) = match alarm {
        Some(number) => {
            let alarm = NumberedAlarm {
                number,
                uid,
                source,
            };
            (alarm.frame(), alarm.answer())
        }
        None => (
            ingest::watch::encode::frame("3G", &uid, Some("0001"), "LK,120,0,80"),
            ingest::watch::encode::frame("3G", &uid, Some("0001"), "LK"),
        ),
    };
    line.send(&frame, PATIENCE).await?;
    Ok((line, answer))
}
