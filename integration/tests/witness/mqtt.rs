//! Row 3.4: no message over MQTT is acknowledged before it is durable.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use integration::mqtt::{Login, MqttDevice};
use integration::process::{Program, Server, Site};
use integration::roles::{Client, word};
use integration::scorecard::say;
use integration::strace::{self, Trace, Witnessed};
use serde_json::json;
use server::stages::monotonic;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// Connections at once.
const LINES: u32 = 8;
/// Alarms that each of them sends, one after the other.
const ALARMS: u32 = 150;
/// How long the writer is kept from its database.
const HELD: Duration = Duration::from_secs(5);
/// How long everything may take afterwards.
const WITHIN: Duration = Duration::from_secs(60);

/// A word that stands in the topic of one alarm only.
fn marker(line: u32, number: u32) -> String {
    format!("w{line:02}x{number:04}")
}

fn alarm() -> Vec<u8> {
    let at = 1_795_489_200_125_i64;
    json!({"type": 5, "payload": {"timestamp": at, "status": "fall_detected"}})
        .to_string()
        .into_bytes()
}

/// A credential for each line, from an administrator.
async fn logins(site: &Site) -> anyhow::Result<Vec<Login>> {
    let admin = Client::new(site.http, Some(&site.token("admin")?));
    let mut logins = Vec::new();
    for line in 0..LINES {
        let order = json!({"name": format!("radars-{line}"), "protocol": "vayyar"});
        let made = admin.post_json("/v1/device-credentials", order).await;
        let made = made.expect(201);
        logins.push(Login::of(
            &word(&made["credential"], "name"),
            &word(&made, "secret"),
        ));
    }
    Ok(logins)
}

/// Sends one alarm until it is acknowledged, over new connections when one is cut.
#[expect(
    clippy::disallowed_methods,
    reason = "a device tries again in a moment"
)]
async fn deliver(site: &Site, login: &Login, device: &mut Option<MqttDevice>, word: &str) {
    let topic = format!("devices/{word}/events");
    loop {
        if device.is_none() {
            *device = MqttDevice::connect(site.mqtt, login).await.ok();
        }
        if let Some(line) = device
            && line.publish(&topic, &alarm()).await
        {
            return;
        }
        *device = None;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Alarms over several lines to a traced server.
pub(crate) fn traced(program: Program) -> anyhow::Result<Witnessed> {
    let site = Site::seeded_sqlite()?;
    let trace = Trace::into_file(site.folder().join("server.trace"));
    let mut server = Server::start(&site, &program.behind(trace.wrapper()))?;
    let runtime = Runtime::new()?;
    runtime.block_on(async {
        let mut lines = JoinSet::new();
        for (line, login) in (0..).zip(logins(&site).await?) {
            let site = site.clone();
            lines.spawn(async move {
                let mut device = None;
                for number in 0..ALARMS {
                    deliver(&site, &login, &mut device, &marker(line, number)).await;
                }
            });
        }
        let all = async { while lines.join_next().await.is_some() {} };
        tokio::time::timeout(2 * WITHIN, all)
            .await
            .with_context(|| format!("alarms stay unanswered: {}", site.output_end()))
    })?;
    let pid = server.pid();
    // The planted server may still owe its last commits.
    std::thread::sleep(Duration::from_secs(1));
    server.kill();
    let words: Vec<String> = (0..LINES)
        .flat_map(|line| (0..ALARMS).map(move |number| marker(line, number)))
        .collect();
    Ok(strace::witness_mqtt(&trace.read(pid)?, &words))
}

/// What happened while another process held the database, and after it.
pub(crate) struct Held {
    pub(crate) during: usize,
    pub(crate) after: usize,
    pub(crate) sent: usize,
    pub(crate) stored: usize,
}

/// Alarms to a server whose database another process (this one) has locked for writing.
pub(crate) fn locked(program: &Program) -> anyhow::Result<Held> {
    let site = Site::seeded_sqlite()?;
    let _server = Server::start(&site, program)?;
    let runtime = Runtime::new()?;
    let logins = runtime.block_on(logins(&site))?;
    let mut devices = runtime.block_on(async {
        let mut devices = Vec::new();
        for login in &logins {
            devices.push(MqttDevice::connect(site.mqtt, login).await.ok());
        }
        devices
    });
    ensure!(devices.iter().all(Option::is_some), "every line is open");
    let file = site.sqlite_file();
    let mut other = SqliteConnection::establish(file.to_str().context("a path")?)?;
    other.batch_execute("PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE")?;
    let (acknowledged, mut answers) = tokio::sync::mpsc::unbounded_channel::<Instant>();
    let mut lines = JoinSet::new();
    for (line, (login, device)) in (0..).zip(logins.into_iter().zip(devices.drain(..))) {
        let (site, acknowledged) = (site.clone(), acknowledged.clone());
        let send = async move {
            let mut device = device;
            deliver(&site, &login, &mut device, &marker(line, 0)).await;
            // The receiver lives until all have ended.
            let _ = acknowledged.send(monotonic());
        };
        lines.spawn_on(send, runtime.handle());
    }
    drop(acknowledged);
    std::thread::sleep(HELD);
    let released = monotonic();
    other.batch_execute("ROLLBACK")?;
    let times: Vec<Instant> = runtime.block_on(async {
        let all = async {
            let mut times = Vec::new();
            while let Some(at) = answers.recv().await {
                times.push(at);
            }
            times
        };
        tokio::time::timeout(WITHIN, all).await
    })?;
    let seat = Client::new(site.http, Some(&site.token("operator")?));
    let frames = runtime.block_on(seat.all("/v1/devices/frames?limit=200"));
    let sent = usize::try_from(LINES)?;
    let is_stored = |line: &u32| {
        let uid = marker(*line, 0);
        frames
            .iter()
            .any(|frame| frame["device_uid"] == uid.as_str())
    };
    let held = Held {
        during: times.iter().filter(|at| **at < released).count(),
        after: times.iter().filter(|at| **at >= released).count(),
        sent,
        stored: (0..LINES).filter(is_stored).count(),
    };
    say(&format!(
        "lock held {HELD:?}: {} answers in that time, {} after it, {} of {sent} stored",
        held.during, held.after, held.stored
    ));
    Ok(held)
}
