//! Callers at the one gate, and how a caller stands to an incident.

use domain::access::{
    Action, Circumstances, Denied, Object, Relation, Visibility, authorize, visibility,
};
use domain::audit::AuditEntry;
use domain::identity::{Role, Subject};
use domain::ids::{
    AccountId, AuditId, DeviceId, IncidentId, OrganisationId, ResidentId, ResponderId,
};
use domain::incidents::{DrillCrew, Incident, Offer, OfferState};
use domain::ports::StoreError;
use openapi::Caller;
use store::{DeviceRecord, SqlStore};
use uuid::Uuid;

use super::problems::Failure;
use crate::engine::{Engine, fresh_id};

/// The caller as access decisions know them.
pub(super) fn subject(caller: &Caller) -> Subject {
    let role = match caller.role {
        openapi::Role::Operator => Role::Operator,
        openapi::Role::Family => Role::Family,
        openapi::Role::Responder => Role::Responder,
        openapi::Role::Device => Role::Device,
        openapi::Role::Admin => Role::Admin,
    };
    Subject {
        account_id: AccountId(caller.account_id),
        organisation_id: OrganisationId(caller.organisation_id),
        role,
        responder_id: caller.responder_id.map(ResponderId),
        resident_ids: caller
            .resident_ids
            .iter()
            .copied()
            .map(ResidentId)
            .collect(),
        device_id: caller.device_id.map(Into::into),
    }
}

/// Whether this role may do this at all: asked before anything is looked up.
pub(super) fn role(subject: &Subject, action: Action) -> Result<(), Denied> {
    let anything = Object::organisation(subject.organisation_id);
    match authorize(subject, action, &anything, Circumstances::default()) {
        Err(Denied::Forbidden) => Err(Denied::Forbidden),
        // Whether it concerns the subject is asked again, of the thing itself.
        Ok(()) | Err(Denied::Hidden) => Ok(()),
    }
}

/// Whether the subject may do this to something that is no incident.
pub(super) fn pass(subject: &Subject, action: Action, object: &Object) -> Result<(), Denied> {
    authorize(subject, action, object, Circumstances::default())
}

/// Something that is the subject's own.
pub(super) fn own(organisation_id: OrganisationId, account_id: AccountId) -> Object {
    Object {
        account_id: Some(account_id),
        ..Object::organisation(organisation_id)
    }
}

/// Something about a resident.
pub(super) fn about(organisation_id: OrganisationId, resident_id: ResidentId) -> Object {
    Object {
        resident_id: Some(resident_id),
        ..Object::organisation(organisation_id)
    }
}

/// An incident with what decides who sees how much of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    pub(super) incident: Incident,
    pub(super) offers: Vec<Offer>,
    /// Whom an exercise may reach; `None` for everything that is real.
    pub(super) crew: Option<DrillCrew>,
}

impl Standing {
    /// Reads an incident with its offers.
    pub(super) fn read(
        store: &SqlStore,
        organisation: OrganisationId,
        id: IncidentId,
    ) -> Result<Self, StoreError> {
        let incident = store.incident_read(organisation, id)?;
        Self::of(store, incident)
    }

    /// Reads the offers of an incident.
    pub(super) fn of(store: &SqlStore, incident: Incident) -> Result<Self, StoreError> {
        let offers = store.offers_of_incident(incident.organisation_id, incident.id)?;
        let crew = store.crew_of_incident(incident.organisation_id, incident.id)?;
        Ok(Self {
            incident,
            offers,
            crew,
        })
    }

    /// Passes the gate with this incident.
    pub(super) fn pass(&self, subject: &Subject, action: Action) -> Result<(), Denied> {
        let takes_part = |crew: &DrillCrew| crew.holds(subject.account_id);
        let is_seat = subject.role == Role::Operator;
        if !is_seat && !self.crew.as_ref().is_none_or(takes_part) {
            // An exercise frightens nobody who does not take part.
            return Err(Denied::Hidden);
        }
        let object = Object {
            organisation_id: self.incident.organisation_id,
            resident_id: self.incident.resident_id,
            account_id: None,
        };
        authorize(subject, action, &object, self.circumstances(subject))
    }

    /// Passes the gate with one of its offers, which is somebody's own.
    pub(super) fn pass_offer(
        &self,
        subject: &Subject,
        action: Action,
        offer: &Offer,
    ) -> Result<(), Denied> {
        let object = own(self.incident.organisation_id, offer.account_id);
        authorize(subject, action, &object, self.circumstances(subject))
    }

    /// How much of it the subject sees.
    pub(super) fn seen_by(&self, subject: &Subject) -> Visibility {
        visibility(subject, self.circumstances(subject))
    }

    /// The moment, as far as access is concerned.
    pub(super) fn circumstances(&self, subject: &Subject) -> Circumstances {
        let relation = subject
            .responder_id
            .map_or(Relation::None, |own| self.relation(own));
        Circumstances {
            relation,
            incident_open: self.incident.is_open(),
            community: false,
        }
    }

    /// How a responder stands to it: by their most binding offer.
    fn relation(&self, responder: ResponderId) -> Relation {
        let goes = self.incident.responder_id == Some(responder);
        let of_offer = |offer: &Offer| match offer.state {
            OfferState::Accepted if goes => Relation::Going,
            OfferState::Pending | OfferState::Expired => Relation::Asked,
            // An acceptance that a reopening has left behind binds nobody.
            OfferState::Accepted | OfferState::Declined | OfferState::Withdrawn => {
                Relation::Released
            }
        };
        let binding = |relation: &Relation| match relation {
            Relation::None => 0,
            Relation::Released => 1,
            Relation::Asked => 2,
            Relation::Going => 3,
        };
        let own = self
            .offers
            .iter()
            .filter(|offer| offer.responder_id == responder);
        own.map(of_offer).max_by_key(binding).unwrap_or_default()
    }
}

/// The line of the audit trail that says who did what, to be saved with the deed.
pub(super) fn line(
    engine: &Engine,
    subject: &Subject,
    action: Action,
    object: (&str, Uuid),
    note: Option<String>,
) -> AuditEntry {
    AuditEntry {
        id: AuditId(fresh_id()),
        organisation_id: subject.organisation_id,
        at: engine.now(),
        account_id: Some(subject.account_id),
        action: action.to_string(),
        object_kind: object.0.to_owned(),
        object_id: object.1,
        note,
    }
}

/// Writes down that somebody looked at something sensitive; durable before the answer.
pub(super) fn looked(
    engine: &Engine,
    subject: &Subject,
    action: Action,
    object: (&str, Uuid),
) -> Result<(), StoreError> {
    let look = line(engine, subject, action, object, None);
    engine.store.record_look(look)
}

/// The device that is meant, if it is the subject's to deal with.
pub(super) fn device(
    engine: &Engine,
    subject: &Subject,
    action: Action,
    id: Uuid,
) -> Result<DeviceRecord, Failure> {
    role(subject, action)?;
    let organisation = subject.organisation_id;
    let record = engine.store.device_read(organisation, DeviceId(id))?;
    let object = Object::organisation(record.device.organisation_id);
    pass(subject, action, &object)?;
    Ok(record)
}

#[cfg(test)]
mod tests;
