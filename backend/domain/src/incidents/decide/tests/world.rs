//! A small world for rule tests: one resident, three operators' worth of people, counted ids.

use uuid::Uuid;

use crate::devices::{Alarm, Device, DeviceUid, Protocol, Recency};
use crate::evidence::{Known, Observation};
use crate::identity::{Contact, Role};
use crate::ids::{
    AccountId, DeviceId, HomeId, IncidentId, OrganisationId, ResidentId, ResponderId,
};
use crate::incidents::{
    AlarmSignal, Decision, Given, Guard, Incident, IncidentContext, IncidentKind, IncidentStatus,
    Input, LadderKind, Ladders, Link, LinkKind, OpenKey, Outcome, Refusal, ResidentFacts, Timer,
    decide,
};
use crate::message::MessageKey;
use crate::residents::Climb;
use crate::responders::{Candidate, Ground, Missions, Policy, RankMethod, Ranked, Reason};
use crate::time::{Timestamp, seconds};

pub(super) const OPERATOR: AccountId = AccountId(Uuid::from_u128(0xAA));
pub(super) const OTHER_OPERATOR: AccountId = AccountId(Uuid::from_u128(0xAB));
pub(super) const DAUGHTER: AccountId = AccountId(Uuid::from_u128(0xFA));

/// Applies decisions to a context in memory.
#[derive(Clone)]
pub(super) struct World {
    pub(super) context: IncidentContext,
    pub(super) ranked: Ranked,
    pub(super) now: Timestamp,
    pub(super) timer: Option<Timer>,
    pub(super) told: Vec<(AccountId, MessageKey)>,
    pub(super) ladders: Ladders,
    pub(super) policy: Policy,
    next_id: u128,
}

pub(super) fn responder(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(0x1000 + number))
}

impl World {
    pub(super) fn with_responders(count: u128) -> Self {
        let resident = ResidentFacts {
            id: ResidentId(Uuid::from_u128(1)),
            home_id: HomeId(Uuid::from_u128(2)),
            at: None,
            climb: Climb::default(),
            languages: Vec::new(),
            requires: Vec::new(),
            committee_code: None,
            care: crate::residents::Care::default(),
            synthetic: true,
        };
        let organisation_id = OrganisationId(Uuid::from_u128(9));
        let contact = |account_id, role| Contact { account_id, role };
        Self {
            context: IncidentContext {
                organisation_id,
                incident: None,
                offers: Vec::new(),
                device: Some(Device {
                    id: DeviceId(Uuid::from_u128(3)),
                    organisation_id,
                    protocol: Protocol::Watch,
                    uid: uid(),
                    resident_id: Some(resident.id),
                }),
                resident: Some(resident),
                family: vec![contact(DAUGHTER, Role::Family)],
                operators: vec![contact(OPERATOR, Role::Operator)],
                missions: Missions::default(),
                unknown_last_minute: 0,
                under_test: false,
                known_event: None,
                evidence: Known::default(),
                other: None,
                links: Vec::new(),
                drill: None,
            },
            ranked: Ranked {
                candidates: (0..count).map(candidate).collect(),
                ..Ranked::default()
            },
            now: "2026-11-24T19:00:00Z".parse().expect("a moment"),
            timer: None,
            told: Vec::new(),
            ladders: Ladders::shipped().expect("sound ladders"),
            policy: Policy::shipped().expect("a sound policy"),
            next_id: 1 << 64,
        }
    }

    /// A device nobody registered.
    pub(super) fn of_strangers() -> Self {
        let mut world = Self::with_responders(3);
        world.context.device = None;
        world.context.resident = None;
        world.context.family.clear();
        world
    }

    pub(super) fn decide(&mut self, input: &Input) -> Result<Decision, Refusal> {
        let next = &mut self.next_id;
        let mut fresh = || {
            *next += 1;
            Uuid::from_u128(*next)
        };
        let mut given = Given {
            now: self.now,
            ladders: &self.ladders,
            policy: &self.policy,
            ranked: &self.ranked,
            fresh: &mut fresh,
        };
        let decision = decide(&self.context, input, &mut given)?;
        self.save(&decision);
        Ok(decision)
    }

    /// Lets the pending timer run out.
    pub(super) fn wait(&mut self) -> Decision {
        let timer = self.timer.clone().expect("a pending timer");
        self.now = timer.due_at;
        self.decide(&Input::TimerFired {
            kind: timer.kind,
            rung: timer.rung,
        })
        .expect("no refusal")
    }

