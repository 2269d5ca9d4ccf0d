//! A store, an engine around it, and short words for what happens.

use chrono::TimeDelta;
use domain::apply::{Applied, ApplyError, Carried, apply, apply_alarm, deliver, fire};
use domain::devices::{Alarm, DeviceEvent, EventKey, Protocol, ReceivedFrame};
use domain::ids::{FrameId, IncidentId, OfferId, OrganisationId};
use domain::incidents::{
    AlarmSignal, Closure, Decision, Given, Incident, IncidentContext, Input, Outcome, decide,
};
use domain::ports::{
    Change, ClaimedOutbox, ClaimedTimer, Clock, Delivered, Identifiers, Ports, Store, StoreError,
    Target,
};
use domain::time::{Timestamp, seconds};
use uuid::Uuid;

use super::Fixture;
use super::engine::Engine;
use super::town::{self, EAST, OPERATOR, WATCH, uid};
use super::watched::Watched;
use crate::memory_store::Inside;

/// How long a claim holds in these cases, seconds.
pub(super) const LEASE_S: u32 = 30;
/// A worker.
pub(super) const WORKER: Uuid = Uuid::from_u128(0x3071);

pub(super) struct World<'a, F: Fixture> {
    pub(super) fixture: &'a F,
    pub(super) engine: Engine<Watched<'a, F>>,
}

impl<'a, F: Fixture> World<'a, F> {
    pub(super) fn of(fixture: &'a F) -> Self {
        Self {
            fixture,
            engine: Engine::new(Watched(fixture), 1 << 32),
        }
    }

    pub(super) fn store(&self) -> &Watched<'a, F> {
        &self.engine.store
    }

    pub(super) fn now(&self) -> Timestamp {
        self.engine.clock.now()
    }

    pub(super) fn wait(&self, count: u32) {
        self.engine.clock.advance(seconds(count));
    }

    pub(super) fn inside(&self) -> Inside {
        self.fixture.inside(EAST)
    }

    /// The elder's watch alarms; the key is the event.
    pub(super) fn sos(&self, key: &str) -> ReceivedFrame {
        self.frame(WATCH, key, &[Alarm::Sos])
    }

    pub(super) fn frame(&self, watch: &str, key: &str, alarms: &[Alarm]) -> ReceivedFrame {
        let id = FrameId(self.engine.identifiers().fresh());
        frame(id, watch, key, alarms, self.now())
    }

    /// Receives an alarm.
    pub(super) fn receive(&self, frame: &ReceivedFrame) -> Applied {
        apply_alarm(&self.engine, frame).expect("an alarm is stored")
    }

    /// The elder needs help: an incident with its first wave of offers.
    pub(super) fn opened(&self) -> Incident {
        self.receive(&self.sos("first"))
            .incident
            .expect("an incident")
    }

    pub(super) fn context(&self, id: IncidentId) -> IncidentContext {
        let target = Target::Incident {
            organisation_id: EAST,
            id,
        };
        self.store().incident_context(&target).expect("a context")
    }

    pub(super) fn offers(&self, id: IncidentId) -> Vec<OfferId> {
        self.context(id)
            .offers
            .iter()
            .map(|offer| offer.id)
            .collect()
    }

    pub(super) fn input(&self, id: IncidentId, input: &Input) -> Result<Applied, ApplyError> {
        let target = Target::Incident {
            organisation_id: EAST,
            id,
        };
        apply(&self.engine, &target, input, &Carried::default())
    }

    pub(super) fn accept(&self, id: IncidentId, offer: OfferId) -> Result<Applied, ApplyError> {
        self.input(id, &Input::Accept { offer })
    }

    /// The seat ends it and says why.
    pub(super) fn close(&self, id: IncidentId) {
        self.input(id, &Input::Close(closure())).expect("closed");
    }

    /// Decides without saving.
    pub(super) fn decide(&self, context: &IncidentContext, input: &Input) -> Decision {
        let ranked = town::ranked();
        let mut fresh = || self.engine.identifiers().fresh();
        let ladders = self.engine.ladders();
        let mut given = Given {
            now: self.now(),
            ladders,
            policy: self.engine.policy(),
            ranked: &ranked,
            fresh: &mut fresh,
        };
        decide(context, input, &mut given).expect("no refusal")
    }

    /// What an alarm would save, decided on what is known now.
    pub(super) fn alarm_change(&self, frame: &ReceivedFrame) -> Change {
        let context = self
            .store()
            .incident_context(&device_target(frame))
            .expect("a context");
        let event = frame.decoded.as_ref().expect("a decoded frame");
        let signal = AlarmSignal::of(event, &frame.source, frame.received_at);
        let decision = self.decide(&context, &Input::Alarm(signal));
        let change = self.change(context.organisation_id, decision);
        Change {
            frame: Some(frame.clone()),
            ..change
        }
    }

    pub(super) fn change(&self, organisation_id: OrganisationId, decision: Decision) -> Change {
        Change {
            organisation_id,
            decision,
            frame: None,
            timer: None,
            idempotency: None,
            audit: None,
            now: self.now(),
        }
    }

    pub(super) fn claim_timers(&self) -> Vec<ClaimedTimer> {
        let (now, lease) = (self.now(), seconds(LEASE_S));
        self.store()
            .claim_timers(WORKER, now, lease, 100)
            .expect("claimed timers")
    }

    pub(super) fn fire(&self, timer: &ClaimedTimer) {
        fire(&self.engine, timer).expect("fired");
    }

    pub(super) fn claim_outbox(&self) -> Vec<ClaimedOutbox> {
        let (now, lease) = (self.now(), seconds(LEASE_S));
        self.store()
            .claim_outbox(WORKER, now, lease, 100)
            .expect("claimed notices")
    }

    pub(super) fn deliver(&self, claimed: &ClaimedOutbox) -> Delivered {
        deliver(&self.engine, claimed).expect("delivered")
    }

    pub(super) fn finish(
        &self,
        claimed: &ClaimedOutbox,
        delivered: &Delivered,
    ) -> Result<(), StoreError> {
        let (id, generation) = (claimed.item.id, claimed.generation);
        self.store()
            .finish_outbox(id, generation, delivered, self.now())
    }
}

