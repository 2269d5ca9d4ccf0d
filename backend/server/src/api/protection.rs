//! Whether a resident is protected now, in the caller's words.

use accessibility::Language;
use domain::access::{Action, Circumstances, Denied, authorize};
use domain::devices::{Concern, Doubt, Guardian, Protection};
use domain::identity::Subject;
use domain::ids::{OrganisationId, ResidentId};
use domain::incidents::IncidentKind;
use domain::message::facts;
use domain::notices::receipt::Receipt;
use domain::ports::StoreError;
use domain::residents::Resident;
use domain::responders::ResponderKind;
use openapi::{ProtectionReason, Time};
use store::DeviceRecord;

use super::gate;
use super::problems::Failure;
use crate::engine::Engine;

/// How a resident stands, as the subject may know it; the look leaves a line.
pub(super) fn of(
    engine: &Engine,
    subject: &Subject,
    id: ResidentId,
    language: Language,
) -> Result<openapi::Protection, Failure> {
    let action = Action::ProtectionRead;
    gate::role(subject, action)?;
    let resident = engine.store.resident_read(subject.organisation_id, id)?;
    let circumstances = Circumstances {
        community: community(engine, subject, &resident)?,
        ..Circumstances::default()
    };
    let object = gate::about(resident.organisation_id, resident.id);
    authorize(subject, action, &object, circumstances)?;
    let now = engine.now();
    let devices = engine
        .store
        .devices_of_resident(resident.organisation_id, id)?;
    let guardians: Vec<Guardian> = devices
        .iter()
        .map(|record| guardian(engine, record))
        .collect::<Result<_, _>>()?;
    let mut stands = Protection::of(&guardians, now);
    stands
        .doubts
        .extend(unreached(engine, resident.organisation_id, id)?);
    gate::looked(engine, subject, action, ("resident", id.0))?;
    let reasons: Vec<ProtectionReason> = stands
        .doubts
        .iter()
        .map(|doubt| reason(doubt, language))
        .collect();
    Ok(openapi::Protection {
        resident_id: id.0,
        protected: stands.protected,
        text: sentence(stands.protected, &reasons, language),
        reasons,
        as_of: Time(now),
    })
}

/// A relative whose number took no trial would hear of an alarm late, or not at all.
fn unreached(
    engine: &Engine,
    organisation: OrganisationId,
    resident: ResidentId,
) -> Result<Option<Doubt>, StoreError> {
    let tests = engine
        .store
        .channel_tests_of_family(organisation, resident)?;
    let dead = tests
        .into_iter()
        .find(|test| test.receipt == Receipt::Undelivered);
    Ok(dead.map(|test| Doubt {
        concern: Concern::FamilyUnreached,
        device_id: None,
        since: Some(test.sent_at),
        until: None,
    }))
}

/// Whether the subject is a community worker of the committee that the resident lives in.
fn community(engine: &Engine, subject: &Subject, resident: &Resident) -> Result<bool, Failure> {
    let Some(own) = subject.responder_id else {
        return Ok(false);
    };
    let responder = match engine.store.responder_read(subject.organisation_id, own) {
        Err(StoreError::NotFound) => return Err(Denied::Hidden.into()),
        read => read?,
    };
    let committee = Some(resident.home.committee_code.as_str());
    Ok(responder.kind == ResponderKind::CommunityWorker
        && responder.clearance_revoked_at.is_none()
        && responder.committee_code.as_deref() == committee)
}

fn guardian(engine: &Engine, record: &DeviceRecord) -> Result<Guardian, StoreError> {
    let profiles = engine.directory.profiles();
    let profile = profiles.of(record.device.protocol, record.model.as_deref());
    let stands = record.standing;
    let in_outage = match stands.case_id.filter(|_| stands.silent_since.is_some()) {
        Some(case) => {
            let organisation = record.device.organisation_id;
            let incident = engine.store.incident_read(organisation, case)?;
            incident.kind == IncidentKind::AreaOutage
        }
        None => false,
    };
    Ok(Guardian {
        device_id: record.device.id,
        personal: profile.personal,
        low_battery_pct: profile.low_battery_pct,
        last_seen_at: record.last_seen_at,
        silent_since: stands.silent_since,
        in_outage,
        worn: stands.worn,
        charging: stands.charging,
        battery_pct: record.battery_pct,
        flat_at: stands.flat_at,
        fixless_since: stands.fixless_since,
        clock_off_s: stands.clock_off_s,
    })
}

fn reason(doubt: &Doubt, language: Language) -> ProtectionReason {
    let mut told = facts([]);
    let moments = [("since", doubt.since), ("until", doubt.until)];
    for (name, at) in moments {
        told.extend(at.map(|at| (name.to_owned(), at.to_rfc3339())));
    }
    let word = doubt.concern.as_str();
    ProtectionReason {
        reason: word.to_owned(),
        text: said(word, language, &told),
        device_id: doubt.device_id.map(|id| id.0),
        since: doubt.since.map(Time),
        until: doubt.until.map(Time),
        breaks_protection: doubt.concern.breaks_protection(),
    }
}

/// "Not protected now, because …": the verdict and its reasons.
fn sentence(protected: bool, reasons: &[ProtectionReason], language: Language) -> String {
    let texts = reasons.iter().map(|reason| reason.text.as_str());
    let joined = texts
        .collect::<Vec<_>>()
        .join(&said("comma", language, &facts([])));
    let key = match (protected, reasons.is_empty()) {
        (true, true) => "protected",
        (true, false) => "protected_but",
        (false, _) => "unprotected",
    };
    said(key, language, &facts([("reasons", joined)]))
}

fn said(key: &str, language: Language, told: &domain::message::Facts) -> String {
    accessibility::phrase("protection", key, language, told).unwrap_or_else(|| {
        tracing::error!(key, language = language.tag(), "no words for a protection");
        String::new()
    })
}
