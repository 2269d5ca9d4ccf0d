//! A resident's place among the open incidents: one per cause, refused here by name.
//!
//! Storage keeps the rule by a unique key; asking first only makes the refusal readable.

use domain::identity::Subject;
use domain::ids::{IncidentId, OrganisationId, ResidentId};
use domain::incidents::{Incident, IncidentKind, LadderKind, OpenKey, Refusal};
use domain::ports::StoreError;
use store::{IncidentFilter, IncidentScope, IncidentState, PageRequest, SqlStore};

use crate::api::problems::Failure;

/// More open incidents than one resident can have: one per cause.
const OPEN_OF_ONE: u32 = 50;

/// Whether the place is free that this incident takes once it is tied to the resident.
pub(super) fn free_for_identification(
    store: &SqlStore,
    subject: &Subject,
    id: IncidentId,
    resident: ResidentId,
) -> Result<(), Failure> {
    let incident = store.incident_read(subject.organisation_id, id)?;
    let open = open_of(store, subject.organisation_id, resident)?;
    Ok(free(&open, id, &identified(&incident, resident))?)
}

/// Whether the place is free that this incident takes once it is opened again.
pub(in crate::api) fn free_for_reopening(
    store: &SqlStore,
    subject: &Subject,
    id: IncidentId,
) -> Result<(), Failure> {
    let incident = store.incident_read(subject.organisation_id, id)?;
    let Some(resident) = incident.resident_id else {
        return Ok(());
    };
    let open = open_of(store, subject.organisation_id, resident)?;
    Ok(free(&open, id, &reopened(&incident, resident))?)
}

fn open_of(
    store: &SqlStore,
    organisation: OrganisationId,
    resident: ResidentId,
) -> Result<Vec<Incident>, StoreError> {
    let filter = IncidentFilter {
        state: IncidentState::Open,
        scope: IncidentScope::Residents(vec![resident]),
    };
    let page = PageRequest::first(OPEN_OF_ONE);
    Ok(store.incident_list(organisation, &filter, &page)?.items)
}

/// The key of an identified incident, by what its alarm said.
fn identified(incident: &Incident, resident: ResidentId) -> OpenKey {
    match incident.alarm_kind {
        IncidentKind::Attention => OpenKey::attention(resident),
        _ => OpenKey::life(resident),
    }
}

/// The key of a reopened incident, by the ladder it was on.
fn reopened(incident: &Incident, resident: ResidentId) -> OpenKey {
    match incident.ladder {
        LadderKind::Life => OpenKey::life(resident),
        _ => OpenKey::attention(resident),
    }
}

fn free(open: &[Incident], id: IncidentId, key: &OpenKey) -> Result<(), Refusal> {
    let mut others = open.iter().filter(|other| other.id != id);
    match others.find(|other| other.open_key.as_ref() == Some(key)) {
        Some(other) => Err(Refusal::ResidentBusy(other.id)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::api::samples::{ELDER, incident};

    #[test]
    fn a_resident_has_one_open_incident_of_a_cause() {
        let other = |key| Incident {
            id: IncidentId(Uuid::from_u128(31)),
            open_key: Some(key),
            ..incident()
        };
        let life = other(OpenKey::life(ELDER));
        let watch = other(OpenKey::attention(ELDER));
        let (id, key) = (incident().id, OpenKey::life(ELDER));
        assert_eq!(free(&[], id, &key), Ok(()));
        let busy = Err(Refusal::ResidentBusy(life.id));
        assert_eq!(free(&[watch.clone(), life], id, &key), busy);
        // Something to look at does not stand in the way of a life alarm.
        assert_eq!(free(&[watch], id, &key), Ok(()));
        let itself = Incident {
            open_key: Some(key.clone()),
            ..incident()
        };
        assert_eq!(free(&[itself], id, &key), Ok(()));
    }

    /// An old fall that was only to be looked at climbs the attention ladder.
    #[test]
    fn the_place_follows_the_alarm_at_first_and_the_ladder_afterwards() {
        let history = Incident {
            ladder: LadderKind::Attention,
            ..incident()
        };
        assert_eq!(identified(&history, ELDER), OpenKey::life(ELDER));
        assert_eq!(reopened(&history, ELDER), OpenKey::attention(ELDER));
        assert_eq!(reopened(&incident(), ELDER), OpenKey::life(ELDER));
    }
}
