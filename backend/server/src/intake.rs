//! Frames come in here, and the device is answered after the commit, never before.

mod devices;
mod signed;

use std::sync::Arc;
use std::time::Duration;

use domain::apply::{Applied, ApplyError, apply_alarm, keep_alarm, observe};
use domain::devices::{DeviceUid, Protocol, ReceivedFrame};
use domain::evidence;
use domain::ids::{FrameId, IncidentId};
use domain::incidents::IncidentKind;
use domain::ports::{Store as _, StoreError};
use domain::time::Timestamp;
use ingest::listeners::{Arrival, Counted, Intake, IntakeAnswer, Outlet};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::error::Elapsed;

use crate::engine::{Engine, blocking, fresh_id};
use crate::ops::counters::Counters;
use crate::presence::Answered;
use crate::stages::{Stage, StageEvent, Stages, monotonic};
use devices::Devices;

/// Telemetry that is saved at once. Each save holds a thread until its commit, and there are some
/// hundred of them for everything; the others are left to alarms and to people.
const TELEMETRY_AT_ONCE: usize = 128;

/// Telemetry that is saved at once while acknowledged alarms wait for their decision: what is left of
/// the machine is theirs.
const TELEMETRY_BESIDE_ALARMS: usize = 2;
/// How long the others wait before they are shed.
const SHED_AFTER: Duration = Duration::from_secs(2);

/// Alarms that are decided before they are answered, at once. Those that find no place are kept first,
/// which costs a small part of a decision, answered, and decided by the timers worker right behind.
const DECIDED_AT_ONCE: usize = 8;

/// Alarms that are kept at once. Thousands that come together wait here for as long as it takes and
/// in order: on the threads they would stand in front of everybody, timers and outbox as well, and at
/// the database until they were told that it does not answer.
const KEPT_AT_ONCE: usize = 64;

/// The way of a frame into the store.
pub struct FrameIntake {
    engine: Engine,
    counters: Arc<Counters>,
    stages: Arc<Stages>,
    telemetry_places: Semaphore,
    narrow_places: Semaphore,
    deciding_places: Semaphore,
    keeping_places: Semaphore,
    devices: Devices,
}

impl FrameIntake {
    /// An intake over the engine.
    pub fn new(engine: Engine, counters: Arc<Counters>, stages: Arc<Stages>) -> Self {
        Self {
            engine,
            counters,
            stages,
            telemetry_places: Semaphore::new(TELEMETRY_AT_ONCE),
            narrow_places: Semaphore::new(TELEMETRY_BESIDE_ALARMS),
            deciding_places: Semaphore::new(DECIDED_AT_ONCE),
            keeping_places: Semaphore::new(KEPT_AT_ONCE),
            devices: Devices::default(),
        }
    }