    pub(super) fn alarm(&mut self, alarms: &[Alarm]) -> Decision {
        self.decide(&Input::Alarm(signal(alarms, Recency::Live, self.now)))
            .expect("no refusal")
    }

    pub(super) fn status(&self) -> &'static str {
        self.context
            .incident
            .as_ref()
            .map_or("none", |incident| incident.status.as_str())
    }

    pub(super) fn heard(&self, account: AccountId) -> Vec<MessageKey> {
        let to_them = self.told.iter().filter(|(to, _)| *to == account);
        to_them.map(|(_, key)| *key).collect()
    }

    /// Puts a second incident beside the present one, as a decision about two reads it.
    pub(super) fn put_beside(&mut self, ladder: LadderKind, merged: bool) {
        let Some(present) = self.context.incident.clone() else {
            return;
        };
        let other = Incident {
            id: IncidentId(Uuid::from_u128(0x0BE5)),
            kind: IncidentKind::UnknownDevice,
            status: if merged {
                IncidentStatus::Closed
            } else {
                IncidentStatus::Raised
            },
            outcome: merged.then_some(Outcome::Merged),
            ladder,
            rung: 0,
            resident_id: None,
            home_id: None,
            responder_id: None,
            responder_account_id: None,
            acknowledged_by: None,
            open_key: (!merged).then(|| OpenKey("unknown:other".to_owned())),
            version: 7,
            ..present.clone()
        };
        let link = Link {
            organisation_id: present.organisation_id,
            incident_id: present.id,
            other_id: other.id,
            kind: LinkKind::Merged,
            at: self.now,
            by: OPERATOR,
        };
        self.context.links = if merged { vec![link] } else { Vec::new() };
        self.context.other = Some(Box::new(IncidentContext {
            incident: Some(other),
            offers: Vec::new(),
            other: None,
            links: Vec::new(),
            ..self.context.clone()
        }));
    }

    fn save(&mut self, decision: &Decision) {
        if let Some(incident) = &decision.incident {
            let found = self
                .context
                .incident
                .as_ref()
                .filter(|i| i.id == incident.id);
            assert_eq!(
                decision.expected_version,
                found.map(|i| i.version),
                "version fence"
            );
            if found.is_none() {
                self.context.offers.clear();
            }
            self.context.incident = Some(incident.clone());
        }
        for offer in &decision.offers {
            self.context.offers.retain(|known| known.id != offer.id);
            self.context.offers.push(offer.clone());
        }
        if self.context.evidence.records.first().is_some_and(|record| {
            let present = self.context.incident.as_ref();
            present.is_some_and(|incident| incident.id != record.incident_id)
        }) {
            self.context.evidence.records.clear();
        }
        self.context
            .evidence
            .records
            .extend(decision.evidence.iter().cloned());
        match &decision.guard {
            Guard::Keep => {}
            Guard::Set(timer) => self.timer = Some(timer.clone()),
            Guard::Clear => self.timer = None,
        }
        for item in &decision.outbox {
            self.told.push((item.account_id, item.notice.key));
        }
    }
}

pub(super) fn signal(alarms: &[Alarm], recency: Recency, now: Timestamp) -> AlarmSignal {
    AlarmSignal {
        protocol: Protocol::Watch,
        device_uid: uid(),
        source: "127.0.0.1".to_owned(),
        received_at: now,
        device_time: Some(now - seconds(2)),
        recency,
        alarms: alarms.to_vec(),
        at: None,
        seen: Observation::default(),
        carrier: None,
        claim: None,
        quarantine: None,
    }
}

fn uid() -> DeviceUid {
    DeviceUid::parse("9990000001").expect("a uid")
}

fn candidate(number: u128) -> Candidate {
    let metres = 100 + 50 * u32::try_from(number).expect("few responders");
    Candidate {
        responder_id: ResponderId(Uuid::from_u128(0x2000 + number)),
        account_id: responder(number),
        walking_ms: Some(metres * 833),
        metres: Some(metres),
        method: RankMethod::Network,
        grounds: vec![Ground::plain(Reason::NearestByWalkingTime)],
        accept_permille: 300,
        committee: None,
        first_aid: false,
        kind: None,
    }
}
