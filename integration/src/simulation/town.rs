//! An invented town for one history. Nobody in it has a place: walking times are drawn.

use domain::devices::{Device, DeviceUid, Protocol};
use domain::identity::Role;
use domain::ids::{AccountId, DeviceId, HomeId, OrganisationId, ResidentId, ResponderId};
use domain::incidents::IncidentContext;
use domain::residents::{Climb, EntryCard, Home, Resident};
use domain::responders::{
    Candidate, Committee, Ground, RankMethod, Ranked, Reason, Responder, ResponderKind,
};
use store::Account;
use store::seeding::{FamilyLink, Organisation};
use uuid::Uuid;

use super::plan::Plan;
use crate::memory_store::Town;

/// The only organisation.
pub(super) const STREET: OrganisationId = OrganisationId(Uuid::from_u128(0xE0));

fn number(of: usize) -> u128 {
    of as u128
}

pub(super) fn resident_id(of: usize) -> ResidentId {
    ResidentId(Uuid::from_u128(0x1_0000 + number(of)))
}

pub(super) fn responder_id(of: usize) -> ResponderId {
    ResponderId(Uuid::from_u128(0x2_0000 + number(of)))
}

pub(super) fn responder_account(of: usize) -> AccountId {
    AccountId(Uuid::from_u128(0x3_0000 + number(of)))
}

pub(super) fn operator_account(of: usize) -> AccountId {
    AccountId(Uuid::from_u128(0x4_0000 + number(of)))
}

pub(super) fn family_account(of: usize) -> AccountId {
    AccountId(Uuid::from_u128(0x5_0000 + number(of)))
}

pub(super) fn device_id(of: usize) -> DeviceId {
    DeviceId(Uuid::from_u128(0x6_0000 + number(of)))
}

/// The watch of a resident, or one that is registered nowhere.
pub(super) fn watch(of: usize, is_known: bool) -> DeviceUid {
    let first = if is_known {
        9_990_000_000_u64
    } else {
        9_980_000_000
    };
    let text = (first + of as u64).to_string();
    DeviceUid::parse(&text).expect("ten digits are an identifier")
}

/// The number behind a responder's account.
pub(super) fn responder_of(account: AccountId) -> Option<usize> {
    let of = account.0.as_u128().checked_sub(0x3_0000)?;
    usize::try_from(of).ok().filter(|of| *of < 0x1_0000)
}

/// Whether an account is the seat's.
pub(super) fn is_operator(account: AccountId) -> bool {
    (0x4_0000..0x5_0000).contains(&account.0.as_u128())
}

/// The people of a plan.
pub(super) fn town(plan: &Plan) -> Town {
    let mut accounts = Vec::new();
    let mut account = |id, role| {
        accounts.push(Account {
            id,
            organisation_id: STREET,
            role,
            name: String::new(),
            language: "zh-Hans".to_owned(),
            reading_level: "standard".to_owned(),
            device_id: None,
        });
    };
    for of in 0..plan.operators {
        account(operator_account(of), Role::Operator);
    }
    for of in 0..plan.responders {
        account(responder_account(of), Role::Responder);
    }
    for of in 0..plan.residents {
        account(family_account(of), Role::Family);
    }
    let responder = |of| Responder {
        duty_override: Some(true),
        ..Responder::unknown(responder_id(of), STREET, responder_account(of))
    };
    let link = |of| FamilyLink {
        organisation_id: STREET,
        account_id: family_account(of),
        resident_id: resident_id(of),
    };
    Town {
        default_organisation: STREET,
        organisations: vec![Organisation {
            id: STREET,
            name: String::new(),
        }],
        residents: (0..plan.residents).map(resident).collect(),
        devices: (0..plan.residents).map(device).collect(),
        accounts,
        family: (0..plan.residents).map(link).collect(),
        responders: (0..plan.responders).map(responder).collect(),
    }
}

fn resident(of: usize) -> Resident {
    Resident {
        id: resident_id(of),
        organisation_id: STREET,
        name: String::new(),
        phone: String::new(),
        birth_year: 1940,
        living_alone: true,
        languages: vec!["zh-Hans".to_owned()],
        reading_level: "standard".to_owned(),
        requires: Vec::new(),
        home: Home {
            id: HomeId(Uuid::from_u128(0x7_0000 + number(of))),
            address: String::new(),
            at: None,
            committee_code: "000000000000".to_owned(),
            climb: Climb::default(),
            entry: EntryCard::default(),
        },
        synthetic: true,
    }
}

fn device(of: usize) -> Device {
    Device {
        id: device_id(of),
        organisation_id: STREET,
        protocol: Protocol::Watch,
        uid: watch(of, true),
        resident_id: Some(resident_id(of)),
    }
}

/// Everybody who goes nowhere else, in an order that differs from home to home.
pub(super) fn ranked(context: &IncidentContext, responders: usize) -> Ranked {
    let this = context.incident.as_ref().map(|incident| incident.id);
    let home = context.resident.as_ref().map_or(0, |r| r.id.0.as_u128());
    let away: Vec<ResponderId> = context.missions.going_elsewhere(this).collect();
    let mut candidates: Vec<Candidate> = (0..responders)
        .filter(|of| !away.contains(&responder_id(*of)))
        .map(|of| candidate(of, home))
        .collect();
    candidates.sort_by_key(|candidate| (candidate.walking_ms, candidate.responder_id));
    let cover = u32::try_from(candidates.len()).unwrap_or(u32::MAX);
    Ranked {
        candidates,
        barred: Vec::new(),
        committees: vec![Committee {
            code: "000000000000".to_owned(),
            cover,
        }],
        took_us: 0,
    }
}

fn candidate(of: usize, home: u128) -> Candidate {
    let far = (number(of) * 7 + home * 13) % 17;
    let far = u32::try_from(far).unwrap_or(0);
    Candidate {
        responder_id: responder_id(of),
        account_id: responder_account(of),
        kind: Some(ResponderKind::Volunteer),
        walking_ms: Some(60_000 * (far + 1)),
        metres: Some(70 * (far + 1)),
        method: RankMethod::Network,
        grounds: vec![Ground::plain(Reason::OnDuty)],
        accept_permille: 300,
        committee: Some(0),
        first_aid: false,
    }
}
