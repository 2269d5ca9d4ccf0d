//! One connection at a time: sends what is due, and again, until it is acknowledged.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;

use super::Log;
use crate::watch_device::{NumberedAlarm, WatchDevice};

/// How long a watch waits for its answer before it repeats.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two tries to connect.
const PAUSE: Duration = Duration::from_millis(20);

/// Runs until nothing more can become due and everything is acknowledged.
pub(super) async fn run(
    to: SocketAddr,
    mut due: UnboundedReceiver<NumberedAlarm>,
    log: Arc<Log>,
    lost_answer_every: Option<u32>,
) {
    let mut connection = None;
    let mut bound = String::new();
    while let Some(alarm) = due.recv().await {
        // The service binds a connection to the first watch it hears on it.
        if bound != alarm.uid {
            connection = None;
            bound.clone_from(&alarm.uid);
        }
        let every = lost_answer_every;
        let mut answer_is_lost = every.is_some_and(|every| alarm.number.is_multiple_of(every));
        loop {
            match send_once(to, &mut connection, &alarm, &log, answer_is_lost).await {
                Ok(true) => break,
                Ok(false) => answer_is_lost = false,
                Err(_) => {
                    connection = None;
                    pause().await;
                }
            }
        }
    }
}

/// True when acknowledged; false when the answer was lost on purpose.
async fn send_once(
    to: SocketAddr,
    connection: &mut Option<WatchDevice>,
    alarm: &NumberedAlarm,
    log: &Log,
    answer_is_lost: bool,
) -> anyhow::Result<bool> {
    let watch = match connection {
        Some(watch) => watch,
        None => connection.insert(WatchDevice::connect(to, alarm.source, PATIENCE).await?),
    };
    watch.send(&alarm.frame(), PATIENCE).await?;
    log.sent(alarm.number);
    if answer_is_lost {
        *connection = None;
        return Ok(false);
    }
    watch.await_answer(&alarm.answer(), PATIENCE).await?;
    log.acknowledged(alarm.number);
    Ok(true)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a watch that lost its line waits in real time"
)]
pub(super) async fn pause() {
    tokio::time::sleep(PAUSE).await;
}
