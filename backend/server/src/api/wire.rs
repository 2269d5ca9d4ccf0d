//! Domain values as the contract shows them, cut down to what the caller sees.

mod words;

use domain::access::Visibility;
use domain::devices::{Profile, UsualWay};
use domain::geo::Coordinate;
use domain::ids::AccountId;
use domain::incidents::{Incident, Offer};
use domain::residents::{Home, Resident};
use domain::responders::Responder;
use domain::time::Timestamp;
use openapi::{Point, Problem, Time};
use poem_openapi::types::{ParseFromJSON, ToJSON};
use store::DeviceRecord;
use uuid::Uuid;

use super::wording::masked;

pub(super) use words::{
    class, closure_kind, cognition, command_kind, command_state, companion, datum, deadline_by,
    delivery_state, dependence, end_reason, enrolment_state, false_alarm, follow_up_result,
    follow_up_way, handed_to, identity, incident_state, incident_status, life_sign, link_kind,
    method, next_owner, offer_state, outcome, platform, proof, reported_kind, risk,
    shown_closure_kind, shown_cognition, shown_companion, shown_datum, shown_dependence,
    shown_end_reason, shown_false_alarm, shown_handed_to, shown_life_sign, shown_outcome,
    shown_platform, shown_proof, shown_risk, suspension_reason,
};

/// A page request as storage takes it.
pub(super) fn page_request(page: &openapi::PageRequest) -> Result<store::PageRequest, Problem> {
    let parsed = page
        .cursor
        .as_deref()
        .map(str::parse::<store::Cursor>)
        .transpose();
    let cursor = parsed.map_err(|_| Problem::malformed("cursor", "a cursor of an earlier page"))?;
    Ok(store::PageRequest {
        cursor,
        limit: page.limit,
    })
}

/// A page as the contract shows it; items that are not for the caller are already left out.
pub(super) fn page<T: ParseFromJSON + ToJSON>(
    items: Vec<T>,
    next: Option<store::Cursor>,
) -> openapi::Page<T> {
    openapi::Page {
        items,
        next_cursor: next.map(|cursor| cursor.to_string()),
    }
}

/// A place.
pub(super) fn point(at: Coordinate) -> Point {
    Point {
        lon: at.lon(),
        lat: at.lat(),
    }
}

/// An incident; `name` is the resident's, when there is one.
pub(super) fn incident(
    incident: &Incident,
    name: Option<&str>,
    seen: Visibility,
) -> openapi::Incident {
    let display = |name: &str| {
        if seen.resident {
            name.to_owned()
        } else {
            masked(name)
        }
    };
    let time = |at: Option<Timestamp>| at.map(Time);
    openapi::Incident {
        id: incident.id.0,
        kind: words::incident_kind(incident.kind),
        severity: i32::from(incident.severity.0),
        status: words::incident_status(incident.status),
        resident_id: incident
            .resident_id
            .filter(|_| seen.resident)
            .map(|id| id.0),
        resident_display: name.map(display),
        device_id: incident.device_id.filter(|_| seen.timeline).map(|id| id.0),
        // Kept with the evidence; whoever reads one adds it.
        identity: None,
        opened_at: Time(incident.opened_at),
        deadline_at: time(incident.deadline_at),
        next_owner: words::next_owner(incident.next_owner),
        rung: i32::from(incident.rung),
        repeats: i32::try_from(incident.repeats).unwrap_or(i32::MAX),
        acknowledged_by: incident
            .acknowledged_by
            .filter(|_| seen.timeline)
            .map(|id| id.0),
        acknowledged_at: time(incident.acknowledged_at),
        responder_id: incident
            .responder_id
            .filter(|_| seen.timeline)
            .map(|id| id.0),
        accepted_at: time(incident.accepted_at),
        en_route_at: time(incident.en_route_at),
        arrived_at: time(incident.arrived_at),
        closed_at: time(incident.closed_at),
        outcome: incident
            .outcome
            .filter(|_| seen.timeline)
            .map(words::shown_outcome),
        synthetic: incident.synthetic,
        // Kept beside the incident; whoever reads one adds it.
        drill: false,
        version: i64::from(incident.version),
    }
}

