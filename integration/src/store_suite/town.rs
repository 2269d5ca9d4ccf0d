//! An invented town of two organisations that use the same identifiers.

use domain::devices::{Device, DeviceUid, Protocol};
use domain::identity::Role;
use domain::ids::{AccountId, DeviceId, HomeId, OrganisationId, ResidentId, ResponderId};
use domain::residents::{Climb, EntryCard, Home, Resident};
use domain::responders::{
    Candidate, Committee, Ground, Policy, RankMethod, Ranked, Reason, Responder, WaveMode,
};
use store::Account;
use store::seeding::{FamilyLink, Organisation};
use uuid::Uuid;

use crate::memory_store::Town;

/// Handles unknown devices; both have it, with the same people.
pub(super) const EAST: OrganisationId = OrganisationId(Uuid::from_u128(0xE0));
pub(super) const WEST: OrganisationId = OrganisationId(Uuid::from_u128(0xF0));
pub(super) const ELDER: ResidentId = ResidentId(Uuid::from_u128(1));
pub(super) const NEIGHBOUR: ResidentId = ResidentId(Uuid::from_u128(2));
pub(super) const OPERATOR: AccountId = AccountId(Uuid::from_u128(0xAA));
pub(super) const DAUGHTER: AccountId = AccountId(Uuid::from_u128(0xFA));
/// Worn by the elder; by nobody; registered nowhere.
pub(super) const WATCH: &str = "9990000001";
pub(super) const NEIGHBOURS_WATCH: &str = "9990000002";
pub(super) const SPARE_WATCH: &str = "9990000003";
pub(super) const STRANGE_WATCH: &str = "9990000099";

/// More than any ladder asks in its first wave.
const RESPONDERS: u128 = 5;

/// The town that a [`super::Fixture`] holds.
pub fn town() -> Town {
    let both = [EAST, WEST];
    Town {
        default_organisation: EAST,
        organisations: vec![
            Organisation {
                id: EAST,
                name: "东街道".to_owned(),
            },
            Organisation {
                id: WEST,
                name: "西街道".to_owned(),
            },
        ],
        residents: both
            .iter()
            .flat_map(|of| [resident(*of, ELDER), resident(*of, NEIGHBOUR)])
            .collect(),
        devices: both.iter().flat_map(|of| devices(*of)).collect(),
        accounts: both.iter().flat_map(|of| accounts(*of)).collect(),
        family: both
            .iter()
            .map(|of| FamilyLink {
                organisation_id: *of,
                account_id: DAUGHTER,
                resident_id: ELDER,
            })
            .collect(),
        responders: both
            .iter()
            .flat_map(|of| (0..RESPONDERS).map(|n| responder(*of, n)))
            .collect(),
    }
}

/// Waves as the ladder says: these cases are about storage, and three are asked first.
pub(super) fn policy() -> Policy {
    let mut policy = Policy::shipped().expect("a sound policy");
    policy.waves.mode = WaveMode::Ladder;
    policy
}

/// All responders, the first one nearest.
pub(super) fn ranked() -> Ranked {
    let candidate = |number: u128| Candidate {
        responder_id: responder_id(number),
        account_id: account_of(number),
        walking_ms: u32::try_from(60_000 * (number + 1)).ok(),
        metres: u32::try_from(70 * (number + 1)).ok(),
        method: RankMethod::Network,
        grounds: [Reason::NearestByWalkingTime, Reason::OnDuty]
            .map(Ground::plain)
            .to_vec(),
        accept_permille: 300,
        committee: Some(0),
        first_aid: false,
        kind: None,
    };
    Ranked {
        candidates: (0..RESPONDERS).map(candidate).collect(),
        barred: Vec::new(),
        committees: vec![Committee {
            code: "000000000000".to_owned(),
            cover: 5,
        }],
        took_us: 7,
    }
}

pub(super) fn uid(text: &str) -> DeviceUid {
    DeviceUid::parse(text).expect("a device identifier")
}

pub(super) fn account_of(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(0x1000 + number))
}

pub(super) fn responder_id(number: u128) -> ResponderId {
    ResponderId(Uuid::from_u128(0x2000 + number))
}

fn resident(organisation_id: OrganisationId, id: ResidentId) -> Resident {
    Resident {
        id,
        organisation_id,
        name: "测试老人".to_owned(),
        phone: "00000000".to_owned(),
        birth_year: 1940,
        living_alone: true,
        languages: vec!["zh-Hans".to_owned()],
        reading_level: "standard".to_owned(),
        requires: Vec::new(),
        home: Home {
            id: HomeId(Uuid::from_u128(id.0.as_u128() + 0x100)),
            address: "测试路1号".to_owned(),
            at: None,
            committee_code: "000000000000".to_owned(),
            climb: Climb::default(),
            entry: EntryCard::default(),
        },
        synthetic: true,
    }
}

fn devices(organisation_id: OrganisationId) -> Vec<Device> {
    let device = |number: u128, text: &str, resident_id| Device {
        id: DeviceId(Uuid::from_u128(0x300 + number)),
        organisation_id,
        protocol: Protocol::Watch,
        uid: uid(text),
        resident_id,
    };
    vec![
        device(1, WATCH, Some(ELDER)),
        device(2, NEIGHBOURS_WATCH, Some(NEIGHBOUR)),
        device(3, SPARE_WATCH, None),
    ]
}

fn accounts(organisation_id: OrganisationId) -> Vec<Account> {
    let account = |id, role| Account {
        id,
        organisation_id,
        role,
        name: "测试账户".to_owned(),
        language: "zh-Hans".to_owned(),
        reading_level: "standard".to_owned(),
        device_id: None,
    };
    let mut accounts = vec![
        account(OPERATOR, Role::Operator),
        account(DAUGHTER, Role::Family),
    ];
    accounts.extend((0..RESPONDERS).map(|number| account(account_of(number), Role::Responder)));
    accounts
}

fn responder(organisation_id: OrganisationId, number: u128) -> Responder {
    Responder {
        name: "测试志愿者".to_owned(),
        duty_override: Some(true),
        ..Responder::unknown(responder_id(number), organisation_id, account_of(number))
    }
}
