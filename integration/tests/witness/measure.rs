//! Takes the measurement: alarms to a server that is looked at from outside.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::ensure;
use integration::books::Books;
use integration::load::{Load, Plan};
use integration::postgres::PostgresDatabase;
use integration::process::{Program, Server, Site};
use integration::scorecard::say;
use integration::strace::{self, Trace};
use integration::tcp_proxy;

/// Alarms that are judged.
const ALARMS: u32 = 1_200;
/// Alarms a second; a traced server is slow.
const RATE: u32 = 60;
/// How long all of them may take.
const WITHIN: Duration = Duration::from_secs(100);
/// How long the proxy keeps a report of a commit back.
const HOLD: Duration = Duration::from_millis(5);
/// What was judged, and how many answers came too early.
pub(crate) struct Judged {
    pub(crate) answers: u64,
    pub(crate) early: u64,
    pub(crate) unseen: u64,
}

/// Sends all alarms to a server, kills it, and returns what was acknowledged when.
fn alarms(site: &Site, program: &Program) -> anyhow::Result<(Plan, BTreeMap<u32, Instant>, u32)> {
    let plan = Plan {
        rate_per_s: RATE,
        lanes: 16,
        alarms_per_watch: 5,
        registered: Books::open(site)?.registered_watches()?,
        lost_answer_every: None,
        telemetry_per_s: 0,
        first: 0,
        at_most: ALARMS,
    };
    let mut server = Server::start(site, program)?;
    let mut load = Load::start(site.watch, plan.clone(), &site.folder().join("watches.log"))?;
    let drained = load.drain(WITHIN);
    let pid = server.pid();
    // The planted server may still owe its last commits.
    std::thread::sleep(Duration::from_secs(1));
    server.kill();
    let acknowledged = load.log.acknowledged_at();
    let seconds = load.began.elapsed().as_secs_f64();
    say(&format!(
        "{} of {ALARMS} alarms answered in {seconds:.1} s",
        acknowledged.len()
    ));
    ensure!(drained, "alarms stay unanswered: {}", site.output_end());
    Ok((plan, acknowledged, pid))
}

pub(crate) fn on_sqlite(program: Program) -> anyhow::Result<Judged> {
    let site = Site::seeded_sqlite()?;
    let trace = Trace::into_file(site.folder().join("server.trace"));
    let (plan, acknowledged, pid) = alarms(&site, &program.behind(trace.wrapper()))?;
    let pairs: Vec<(Vec<u8>, Vec<u8>)> = acknowledged
        .keys()
        .map(|number| plan.alarm(*number))
        .map(|alarm| (alarm.frame(), alarm.answer()))
        .collect();
    let seen = strace::witness(&trace.read(pid)?, &pairs);
    Ok(Judged {
        answers: seen.answers,
        early: seen.early,
        unseen: seen.unseen,
    })
}

pub(crate) fn on_postgresql(
    database: PostgresDatabase,
    program: &Program,
) -> anyhow::Result<Judged> {
    let mut site = Site::seeded_postgres(database)?;
    let proxy = site.behind_proxy(HOLD)?;
    let (plan, acknowledged, _) = alarms(&site, program)?;
    let answered: Vec<(String, Instant)> = acknowledged
        .iter()
        .map(|(number, at)| (plan.alarm(*number).event_key(), *at))
        .collect();
    let answered = answered.iter().map(|(key, at)| (key.as_str(), *at));
    let seen = tcp_proxy::witness(&proxy.events(), answered);
    Ok(Judged {
        answers: seen.answers,
        early: seen.early,
        unseen: seen.unseen,
    })
}
