//! Killing a server again and again under load, and the audit that follows.

mod audit;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::ensure;
use server::stages::monotonic;

use crate::books::Books;
use crate::load::{Load, Plan};
use crate::process::{Program, Server, Site};
use crate::scorecard::say;

pub use audit::Verdict;

/// How long a server may usually serve between two kills, milliseconds.
pub const SERVES_MS: (u64, u64) = (400, 3_000);
/// How long the last alarms may take after the last restart.
const DRAIN_WITHIN: Duration = Duration::from_secs(60);
/// How long the first acknowledgement may take after a restart.
const FIRST_WITHIN: Duration = Duration::from_secs(30);

/// What is done to a server.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Which program.
    pub program: Program,
    /// How often it is killed.
    pub kills: u32,
    /// Alarms a second.
    pub rate_per_s: u32,
    /// Telemetry frames a second beside them.
    pub telemetry_per_s: u32,
    /// How long a server may serve between two kills, least and most, milliseconds.
    pub serves_ms: (u64, u64),
    /// Alarms that must have been acknowledged before the first kill.
    pub warm_up: usize,
    /// Where the random instants come from.
    pub seed: u64,
}

/// What was seen.
#[derive(Debug)]
pub struct Outcome {
    /// Alarms that were due.
    pub offered: u32,
    /// Alarms a second that were due.
    pub offered_per_s: f64,
    /// Alarms a second that were acknowledged, outages included.
    pub achieved_per_s: f64,
    /// Alarms acknowledged in the end.
    pub acknowledged: usize,
    /// Frames sent, repeats included.
    pub sends: u64,
    /// Whether every alarm was answered in the end.
    pub drained: bool,
    /// How long alarms were offered, seconds.
    pub lasted_s: f64,
    /// Telemetry frames that were due, and those that were answered.
    pub telemetry: (u64, u64),
    /// Kills made.
    pub kills: u32,
    /// From the start of the process to the first acknowledgement, one for each restart.
    pub first_ack_ms: Vec<u64>,
    /// What the database says.
    pub verdict: Verdict,
}

impl Outcome {
    /// Share of the offered rate that was achieved, in percent.
    pub fn achieved_pct(&self) -> f64 {
        100.0 * self.achieved_per_s / self.offered_per_s
    }

    /// Middle and worst of the restarts, in milliseconds.
    pub fn restarts_ms(&self) -> (u64, u64) {
        let mut sorted = self.first_ack_ms.clone();
        sorted.sort_unstable();
        let middle = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
        (middle, sorted.last().copied().unwrap_or_default())
    }
}

impl Campaign {
    /// Runs it on a seeded site.
    ///
    /// # Errors
    /// When the server does not start, ends by itself, or no longer answers.
    pub fn run(&self, site: &Site) -> anyhow::Result<Outcome> {
        self.run_with(site, |_| Ok(()))
    }

    /// The same, with something done to the data after each kill.
    ///
    /// # Errors
    /// As [`Campaign::run`], and what is done.
    pub fn run_with(
        &self,
        site: &Site,
        mut between: impl FnMut(&mut Instants) -> anyhow::Result<()>,
    ) -> anyhow::Result<Outcome> {
        let plan = Plan {
            rate_per_s: self.rate_per_s,
            lanes: 40,
            alarms_per_watch: 3,
            registered: Books::open(site)?.registered_watches()?,
            lost_answer_every: Some(20),
            telemetry_per_s: self.telemetry_per_s,
            first: 0,
            at_most: u32::MAX,
        };
        ensure!(
            plan.registered.len() >= 20,
            "the seed registers too few watches"
        );
        let mut server = Server::start(site, &self.program)?;
        let mut load = Load::start(site.watch, plan.clone(), &site.folder().join("watches.log"))?;
        await_count(&load, self.warm_up)?;
        let mut instants = Instants(self.seed);
        let mut restarts = Vec::new();
        for kill in 1..=self.kills {
            let serves = instants.between(self.serves_ms);
            std::thread::sleep(Duration::from_millis(serves));
            ensure!(
                server.is_running(),
                "anlin ended by itself: {}",
                site.output_end()
            );
            server.kill();
            between(&mut instants)?;
            server = Server::start(site, &self.program)?;
            restarts.push(first_ack(&load, &server, kill, serves)?);
        }
        let drained = load.finish(DRAIN_WITHIN);
        if !drained {
            // The rates were not achieved; what was acknowledged must be there all the same.
            say(&format!("alarms stay unanswered after {DRAIN_WITHIN:?}"));
        }
        let acknowledged = load.log.acknowledged_at();
        let verdict = audit::audit(site, &plan, &acknowledged)?;
        let outcome = self.outcome(&load, &acknowledged, restarts, verdict);
        Ok(Outcome { drained, ..outcome })
    }

    fn outcome(
        &self,
        load: &Load,
        acknowledged: &BTreeMap<u32, Instant>,
        first_ack_ms: Vec<u64>,
        verdict: Verdict,
    ) -> Outcome {
        let seconds = |last: Instant| last.saturating_duration_since(load.began).as_secs_f64();
        let offered = load.log.offered_count();
        let last_ack = acknowledged.values().max().copied().unwrap_or(load.began);
        let count = f64::from(u32::try_from(acknowledged.len()).unwrap_or(u32::MAX));
        Outcome {
            offered,
            offered_per_s: f64::from(offered) / seconds(load.log.last_offered()),
            achieved_per_s: count / seconds(last_ack),
            acknowledged: acknowledged.len(),
            sends: load.log.send_count(),
            drained: false,
            lasted_s: seconds(load.log.last_offered()),
            telemetry: load.log.telemetry_counts(),
            kills: self.kills,
            first_ack_ms,
            verdict,
        }
    }
}

fn await_count(load: &Load, wanted: usize) -> anyhow::Result<()> {
    let began = monotonic();
    while load.log.acknowledged_count() < wanted {
        ensure!(
            began.elapsed() < DRAIN_WITHIN,
            "too few alarms are acknowledged"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn first_ack(load: &Load, server: &Server, kill: u32, served: u64) -> anyhow::Result<u64> {
    while server.spawned.elapsed() < FIRST_WITHIN {
        if let Some(first) = load.log.first_after(server.spawned) {
            let took = first.saturating_duration_since(server.spawned).as_millis();
            let healthy = server.healthy_after.as_millis();
            say(&format!(
                "kill {kill} after {served} ms; restart: health {healthy} ms, first ack {took} ms"
            ));
            return Ok(u64::try_from(took)?);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    anyhow::bail!("no acknowledgement within {FIRST_WITHIN:?} of a restart")
}

/// Random instants that a printed seed repeats (SplitMix64).
#[derive(Clone, Debug)]
pub struct Instants(u64);

impl From<u64> for Instants {
    fn from(seed: u64) -> Self {
        Self(seed)
    }
}

impl Instants {
    /// A number from the least to the most.
    pub fn between(&mut self, (least, most): (u64, u64)) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        least + (mixed ^ (mixed >> 31)) % (most - least + 1)
    }
}
