//! One test alarm all the way, again and again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use chrono::TimeDelta;
use domain::apply::apply_alarm;
use domain::devices::{Device, DeviceUid, Protocol, ReceivedFrame};
use domain::identity::Role;
use domain::ids::{AccountId, DeviceId, FrameId, HomeId, IncidentId, OrganisationId, ResidentId};
use domain::incidents::{IncidentContext, Input, Ladders};
use domain::ports::{
    Carriers, Clock, Identifiers, Ports, Ranking, Store, StoreError, WakeUps as _,
};
use domain::residents::{Climb, EntryCard, Home, Resident};
use domain::responders::{Policy, Ranked};
use domain::time::Timestamp;
use ingest::protocol::{Envelope, Session};
use store::Account;

use super::Watchdog;
use crate::engine::{Engine, blocking, fresh_id};
use crate::stages::monotonic;
use crate::workers::{Environment, pause};

/// What its organisation, account and resident are called; nobody reads it.
const NAME: &str = "watchdog";
/// Between two looks at what becomes of a pass.
const LOOK: Duration = Duration::from_millis(25);
/// A pass that has not come through by then has failed.
const PATIENCE: Duration = Duration::from_secs(15);
/// What a killed process left behind is removed after so long.
const LEFTOVER: TimeDelta = TimeDelta::seconds(300);
/// Status word of a pressed button.
const SOS: u32 = 1 << 16;