pub(super) fn closure() -> Closure {
    Closure {
        by: OPERATOR,
        as_operator: true,
        outcome: Outcome::FalseAlarm,
        has_note: true,
        false_alarm: None,
        evidence: None,
    }
}

/// An alarm of a device with a good clock.
pub(super) fn frame(
    id: FrameId,
    watch: &str,
    key: &str,
    alarms: &[Alarm],
    at: Timestamp,
) -> ReceivedFrame {
    let device_uid = uid(watch);
    ReceivedFrame {
        id,
        protocol: Protocol::Watch,
        source: "127.0.0.9".to_owned(),
        received_at: at,
        raw: format!("[3G*{watch}*0002*AL]\0{key}").into_bytes(),
        decoded: Ok(DeviceEvent {
            device_time: Some(at - TimeDelta::seconds(2)),
            alarms: alarms.to_vec(),
            is_alarm: true,
            battery_pct: Some(64),
            ..DeviceEvent::new(
                Protocol::Watch,
                device_uid.clone(),
                "AL",
                EventKey(key.to_owned()),
            )
        }),
        device_uid: Some(device_uid),
    }
}

pub(super) fn device_target(frame: &ReceivedFrame) -> Target {
    let event = frame.decoded.as_ref().expect("a decoded frame");
    Target::Device {
        protocol: event.protocol,
        uid: event.device_uid.clone(),
        key: event.key.clone(),
        source: frame.source.clone(),
        life: event.alarms.iter().any(|alarm| alarm.is_life_alarm()),
        received_at: frame.received_at,
        quarantine: event.quarantine.clone(),
    }
}
