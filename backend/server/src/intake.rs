//! Frames come in here, and the device is answered after the commit, never before.

use std::sync::Arc;

use domain::apply::{Applied, ApplyError, apply_alarm, observe};
use domain::devices::ReceivedFrame;
use domain::evidence;
use domain::ids::{FrameId, IncidentId};
use domain::incidents::IncidentKind;
use domain::ports::{Store as _, StoreError};
use domain::time::Timestamp;
use ingest::listeners::{Arrival, Counted, Intake, IntakeAnswer};

use crate::engine::{Engine, blocking, fresh_id};
use crate::ops::counters::Counters;
use crate::stages::{Stage, StageEvent, Stages, monotonic};

/// The way of a frame into the store.
pub struct FrameIntake {
    engine: Engine,
    counters: Arc<Counters>,
    stages: Arc<Stages>,
}

impl FrameIntake {
    /// An intake over the engine.
    pub fn new(engine: Engine, counters: Arc<Counters>, stages: Arc<Stages>) -> Self {
        Self {
            engine,
            counters,
            stages,
        }
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

    async fn alarm(&self, frame: ReceivedFrame, decode_us: u64) -> IntakeAnswer {
        let id = frame.id;
        self.counters.alarms.count();
        self.passed(Stage::FrameReceived, id, None, 0);
        self.passed(Stage::Decoded, id, None, decode_us);
        let engine = self.engine.clone();
        #[cfg(feature = "planted-bugs")]
        let frame = match planted(&engine, frame).await {
            Ok(answer) => return answer,
            Err(frame) => frame,
        };
        let started = monotonic();
        match blocking(move || apply_alarm(&engine, &frame)).await {
            Ok(applied) => {
                let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
                self.committed(id, &applied, took_us);
                IntakeAnswer::Reply
            }
            Err(error) => self.not_stored(&error),
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
    if plant::is(plant::FORGET_TIMER) {
        let ports = plant::Forgetful::new(engine.clone());
        let applied = blocking(move || apply_alarm(&ports, &frame)).await;
        return Ok(applied.map_or(IntakeAnswer::Unavailable, |_| IntakeAnswer::Reply));
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
        if frame.decoded.as_ref().is_ok_and(|event| event.is_alarm) {
            return self.alarm(frame, decode_us).await;
        }
        let decoded = frame.decoded.is_ok();
        let telling = frame.decoded.as_ref().is_ok_and(evidence::tells);
        let telling = telling.then(|| frame.clone());
        let engine = self.engine.clone();
        let kept = blocking(move || {
            engine.store.save_telemetry(frame)?;
            // The frame is safe, and what it adds to an open incident may be said again.
            if let Some(Err(error)) = telling.map(|frame| observe(&engine, &frame)) {
                tracing::warn!(%error, "evidence not added");
            }
            Ok::<(), StoreError>(())
        });
        match kept.await {
            Ok(()) if decoded => IntakeAnswer::Reply,
            Ok(()) => IntakeAnswer::Silent,
            Err(error) => self.not_stored(&error.into()),
        }
    }

    fn answered(&self, frame: FrameId) {
        self.passed(Stage::DeviceAnswered, frame, None, 0);
    }

    fn note(&self, what: Counted) {
        match what {
            Counted::Opened => self.counters.connections_opened.count(),
            Counted::TurnedAway => self.counters.connections_turned_away.count(),
            Counted::Undecodable => self.counters.undecodable.count(),
            Counted::Oversize => self.counters.oversize_closed.count(),
            Counted::IdentityChanged => self.counters.identity_changed.count(),
            Counted::Closed | Counted::Idle | Counted::ReplyFailed => {}
        }
    }
}