    /// While acknowledged alarms wait for their decision, telemetry waits in a narrow place, and what
    /// finds none in time is shed: answered, counted and not kept.
    async fn makes_way(&self, decoded: bool) -> Result<Option<SemaphorePermit<'_>>, Elapsed> {
        // What cannot be read goes before a human, whatever it takes.
        if !decoded || !self.engine.backlog.is_late() {
            return Ok(None);
        }
        let place = tokio::time::timeout(SHED_AFTER, self.narrow_places.acquire()).await?;
        // Never closed.
        Ok(place.ok())
    }

    fn is_too_much(&self, frame: &ReceivedFrame) -> bool {
        let uid = frame.device_uid.as_ref();
        uid.is_some_and(|uid| !self.devices.take(frame.protocol, uid))
    }

    fn passed(&self, stage: Stage, frame: FrameId, incident: Option<IncidentId>, took_us: u64) {
        self.stages.passed(StageEvent {
            incident_id: incident,
            frame_id: Some(frame),
            stage,
            at: monotonic(),
            took: Some(std::time::Duration::from_micros(took_us)),
            count: 0,
        });
    }

    /// Decides an alarm over this engine, whose store may let in a signed message with it.
    async fn alarm(&self, engine: Engine, frame: ReceivedFrame, decode_us: u64) -> IntakeAnswer {
        let id = frame.id;
        self.counters.alarms.count();
        self.passed(Stage::FrameReceived, id, None, 0);
        self.passed(Stage::Decoded, id, None, decode_us);
        #[cfg(feature = "planted-bugs")]
        let frame = match planted(&engine, frame).await {
            Ok(answer) => return answer,
            Err(frame) => frame,
        };
        let decides = self.deciding_places.try_acquire();
        // Never closed, so nobody is turned away.
        let _keeps = match &decides {
            Ok(_) => None,
            Err(_) => Some(self.keeping_places.acquire().await),
        };
        let stored = if decides.is_ok() {
            apply_alarm
        } else {
            self.counters.alarms_kept_first.count();
            keep_alarm
        };
        let started = monotonic();
        match blocking(move || stored(&engine, &engine.directory.at_the_edge(frame))).await {
            Ok(applied) => {
                let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
                self.committed(id, &applied, took_us);
                IntakeAnswer::Reply
            }
            Err(error) => self.not_stored(&error),
        }
    }

    /// Keeps a frame, whatever it is.
    async fn keep(&self, engine: Engine, frame: ReceivedFrame, decode_us: u64) -> IntakeAnswer {
        if frame.decoded.as_ref().is_ok_and(|event| event.is_alarm) {
            return self.alarm(engine, frame, decode_us).await;
        }
        let decoded = frame.decoded.is_ok();
        if decoded && self.is_too_much(&frame) {
            // Answered all the same: a device that hears nothing sends even more.
            self.note(Counted::OverLimit);
            return IntakeAnswer::Reply;
        }
        let answered = self.answered_by(&frame);
        let Ok(_narrow) = self.makes_way(decoded).await else {
            self.counters.telemetry_shed.count();
            self.keep_answer(answered);
            return IntakeAnswer::Reply;
        };
        // Held until the commit, so that telemetry never takes the threads that alarms need.
        let _place = self.telemetry_places.acquire().await;
        let kept = move || {
            let frame = engine.directory.at_the_edge(frame);
            let telling = frame.decoded.as_ref().is_ok_and(evidence::tells);
            let telling = telling.then(|| frame.clone());
            engine.store.save_telemetry(frame)?;
            // The frame is safe, and what it adds to an open incident may be said again.
            if let Some(Err(error)) = telling.map(|frame| observe(&engine, &frame)) {
                tracing::warn!(%error, "evidence not added");
            }
            Ok::<(), StoreError>(())
        };
        match blocking(kept).await {
            Ok(()) if decoded => {
                self.keep_answer(answered);
                IntakeAnswer::Reply
            }
            Ok(()) => IntakeAnswer::Silent,
            Err(error) => self.not_stored(&error.into()),
        }
    }

    fn committed(&self, frame: FrameId, applied: &Applied, took_us: u64) {
        if applied.already_known {
            self.counters.repeated_alarms.count();
        }
        let incident = applied.incident.as_ref();
        if incident.is_some_and(|incident| incident.kind == IncidentKind::UnknownDevice) {
            self.counters.unknown_device_alarms.count();
        }
        self.passed(Stage::Ranked, frame, applied.incident_id, applied.ranked_us);
        self.passed(Stage::Committed, frame, applied.incident_id, took_us);
        if applied.offers > 0 {
            self.stages.passed(StageEvent {
                incident_id: applied.incident_id,
                frame_id: Some(frame),
                stage: Stage::Offered,
                at: monotonic(),
                took: None,
                count: applied.offers,
            });
        }
    }

    /// The command that a frame answers, if any. Alarms are not looked at: they come first.
    fn answered_by(&self, frame: &ReceivedFrame) -> Option<Answered> {
        let event = frame.decoded.as_ref().ok()?;
        let presence = &self.engine.presence;
        presence.answer(event.protocol, &event.device_uid, &frame.raw)
    }

    /// Written down beside the frame's own way: the device does not wait for it. One that gets
    /// lost is asked for again by the next sending.
    fn keep_answer(&self, answered: Option<Answered>) {
        let Some((organisation, id, done)) = answered else {
            return;
        };
        let engine = self.engine.clone();
        tokio::spawn(blocking(move || {
            let now = engine.now();
            let kept = engine
                .store
                .device_command_answered(organisation, id, done, now);
            if let Err(error) = kept {
                tracing::warn!(%error, command = %id, "answer to a command not kept");
            }
        }));
    }

    fn not_stored(&self, error: &ApplyError) -> IntakeAnswer {
        self.counters.frames_not_stored.count();
        tracing::error!(%error, "frame not stored, device not answered");
        IntakeAnswer::Unavailable
    }
}

