//! The domain's engine over a store under test, with a clock that stands still.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use chrono::TimeDelta;
use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol, ReceivedFrame};
use domain::ids::FrameId;
use domain::incidents::{IncidentContext, Input, Ladders};
use domain::ports::{
    Carriers, Clock, Delivered, Delivery, Identifiers, Ports, Ranking, Store, WakeUps,
};
use domain::responders::{Candidate, Ground, Policy, RankMethod, Ranked, Reason};
use domain::time::Timestamp;
use store::SqlStore;
use uuid::Uuid;

use crate::people::{self, moment, responder, responder_account};

/// Everything the engine needs, around one store.
pub(crate) struct Engine {
    store: SqlStore,
    now: Mutex<Timestamp>,
    ladders: Ladders,
    policy: Policy,
    outside: Outside,
}

/// What lies outside storage.
#[derive(Default)]
pub(crate) struct Outside {
    woken: AtomicUsize,
    carried: AtomicUsize,
}

impl Engine {
    pub(crate) fn over(store: &SqlStore) -> Self {
        Self {
            store: store.clone(),
            now: Mutex::new(noon()),
            ladders: Ladders::shipped().expect("ladders"),
            policy: Policy::shipped().expect("a policy"),
            outside: Outside::default(),
        }
    }

    pub(crate) fn wait(&self, seconds: i64) {
        *self.now.lock().expect("clock") += TimeDelta::seconds(seconds);
    }

    pub(crate) fn carried(&self) -> usize {
        self.outside.carried.load(Ordering::Relaxed)
    }
}

pub(crate) fn noon() -> Timestamp {
    moment("2026-03-02T04:00:00.000000Z")
}

impl Ports for Engine {
    fn store(&self) -> &impl Store {
        &self.store
    }

    fn ranking(&self) -> &impl Ranking {
        &self.outside
    }

    fn clock(&self) -> &impl Clock {
        self
    }

    fn identifiers(&self) -> &impl Identifiers {
        &self.outside
    }

    fn wake_ups(&self) -> &impl WakeUps {
        &self.outside
    }

    fn carriers(&self) -> &impl Carriers {
        &self.outside
    }

    fn ladders(&self) -> &Ladders {
        &self.ladders
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }
}

impl Clock for Engine {
    fn now(&self) -> Timestamp {
        *self.now.lock().expect("clock")
    }
}

impl Identifiers for Outside {
    fn fresh(&self) -> Uuid {
        fresh()
    }
}

impl WakeUps for Outside {
    fn committed(&self) {
        self.woken.fetch_add(1, Ordering::Relaxed);
    }
}

impl Carriers for Outside {
    fn deliver(&self, _: &Delivery, _: Timestamp) -> Delivered {
        self.carried.fetch_add(1, Ordering::Relaxed);
        Delivered::Sent(domain::notices::Channel::Console)
    }
}

impl Ranking for Outside {
    fn rank(&self, _: &IncidentContext, _: &Input, _: Timestamp) -> Ranked {
        let candidate = |number: u128| Candidate {
            responder_id: responder(number),
            account_id: responder_account(number),
            walking_ms: Some(60_000),
            metres: Some(80),
            method: RankMethod::Network,
            grounds: [Reason::NearestByWalkingTime, Reason::OnDuty]
                .map(Ground::plain)
                .to_vec(),
            accept_permille: 300,
            committee: None,
            first_aid: false,
            kind: None,
        };
        Ranked {
            candidates: (0..3).map(candidate).collect(),
            took_us: 1,
            ..Ranked::default()
        }
    }
}

/// An identifier that was never used, the same in every run of a case that runs alone.
pub(crate) fn fresh() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(0);
    Uuid::from_u64_pair(0x7000_0000_0000_0000, LAST.fetch_add(1, Ordering::Relaxed))
}

/// An SOS of a watch.
pub(crate) fn sos(uid: &DeviceUid, key: &str) -> ReceivedFrame {
    let event = DeviceEvent {
        device_time: Some(noon()),
        fix: Some(domain::devices::Fix {
            at: people::at(10.125, 20.0625),
            valid: true,
        }),
        alarms: vec![Alarm::Sos],
        is_alarm: true,
        battery_pct: Some(71),
        readings: [(domain::devices::Reading::HeartRate, 71.5)].into(),
        ..DeviceEvent::new(Protocol::Watch, uid.clone(), "AL", EventKey(key.to_owned()))
    };
    ReceivedFrame {
        id: FrameId(fresh()),
        protocol: Protocol::Watch,
        source: "192.0.2.7".to_owned(),
        received_at: noon(),
        raw: vec![0, 1, 0xff],
        device_uid: Some(uid.clone()),
        decoded: Ok(event),
    }
}
