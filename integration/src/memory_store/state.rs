//! What is stored, and the orders in which it is looked up.

use std::collections::{BTreeMap, BTreeSet};

use domain::audit::AuditEntry;
use domain::devices::{Device, DeviceUid, Protocol, ReceivedFrame, UsualWay};
use domain::evidence::EvidenceRecord;
use domain::identity::{Contact, Role};
use domain::ids::{
    AccountId, FrameId, IncidentId, OfferId, OrganisationId, OutboxId, ResidentId, TimerId,
};
use domain::incidents::{
    Beside, DrillCrew, Incident, Link, Offer, OpenKey, ResidentFacts, TimelineEntry, TimerKind,
};
use domain::notices::{Channel, DeliveryState, OutboxItem};
use domain::responders::{Missions, WaveStanding};
use domain::time::Timestamp;

use super::Town;

/// Everything, in one place under one lock.
pub(super) struct State {
    pub(super) people: People,
    pub(super) incidents: BTreeMap<(OrganisationId, IncidentId), Incident>,
    pub(super) open_keys: BTreeMap<(OrganisationId, String), IncidentId>,
    pub(super) offers: BTreeMap<(OrganisationId, IncidentId), BTreeMap<OfferId, Offer>>,
    pub(super) standings: Vec<WaveStanding>,
    pub(super) evidence: BTreeMap<(OrganisationId, IncidentId), Vec<EvidenceRecord>>,
    /// The way each device usually comes.
    pub(super) ways: BTreeMap<(Protocol, DeviceUid), UsualWay>,
    pub(super) timeline: Vec<TimelineEntry>,
    pub(super) timers: Timers,
    pub(super) frames: Frames,
    pub(super) outbox: BTreeMap<OutboxId, OutboxRow>,
    /// Waiting notices in the order in which they are claimed.
    pub(super) queued: BTreeSet<(u8, Timestamp, OutboxId)>,
    pub(super) idempotency: BTreeMap<(OrganisationId, AccountId, String), IncidentId>,
    pub(super) audit: Vec<AuditEntry>,
    /// Rows beside incidents, in the order they were written.
    pub(super) beside: Vec<Beside>,
}

/// What does not change while alarms are handled.
pub(super) struct People {
    pub(super) default_organisation: OrganisationId,
    devices: BTreeMap<(Protocol, DeviceUid), Device>,
    residents: BTreeMap<(OrganisationId, ResidentId), ResidentFacts>,
    family: BTreeMap<(OrganisationId, ResidentId), BTreeSet<AccountId>>,
    operators: BTreeMap<OrganisationId, BTreeSet<AccountId>>,
}

/// Pending timers only: one that is done is gone, and its generation with it.
#[derive(Default)]
pub(super) struct Timers {
    pub(super) rows: BTreeMap<TimerId, TimerRow>,
    pub(super) due: BTreeSet<(Timestamp, TimerId)>,
    /// The one pending guard of an incident.
    pub(super) guards: BTreeMap<(OrganisationId, IncidentId), TimerId>,
}

pub(super) struct TimerRow {
    pub(super) organisation_id: OrganisationId,
    pub(super) incident_id: Option<IncidentId>,
    pub(super) frame_id: Option<FrameId>,
    pub(super) kind: TimerKind,
    pub(super) rung: u16,
    pub(super) due_at: Timestamp,
    pub(super) generation: i64,
    pub(super) leased_until: Option<Timestamp>,
}

/// An alarm's identity: unique inside an organisation.
pub(super) type Event = (OrganisationId, Protocol, DeviceUid, String);

#[derive(Default)]
pub(super) struct Frames {
    pub(super) rows: BTreeMap<(OrganisationId, FrameId), FrameRow>,
    pub(super) events: BTreeMap<Event, FrameId>,
    /// Alarms of unknown devices by where they came from, for counting floods.
    pub(super) unknown: BTreeMap<(OrganisationId, String), BTreeSet<(Timestamp, FrameId)>>,
}

pub(super) struct FrameRow {
    pub(super) frame: ReceivedFrame,
    pub(super) incident_id: Option<IncidentId>,
    pub(super) undecided: bool,
}

pub(super) struct OutboxRow {
    pub(super) item: OutboxItem,
    pub(super) state: DeliveryState,
    pub(super) attempts: u32,
    pub(super) generation: i64,
    pub(super) leased_until: Option<Timestamp>,
    pub(super) next_at: Timestamp,
    pub(super) channel: Option<Channel>,
    pub(super) last_error: Option<String>,
}

impl State {
    pub(super) fn new(town: &Town) -> Self {
        Self {
            people: People::new(town),
            incidents: BTreeMap::new(),
            open_keys: BTreeMap::new(),
            offers: BTreeMap::new(),
            standings: Vec::new(),
            evidence: BTreeMap::new(),
            ways: BTreeMap::new(),
            timeline: Vec::new(),
            timers: Timers::default(),
            frames: Frames::default(),
            outbox: BTreeMap::new(),
            queued: BTreeSet::new(),
            idempotency: BTreeMap::new(),
            audit: Vec::new(),
            beside: Vec::new(),
        }
    }

