//! What a decision may look at.

use std::collections::BTreeSet;
use std::ops::Bound;

use chrono::TimeDelta;
use domain::devices::{Device, DeviceUid, EventKey, Protocol, UsualWay};
use domain::evidence::{Doubts, Known, RECENT_DAYS};
use domain::ids::{AccountId, FrameId, IncidentId, OrganisationId, ResidentId};
use domain::incidents::{
    Incident, IncidentContext, IncidentKind, Offer, OpenKey, Outcome, ResidentFacts,
    UNKNOWN_FLOOD_PER_MINUTE,
};
use domain::ports::{StoreError, Target};
use domain::responders::Missions;
use domain::time::{Timestamp, seconds};
use uuid::Uuid;

use super::state::State;

/// Reads the context of a target.
pub(super) fn read(state: &State, target: &Target) -> Result<IncidentContext, StoreError> {
    match target {
        Target::Device {
            protocol,
            uid,
            key,
            source,
            life,
            received_at,
            quarantine,
        } => {
            let alarm = Alarm {
                protocol: *protocol,
                uid,
                key,
                source,
                life: *life,
                quarantine: quarantine.as_ref(),
            };
            Ok(of_device(state, &alarm, *received_at))
        }
        Target::Incident {
            organisation_id,
            id,
        } => of_incident(state, *organisation_id, *id, None),
        Target::Identification {
            organisation_id,
            id,
            resident_id,
        } => of_incident(state, *organisation_id, *id, Some(*resident_id)),
        Target::Pair {
            organisation_id,
            id,
            other,
        } => of_pair(state, *organisation_id, *id, *other),
        Target::Drill {
            organisation_id,
            resident_id,
            crew,
        } => {
            let key = OpenKey::drill(*resident_id);
            let incident = state.of_open_key(*organisation_id, &key).cloned();
            let resident = state.people.resident(*organisation_id, *resident_id);
            Ok(complete(state, *organisation_id, incident, resident).for_drill(crew.clone()))
        }
        Target::Case {
            organisation_id,
            key,
            resident_id,
        } => {
            let incident = state.of_open_key(*organisation_id, key).cloned();
            let resident = resident_id.and_then(|id| state.people.resident(*organisation_id, id));
            let context = complete(state, *organisation_id, incident, resident);
            Ok(match key.is_of_a_responder() {
                true => IncidentContext {
                    missions: state.missions(*organisation_id, None),
                    ..context
                },
                false => context,
            })
        }
        Target::Resident {
            organisation_id,
            resident_id,
            idempotency,
        } => Ok(of_resident(
            state,
            *organisation_id,
            *resident_id,
            idempotency.as_ref(),
        )),
    }
}

struct Alarm<'a> {
    protocol: Protocol,
    uid: &'a DeviceUid,
    key: &'a EventKey,
    source: &'a str,
    life: bool,
    quarantine: Option<&'a DeviceUid>,
}