/// Runs until told to stop.
pub(crate) async fn run(environment: Environment, watchdog: Arc<Watchdog>) {
    let mut stop = environment.shutdown.listen();
    let mut sink = None;
    loop {
        let began = monotonic();
        let passing = one(&environment.engine, &watchdog, &mut sink);
        let ended = tokio::select! {
            ended = passing => ended,
            _ = stop.wait_for(|stopped| *stopped) => return,
        };
        keep(&watchdog, ended, environment.engine.now()).await;
        tokio::select! {
            () = pause(watchdog.period.saturating_sub(began.elapsed())) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
    }
}

/// How long both halves of a pass took.
struct Passed {
    alarm: Duration,
    timer: Duration,
}

async fn keep(watchdog: &Watchdog, ended: anyhow::Result<Passed>, now: Timestamp) {
    match ended {
        Ok(passed) => {
            let mut seen = watchdog.seen();
            seen.complete = Some(monotonic());
            seen.passes += 1;
            (seen.alarm, seen.timer) = (passed.alarm, passed.timer);
        }
        Err(error) => {
            tracing::error!("the test alarm did not come through: {error:#}");
            watchdog.seen().failed += 1;
            return;
        }
    }
    let (_, told) = watchdog.told(monotonic());
    if let Some(dead_man) = watchdog.dead_man.clone() {
        // Beside the next pass: a slow outside must not look like a slow alarm.
        let body = told.to_string();
        tokio::spawn(async move { dead_man.call(body, now).await });
    }
}

type Who = (OrganisationId, AccountId);

async fn one(
    engine: &Engine,
    watchdog: &Watchdog,
    sink: &mut Option<Who>,
) -> anyhow::Result<Passed> {
    let known = match *sink {
        Some(known) => known,
        None => {
            let founding = engine.clone();
            let known = blocking(move || founding.store.found_watchdog(account())).await?;
            // Before its first alarm: no carrier ever hears of one.
            let _ = watchdog.account.set(known.1);
            *sink.insert(known)
        }
    };
    let (sweeping, own) = (engine.clone(), uid(engine.now()));
    let passed = through(engine, known, own.clone()).await;
    // Others may be in the middle of a pass of their own.
    let before = uid(engine.now() - LEFTOVER);
    let swept = blocking(move || sweeping.store.watchdog_sweep(known.0, own, before)).await;
    swept.context("removing test alarms")?;
    passed
}

async fn through(
    engine: &Engine,
    (organisation, account): Who,
    uid: String,
) -> anyhow::Result<Passed> {
    let began = monotonic();
    let raising = engine.clone();
    let incident = blocking(move || raise(&raising, organisation, &uid)).await?;
    let told = move |engine: &Engine| engine.store.watchdog_told(organisation, incident, account);
    until(engine, began, "outbox", told).await?;
    let alarm = began.elapsed();
    let began = monotonic();
    let (hastening, now) = (engine.clone(), engine.now());
    let guard =
        blocking(move || hastening.store.watchdog_hasten(organisation, incident, now)).await?;
    let guard = guard.context("the test alarm has no timer")?;
    engine.wake.committed();
    let fired = move |engine: &Engine| engine.store.watchdog_fired(organisation, guard);
    until(engine, began, "timers", fired).await?;
    Ok(Passed {
        alarm,
        timer: began.elapsed(),
    })
}

async fn until(
    engine: &Engine,
    began: Instant,
    what: &str,
    look: impl Fn(&Engine) -> Result<bool, StoreError> + Copy + Send + 'static,
) -> anyhow::Result<()> {
    loop {
        let looking = engine.clone();
        if blocking(move || look(&looking)).await? {
            return Ok(());
        }
        ensure!(
            began.elapsed() < PATIENCE,
            "{what} did not get on in {PATIENCE:?}"
        );
        pause(LOOK).await;
    }
}

/// Decodes an alarm of a device made for it, and keeps it as every other.
fn raise(engine: &Engine, organisation: OrganisationId, uid: &str) -> anyhow::Result<IncidentId> {
    let now = engine.now();
    let (resident, device) = made(organisation, uid)?;
    engine.store.watchdog_prepare(resident, device)?;
    let at = now.format("%d%m%y,%H%M%S");
    let content = format!("AL,{at},V,0.0,N,0.0,E,0,0,0,0,80,81,12,0,{SOS:08X},0,0");
    let raw = ingest::watch::encode::frame("3G", uid, None, &content);
    let session = Session::default();
    let envelope = Envelope {
        session: &session,
        ..Envelope::default()
    };
    let decoded = ingest::watch::decode::decode(&raw, &envelope).map_err(|error| error.to_string());
    let frame = ReceivedFrame {
        id: FrameId(fresh_id()),
        protocol: Protocol::Watch,
        source: NAME.to_owned(),
        received_at: now,
        raw,
        device_uid: DeviceUid::parse(uid),
        decoded,
    };
    let frame = engine.directory.at_the_edge(frame);
    let applied = apply_alarm(&WithoutRanking(engine), &frame)?;
    applied
        .incident_id
        .context("the test alarm opened no incident")
}

/// A name that no maker gives out (its type allocation code is 0) and that sorts by time.
fn uid(now: Timestamp) -> String {
    format!("00{:013}", now.timestamp_millis())
}

fn account() -> Account {
    Account {
        id: AccountId(fresh_id()),
        organisation_id: OrganisationId(fresh_id()),
        role: Role::Operator,
        name: NAME.to_owned(),
        language: "en".to_owned(),
        reading_level: "standard".to_owned(),
        device_id: None,
    }
}

fn made(organisation: OrganisationId, uid: &str) -> anyhow::Result<(Resident, Device)> {
    let resident_id = ResidentId(fresh_id());
    let home = Home {
        id: HomeId(fresh_id()),
        address: NAME.to_owned(),
        at: None,
        committee_code: "000000000000".to_owned(),
        climb: Climb::default(),
        entry: EntryCard {
            gate: String::new(),
            floor: String::new(),
            lift: false,
            key: String::new(),
            caution: String::new(),
        },
    };
    let resident = Resident {
        id: resident_id,
        organisation_id: organisation,
        name: NAME.to_owned(),
        phone: String::new(),
        birth_year: 1_950,
        living_alone: true,
        languages: vec!["en".to_owned()],
        reading_level: "standard".to_owned(),
        requires: Vec::new(),
        home,
        synthetic: true,
    };
    let device = Device {
        id: DeviceId(fresh_id()),
        organisation_id: organisation,
        protocol: Protocol::Watch,
        uid: DeviceUid::parse(uid).context("a name of a device")?,
        resident_id: Some(resident_id),
    };
    Ok((resident, device))
}

/// The engine, asking nobody: there is nobody to send, and rankings are counted.
struct WithoutRanking<'a>(&'a Engine);

struct Nobody;

impl Ranking for Nobody {
    fn rank(&self, _: &IncidentContext, _: &Input, _: Timestamp) -> Ranked {
        Ranked::default()
    }
}

impl Ports for WithoutRanking<'_> {
    fn store(&self) -> &impl Store {
        self.0.store()
    }

    fn ranking(&self) -> &impl Ranking {
        &Nobody
    }

    fn clock(&self) -> &impl Clock {
        self.0.clock()
    }

    fn identifiers(&self) -> &impl Identifiers {
        self.0.identifiers()
    }

    fn wake_ups(&self) -> &impl domain::ports::WakeUps {
        self.0.wake_ups()
    }

    fn carriers(&self) -> &impl Carriers {
        self.0.carriers()
    }

    fn ladders(&self) -> &Ladders {
        self.0.ladders()
    }

    fn policy(&self) -> &Policy {
        self.0.policy()
    }
}
