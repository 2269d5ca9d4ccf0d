//! Invented records for the tests of this folder.

use domain::access::{Circumstances, Relation};
use domain::geo::{Coordinate, Datum};
use domain::identity::{Role, Subject};
use domain::ids::{
    AccountId, HomeId, IncidentId, OfferId, OrganisationId, ResidentId, ResponderId,
};
use domain::incidents::{
    Incident, IncidentKind, IncidentStatus, LadderKind, NextOwner, Offer, OfferState, Severity,
};
use domain::residents::{Climb, EntryCard, Home, Resident};
use domain::responders::RankMethod;
use domain::time::Timestamp;
use uuid::Uuid;

use super::gate::Standing;

pub(super) const HOME: OrganisationId = OrganisationId(Uuid::from_u128(1));
pub(super) const ELDER: ResidentId = ResidentId(Uuid::from_u128(10));
pub(super) const FIRST: ResponderId = ResponderId(Uuid::from_u128(21));
pub(super) const SECOND: ResponderId = ResponderId(Uuid::from_u128(22));

/// The account behind a responder of these samples.
pub(super) fn account_of(responder: ResponderId) -> AccountId {
    AccountId(Uuid::from_u128(responder.0.as_u128() + 100))
}

pub(super) fn at() -> Timestamp {
    "2030-01-02T03:04:05.250Z".parse().expect("a moment")
}

pub(super) fn subject(role: Role) -> Subject {
    Subject {
        account_id: AccountId(Uuid::from_u128(100)),
        organisation_id: HOME,
        role,
        responder_id: None,
        resident_ids: Vec::new(),
        device_id: None,
    }
}

pub(super) fn responder(id: ResponderId) -> Subject {
    Subject {
        account_id: account_of(id),
        responder_id: Some(id),
        ..subject(Role::Responder)
    }
}

pub(super) fn going() -> Circumstances {
    Circumstances {
        relation: Relation::Going,
        incident_open: true,
        community: false,
    }
}

pub(super) fn incident() -> Incident {
    Incident {
        id: IncidentId(Uuid::from_u128(30)),
        organisation_id: HOME,
        version: 3,
        kind: IncidentKind::Fall,
        alarm_kind: IncidentKind::Fall,
        severity: Severity::LIFE,
        status: IncidentStatus::Offered,
        ladder: LadderKind::Life,
        rung: 1,
        open_key: None,
        resident_id: Some(ELDER),
        home_id: None,
        device_id: None,
        device_uid: None,
        at: Coordinate::declared(10.5, 20.25, Datum::Wgs84).ok(),
        opened_at: at(),
        device_time: None,
        deadline_at: Some(at()),
        next_owner: NextOwner::Ladder,
        repeats: 2,
        acknowledged_by: Some(AccountId(Uuid::from_u128(101))),
        acknowledged_at: Some(at()),
        responder_id: None,
        responder_account_id: None,
        reoffered: false,
        eta_ms: None,
        accepted_at: None,
        en_route_at: None,
        arrived_at: None,
        closed_at: None,
        outcome: None,
        synthetic: true,
    }
}

pub(super) fn offer(number: u128, responder: ResponderId, state: OfferState) -> Offer {
    Offer {
        id: OfferId(Uuid::from_u128(number)),
        incident_id: incident().id,
        responder_id: responder,
        account_id: account_of(responder),
        wave: 1,
        state,
        walking_ms: Some(90_000),
        metres: Some(108),
        method: RankMethod::Network,
        reasons: Vec::new(),
        sent_at: at(),
        expires_at: at(),
        answered_at: None,
    }
}

/// An open incident that the first responder accepted and the second was asked about.
pub(super) fn accepted() -> Standing {
    let incident = Incident {
        status: IncidentStatus::Accepted,
        responder_id: Some(FIRST),
        responder_account_id: Some(account_of(FIRST)),
        ..incident()
    };
    let offers = vec![
        offer(41, FIRST, OfferState::Accepted),
        offer(42, SECOND, OfferState::Withdrawn),
    ];
    Standing {
        incident,
        offers,
        crew: None,
    }
}

pub(super) fn elder() -> Resident {
    Resident {
        id: ELDER,
        organisation_id: HOME,
        name: "沈阿婆".to_owned(),
        phone: "00000000".to_owned(),
        birth_year: 1940,
        living_alone: true,
        languages: vec!["wuu".to_owned(), "zh-CN".to_owned()],
        reading_level: "easy".to_owned(),
        requires: Vec::new(),
        home: Home {
            id: HomeId(Uuid::from_u128(50)),
            address: "Nowhere Lane 1".to_owned(),
            at: Coordinate::declared(10.5, 20.25, Datum::Wgs84).ok(),
            committee_code: "000000000000".to_owned(),
            climb: Climb {
                storey: Some(3),
                lift: Some(true),
            },
            entry: EntryCard {
                gate: "east".to_owned(),
                floor: "3".to_owned(),
                lift: true,
                key: "neighbour".to_owned(),
                caution: String::new(),
            },
        },
        synthetic: true,
    }
}
