//! What a decision may look at.

use std::collections::BTreeSet;
use std::ops::Bound;

use domain::devices::{DeviceUid, EventKey, Protocol};
use domain::ids::{AccountId, FrameId, IncidentId, OrganisationId, ResidentId};
use domain::incidents::{
    Incident, IncidentContext, Offer, OpenKey, ResidentFacts, UNKNOWN_FLOOD_PER_MINUTE,
};
use domain::ports::{StoreError, Target};
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
        } => {
            let alarm = Alarm {
                protocol: *protocol,
                uid,
                key,
                source,
                life: *life,
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
        Target::Case {
            organisation_id,
            resident_id,
            key,
        } => {
            let resident = state.people.resident(*organisation_id, *resident_id);
            let incident = state.of_open_key(*organisation_id, key).cloned();
            Ok(complete(state, *organisation_id, incident, resident))
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
}

fn of_device(state: &State, alarm: &Alarm<'_>, received_at: Timestamp) -> IncidentContext {
    let device = state.people.device(alarm.protocol, alarm.uid).cloned();
    let organisation = device
        .as_ref()
        .map_or(state.people.default_organisation, |device| {
            device.organisation_id
        });
    let worn_by = device.as_ref().and_then(|device| device.resident_id);
    let resident = worn_by.and_then(|id| state.people.resident(organisation, id));
    let (keys, unknown_last_minute) = match &resident {
        Some(resident) if alarm.life => (vec![OpenKey::life(resident.id)], 0),
        Some(resident) => (vec![OpenKey::attention(resident.id)], 0),
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
        incidents.next().filter(|_| resident.is_none())
    };
    let incident = keys
        .iter()
        .find_map(|key| state.of_open_key(organisation, key))
        .or_else(tied)
        .cloned();
    IncidentContext {
        device,
        unknown_last_minute,
        known_event: known_event(state, organisation, alarm),
        ..complete(state, organisation, incident, resident)
    }
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
    IncidentContext {
        organisation_id: organisation,
        offers: incident
            .as_ref()
            .map(|i| offers(state, organisation, i.id))
            .unwrap_or_default(),
        family: resident
            .as_ref()
            .map(|r| state.people.family(organisation, r.id))
            .unwrap_or_default(),
        missions: resident
            .as_ref()
            .map(|r| state.missions(organisation, r.id))
            .unwrap_or_default(),
        operators: state.people.operators(organisation),
        incident,
        resident,
        device: None,
        unknown_last_minute: 0,
        under_test: false,
        known_event: None,
    }
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