/// An ask.
pub(super) fn offer(offer: &Offer) -> openapi::Offer {
    openapi::Offer {
        id: offer.id.0,
        incident_id: offer.incident_id.0,
        responder_id: offer.responder_id.0,
        wave: i32::from(offer.wave),
        state: offer_state(offer.state),
        walking_ms: offer.walking_ms.map(i64::from),
        metres: offer.metres.map(i64::from),
        method: words::method(offer.method),
        reasons: offer.reasons.iter().map(ToString::to_string).collect(),
        sent_at: Time(offer.sent_at),
        expires_at: Time(offer.expires_at),
    }
}

/// A dwelling: the address for whoever may know the resident, the door for whoever goes there.
pub(super) fn home(home: &Home, seen: Visibility) -> Option<openapi::Home> {
    let door =
        |text: &str| Some(text.to_owned()).filter(|text| seen.entry_card && !text.is_empty());
    seen.resident.then(|| openapi::Home {
        address: Some(home.address.clone()),
        gate: door(&home.entry.gate),
        floor: door(&home.entry.floor),
        lift: seen.entry_card.then_some(home.entry.lift),
        key: door(&home.entry.key),
        caution: door(&home.entry.caution),
        position: home.at.map(point),
    })
}

/// A resident with the devices they wear.
pub(super) fn resident(
    resident: &Resident,
    devices: Vec<Uuid>,
    seen: Visibility,
) -> openapi::Resident {
    let name = &resident.name;
    openapi::Resident {
        id: resident.id.0,
        display_name: if seen.resident {
            name.clone()
        } else {
            masked(name)
        },
        synthetic: resident.synthetic,
        home: home(&resident.home, seen),
        requires: seen.resident.then(|| {
            let requires = resident.requires.iter();
            requires.map(|class| words::shown_class(*class)).collect()
        }),
        languages: resident.languages.clone(),
        devices,
        reading_level: words::reading_level(&resident.reading_level),
    }
}

/// A responder; others than the seat and themselves see no full name.
pub(super) fn responder(
    responder: &Responder,
    now: Timestamp,
    caller: AccountId,
    seen: Visibility,
) -> openapi::Responder {
    let known = seen.candidates || responder.account_id == caller;
    openapi::Responder {
        id: responder.id.0,
        display_name: if known {
            responder.name.clone()
        } else {
            masked(&responder.name)
        },
        kind: words::responder_kind(responder.kind),
        skills: responder.skills.iter().map(ToString::to_string).collect(),
        languages: responder.languages.clone(),
        cleared: responder.clearance_revoked_at.is_none(),
        on_duty: responder.on_duty(now),
        position_at: responder.at_time.map(Time),
        vehicle: Some(words::vehicle(responder.vehicle)),
    }
}

/// How a device usually comes, added to what is shown of it.
pub(super) fn with_way(device: openapi::Device, way: Option<&UsualWay>) -> openapi::Device {
    let Some(way) = way else {
        return device;
    };
    openapi::Device {
        identity: Some(identity(way.trust)),
        carrier: way.carrier.map(|carrier| carrier.to_string()),
        first_source: Some(way.first_source.clone()),
        first_seen_at: Some(Time(way.first_seen_at)),
        ..device
    }
}

/// A device; whose it is and where it was only for those who look after people.
pub(super) fn device(
    record: &DeviceRecord,
    profile: &Profile,
    seen: Visibility,
) -> openapi::Device {
    let stands = &record.standing;
    let time = |at: Option<Timestamp>| at.map(Time);
    openapi::Device {
        id: record.device.id.0,
        uid: record.device.uid.to_string(),
        protocol: record.device.protocol.to_string(),
        model: record.model.clone(),
        resident_id: record
            .device
            .resident_id
            .filter(|_| seen.resident)
            .map(|id| id.0),
        last_seen_at: record.last_seen_at.map(Time),
        battery_pct: record.battery_pct.map(i32::from),
        last_position: record.last_fix.filter(|_| seen.resident).map(point),
        datum: shown_datum(record.datum.unwrap_or(profile.datum)),
        proposed_datum: stands.proposed_datum.map(shown_datum),
        interval_s: profile.interval_s,
        silent_since: time(stands.silent_since),
        battery_flat_at: time(stands.flat_at),
        charging: stands.charging,
        worn: stands.worn.filter(|_| seen.resident),
        no_fix_since: time(stands.fixless_since),
        clock_off_s: stands.clock_off_s,
        identity: None,
        carrier: None,
        first_source: None,
        first_seen_at: None,
    }
}

#[cfg(test)]
mod tests;