/// Does what the chosen planted bug does; hands the frame back when the usual way goes on.
#[cfg(feature = "planted-bugs")]
async fn planted(engine: &Engine, mut frame: ReceivedFrame) -> Result<IntakeAnswer, ReceivedFrame> {
    use crate::plant;
    if plant::is(plant::WEDGED_INDEX) {
        let engine = engine.clone();
        blocking(move || plant::wedge_index(&engine)).await;
    }
    if plant::is(plant::ANSWER_BEFORE_COMMIT) {
        let engine = engine.clone();
        tokio::spawn(blocking(move || {
            std::thread::sleep(plant::COMMIT_LATER);
            apply_alarm(&engine, &frame)
        }));
        return Ok(IntakeAnswer::Reply);
    }
    if plant::is_shed() || plant::is_dropped(engine, &frame) {
        return Ok(IntakeAnswer::Reply);
    }
    if plant::is(plant::NO_EVENT_KEY) {
        plant::make_unique(&mut frame);
    }
    Err(frame)
}

impl Intake for FrameIntake {
    fn now(&self) -> Timestamp {
        self.engine.now()
    }

    fn next_frame_id(&self) -> FrameId {
        FrameId(fresh_id())
    }

    async fn accept(&self, arrival: Arrival) -> IntakeAnswer {
        let Arrival { frame, decode_us } = arrival;
        self.counters.frames.count();
        if frame.protocol == Protocol::AnlinJson {
            return self.signed(frame, decode_us).await;
        }
        self.keep(self.engine.clone(), frame, decode_us).await
    }

    fn answered(&self, frame: FrameId) {
        self.passed(Stage::DeviceAnswered, frame, None, 0);
    }

    fn here(&self, protocol: Protocol, device: &DeviceUid, frame: &[u8], outlet: &Outlet) {
        let presence = &self.engine.presence;
        presence.arrived(protocol, device, frame, outlet);
    }

    fn left(&self, protocol: Protocol, device: &DeviceUid, outlet: &Outlet) {
        self.engine.presence.left(protocol, device, outlet);
    }

    fn note(&self, what: Counted) {
        match what {
            Counted::Opened => self.counters.connections_opened.count(),
            Counted::TurnedAway => self.counters.connections_turned_away.count(),
            Counted::Undecodable => self.counters.undecodable.count(),
            Counted::Oversize => self.counters.oversize_closed.count(),
            Counted::IdentityChanged => self.counters.identity_changed.count(),
            Counted::Closed => self.counters.connections_closed.count(),
            Counted::Idle => self.counters.idle_closed.count(),
            Counted::Stalled => self.counters.stalled_closed.count(),
            Counted::OverLimit => self.counters.telemetry_over_limit.count(),
            Counted::LoginRefused => self.counters.logins_refused.count(),
            Counted::TopicRefused => self.counters.topics_refused.count(),
            Counted::BrokerLost => self.counters.brokers_lost.count(),
            Counted::ReplyFailed => {}
        }
    }
}