fn of_device(state: &State, alarm: &Alarm<'_>, received_at: Timestamp) -> IncidentContext {
    let speaks_as = alarm.quarantine.unwrap_or(alarm.uid);
    let on_the_line = state.people.device(alarm.protocol, speaks_as);
    let device = on_the_line.filter(|_| alarm.quarantine.is_none()).cloned();
    let organisation = on_the_line
        .as_ref()
        .map_or(state.people.default_organisation, |device| {
            device.organisation_id
        });
    let worn_by = device.as_ref().and_then(|device| device.resident_id);
    let resident = worn_by.and_then(|id| state.people.resident(organisation, id));
    let (keys, unknown_last_minute) = match &resident {
        Some(resident) if alarm.life => (vec![OpenKey::life(resident.id)], 0),
        Some(resident) => (vec![OpenKey::attention(resident.id)], 0),
        None if alarm.quarantine.is_some() => {
            let key = |bound| OpenKey::quarantine(alarm.protocol, bound, alarm.uid);
            (alarm.quarantine.map(key).into_iter().collect(), 0)
        }
        None => {
            let others = unknown_others(state, organisation, alarm, received_at);
            let key = |count| OpenKey::unknown(alarm.protocol, alarm.uid, alarm.source, count);
            // A device that has an incident of its own stays with it, even when others flood.
            (vec![key(0), key(others)], others)
        }
    };
    let tied = || {
        let mut incidents = state.incidents.values().filter(|incident| {
            incident.organisation_id == organisation
                && incident.is_open()
                && incident.resident_id.is_some()
                && incident.device_uid.as_ref() == Some(alarm.uid)
        });
        let may_be = resident.is_none() && alarm.quarantine.is_none();
        incidents.next().filter(|_| may_be)
    };
    let incident = keys
        .iter()
        .find_map(|key| state.of_open_key(organisation, key))
        .or_else(tied)
        .cloned();
    let context = complete(state, organisation, incident, resident);
    let evidence = match &device {
        Some(device) => Known {
            doubts: doubts(state, device, received_at),
            way: usual_way(state, alarm).cloned(),
            is_source_shared: is_source_shared(state, alarm),
            ..context.evidence
        },
        None => context.evidence,
    };
    IncidentContext {
        device,
        unknown_last_minute,
        known_event: known_event(state, organisation, alarm),
        evidence,
        ..context
    }
}

fn usual_way<'s>(state: &'s State, alarm: &Alarm<'_>) -> Option<&'s UsualWay> {
    state.ways.get(&(alarm.protocol, alarm.uid.clone()))
}

fn is_source_shared(state: &State, alarm: &Alarm<'_>) -> bool {
    state.ways.iter().any(|((protocol, uid), way)| {
        *protocol == alarm.protocol
            && uid != alarm.uid
            && [&way.first_source, &way.last_source].contains(&&alarm.source.to_owned())
    })
}

/// Models are not known here: only the device itself counts.
fn doubts(state: &State, device: &Device, now: Timestamp) -> Doubts {
    let since = now - TimeDelta::days(RECENT_DAYS);
    let false_alarms = state.incidents.values().filter(|incident| {
        let was_false = incident.outcome.is_some_and(Outcome::was_false);
        was_false
            && incident.organisation_id == device.organisation_id
            && incident.device_id == Some(device.id)
            && incident.closed_at.is_some_and(|at| at > since)
    });
    Doubts {
        device_false: u32::try_from(false_alarms.count()).unwrap_or(u32::MAX),
        ..Doubts::default()
    }
}

/// The open incident that a device, or another of the same resident, raised last.
pub(super) fn open_incident_of(
    state: &State,
    protocol: Protocol,
    uid: &DeviceUid,
) -> Option<(OrganisationId, IncidentId)> {
    let device = state.people.device(protocol, uid)?;
    let ours = state.incidents.values().filter(|incident| {
        let its_own = incident.device_id == Some(device.id);
        let same_wearer =
            incident.resident_id.is_some() && incident.resident_id == device.resident_id;
        incident.organisation_id == device.organisation_id
            && incident.is_open()
            && (its_own || same_wearer)
    });
    let last = ours.max_by_key(|incident| (incident.opened_at, incident.id))?;
    Some((last.organisation_id, last.id))
}

fn of_incident(
    state: &State,
    organisation: OrganisationId,
    id: IncidentId,
    identified: Option<ResidentId>,
) -> Result<IncidentContext, StoreError> {
    let incident = state
        .incidents
        .get(&(organisation, id))
        .cloned()
        .ok_or(StoreError::NotFound)?;
    let resident = identified
        .or(incident.resident_id)
        .and_then(|resident| state.people.resident(organisation, resident));
    Ok(complete(state, organisation, Some(incident), resident))
}

fn of_resident(
    state: &State,
    organisation: OrganisationId,
    id: ResidentId,
    idempotency: Option<&(AccountId, String)>,
) -> IncidentContext {
    let known_event = idempotency.and_then(|(account, key)| {
        state
            .idempotency
            .get(&(organisation, *account, key.clone()))
            .copied()
    });
    let resident = state.people.resident(organisation, id);
    let incident = state.of_open_key(organisation, &OpenKey::life(id)).cloned();
    IncidentContext {
        known_event,
        ..complete(state, organisation, incident, resident)
    }
}