    /// Who goes where now, and who went to this resident before.
    pub(super) fn missions(
        &self,
        organisation: OrganisationId,
        resident: Option<ResidentId>,
    ) -> Missions {
        let ours = self.incidents.values();
        let ours = ours.filter(|incident| incident.organisation_id == organisation);
        let (mut going, mut helped) = (Vec::new(), BTreeMap::new());
        for incident in ours {
            let Some(responder) = incident.responder_id else {
                continue;
            };
            if incident.is_open() {
                going.push((responder, incident.id));
            } else if resident.is_some()
                && incident.resident_id == resident
                && incident.arrived_at.is_some()
            {
                *helped.entry(responder).or_default() += 1;
            }
        }
        Missions::new(going, helped.into_iter().collect())
    }

    /// Whom an exercise may reach.
    pub(super) fn crew(&self, organisation: OrganisationId, id: IncidentId) -> Option<DrillCrew> {
        self.beside.iter().find_map(|row| match row {
            Beside::Drill {
                organisation_id,
                incident_id,
                crew,
                ..
            } if (*organisation_id, *incident_id) == (organisation, id) => Some(crew.clone()),
            _ => None,
        })
    }

    /// How others were joined to an incident, oldest first.
    pub(super) fn links_from(&self, organisation: OrganisationId, id: IncidentId) -> Vec<Link> {
        let of = |row: &Beside| match row {
            Beside::Link(link)
                if (link.organisation_id, link.incident_id) == (organisation, id) =>
            {
                Some(*link)
            }
            _ => None,
        };
        self.beside.iter().filter_map(of).collect()
    }

    /// The open incident of a cause.
    pub(super) fn of_open_key(
        &self,
        organisation: OrganisationId,
        key: &OpenKey,
    ) -> Option<&Incident> {
        let id = self.open_keys.get(&(organisation, key.0.clone()))?;
        self.incidents.get(&(organisation, *id))
    }
}

impl People {
    fn new(town: &Town) -> Self {
        let mut devices = town.devices.clone();
        // The same identifier in two organisations: the lower one, as the databases choose.
        devices.sort_by_key(|device| std::cmp::Reverse(device.organisation_id));
        let mut people = Self {
            default_organisation: town.default_organisation,
            devices: devices
                .into_iter()
                .map(|d| ((d.protocol, d.uid.clone()), d))
                .collect(),
            residents: BTreeMap::new(),
            family: BTreeMap::new(),
            operators: BTreeMap::new(),
        };
        for resident in &town.residents {
            let facts = ResidentFacts {
                id: resident.id,
                home_id: resident.home.id,
                at: resident.home.at,
                climb: resident.home.climb,
                languages: resident.languages.clone(),
                requires: resident.requires.clone(),
                committee_code: Some(resident.home.committee_code.clone()),
                care: domain::residents::Care::default(),
                synthetic: resident.synthetic,
            };
            people
                .residents
                .insert((resident.organisation_id, resident.id), facts);
        }
        for link in &town.family {
            let of = (link.organisation_id, link.resident_id);
            people.family.entry(of).or_default().insert(link.account_id);
        }
        for account in town
            .accounts
            .iter()
            .filter(|account| account.role == Role::Operator)
        {
            people
                .operators
                .entry(account.organisation_id)
                .or_default()
                .insert(account.id);
        }
        people
    }

    pub(super) fn device(&self, protocol: Protocol, uid: &DeviceUid) -> Option<&Device> {
        self.devices.get(&(protocol, uid.clone()))
    }

    pub(super) fn resident(
        &self,
        organisation: OrganisationId,
        id: ResidentId,
    ) -> Option<ResidentFacts> {
        self.residents.get(&(organisation, id)).cloned()
    }

    pub(super) fn family(&self, organisation: OrganisationId, of: ResidentId) -> Vec<Contact> {
        contacts(self.family.get(&(organisation, of)), Role::Family)
    }

    pub(super) fn operators(&self, organisation: OrganisationId) -> Vec<Contact> {
        contacts(self.operators.get(&organisation), Role::Operator)
    }
}

fn contacts(accounts: Option<&BTreeSet<AccountId>>, role: Role) -> Vec<Contact> {
    accounts
        .into_iter()
        .flatten()
        .map(|id| Contact {
            account_id: *id,
            role,
        })
        .collect()
}

impl Timers {
    /// Adds a pending timer.
    pub(super) fn insert(&mut self, id: TimerId, row: TimerRow) {
        self.due.insert((row.due_at, id));
        if let Some(incident) = row.incident_id {
            self.guards.insert((row.organisation_id, incident), id);
        }
        self.rows.insert(id, row);
    }

    /// Ends a timer, if it is pending.
    pub(super) fn done(&mut self, id: TimerId) {
        let Some(row) = self.rows.remove(&id) else {
            return;
        };
        self.due.remove(&(row.due_at, id));
        if let Some(incident) = row.incident_id {
            self.guards.remove(&(row.organisation_id, incident));
        }
    }

    /// Whether the claim under this generation still holds.
    pub(super) fn is_ours(&self, id: TimerId, generation: i64) -> bool {
        self.rows
            .get(&id)
            .is_some_and(|row| row.generation == generation)
    }
}