/// Adds who was asked and who is to be told.
fn complete(
    state: &State,
    organisation: OrganisationId,
    incident: Option<Incident>,
    resident: Option<ResidentFacts>,
) -> IncidentContext {
    let drill = incident
        .as_ref()
        .and_then(|i| state.crew(organisation, i.id));
    let is_sos = incident
        .as_ref()
        .is_some_and(|incident| incident.kind == IncidentKind::ResponderSos);
    let context = IncidentContext {
        organisation_id: organisation,
        offers: incident
            .as_ref()
            .map(|i| offers(state, organisation, i.id))
            .unwrap_or_default(),
        family: resident
            .as_ref()
            .map(|r| state.people.family(organisation, r.id))
            .unwrap_or_default(),
        missions: match &resident {
            Some(resident) => state.missions(organisation, Some(resident.id)),
            None if is_sos => state.missions(organisation, None),
            None => Missions::default(),
        },
        operators: state.people.operators(organisation),
        evidence: Known {
            records: incident
                .as_ref()
                .and_then(|i| state.evidence.get(&(organisation, i.id)))
                .cloned()
                .unwrap_or_default(),
            ..Known::default()
        },
        incident,
        resident,
        device: None,
        unknown_last_minute: 0,
        under_test: false,
        known_event: None,
        other: None,
        links: Vec::new(),
        drill: None,
    };
    match drill {
        Some(crew) => context.for_drill(crew),
        None => context,
    }
}

fn of_pair(
    state: &State,
    organisation: OrganisationId,
    id: IncidentId,
    other: IncidentId,
) -> Result<IncidentContext, StoreError> {
    let second = of_incident(state, organisation, other, None)?;
    Ok(IncidentContext {
        other: Some(Box::new(second)),
        links: state.links_from(organisation, id),
        ..of_incident(state, organisation, id, None)?
    })
}

/// In the order they were sent.
fn offers(state: &State, organisation: OrganisationId, incident: IncidentId) -> Vec<Offer> {
    let sent = state.offers.get(&(organisation, incident));
    let mut offers: Vec<Offer> = sent
        .into_iter()
        .flat_map(|sent| sent.values())
        .cloned()
        .collect();
    offers.sort_by_key(|offer| (offer.wave, offer.sent_at, offer.id));
    offers
}

/// The incident this event belongs to; one that is still undecided belongs to none.
fn known_event(
    state: &State,
    organisation: OrganisationId,
    alarm: &Alarm<'_>,
) -> Option<IncidentId> {
    let event = (
        organisation,
        alarm.protocol,
        alarm.uid.clone(),
        alarm.key.0.clone(),
    );
    let id = state.frames.events.get(&event)?;
    let row = state
        .frames
        .rows
        .get(&(organisation, *id))
        .filter(|row| !row.undecided)?;
    row.incident_id
}

/// Other unknown devices of the same source within the minute before; counting stops at a flood.
fn unknown_others(
    state: &State,
    organisation: OrganisationId,
    alarm: &Alarm<'_>,
    received_at: Timestamp,
) -> u32 {
    let last = |at| (at, FrameId(Uuid::max()));
    let minute = (
        Bound::Excluded(last(received_at - seconds(60))),
        Bound::Included(last(received_at)),
    );
    let heard = state
        .frames
        .unknown
        .get(&(organisation, alarm.source.to_owned()));
    let others: BTreeSet<&DeviceUid> = heard
        .into_iter()
        .flat_map(|heard| heard.range(minute))
        .filter_map(|(_, id)| state.frames.rows.get(&(organisation, *id)))
        .filter_map(|row| row.frame.decoded.as_ref().ok())
        .map(|event| &event.device_uid)
        .filter(|uid| *uid != alarm.uid)
        .collect();
    u32::try_from(others.len())
        .unwrap_or(u32::MAX)
        .min(UNKNOWN_FLOOD_PER_MINUTE)
}
