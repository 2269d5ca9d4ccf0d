//! Invented people and devices, the same for every case.

use domain::devices::{Device, DeviceUid, Protocol};
use domain::geo::{Coordinate, Datum};
use domain::identity::Role;
use domain::ids::{AccountId, DeviceId, HomeId, OrganisationId, ResidentId, ResponderId};
use domain::residents::{Climb, EntryCard, Home, Resident};
use domain::responders::{Class, Gender, Responder, ResponderKind, Shift, Skill, Vehicle};
use domain::time::Timestamp;
use store::seeding::{FamilyLink, Organisation, Seeder, Token};
use store::{Account, Database, installation, token_sha256};
use uuid::Uuid;

/// A text that must be nowhere in the clear.
pub(crate) const CANARY: &str = "CANARYNAME";
/// The operator's token.
pub(crate) const OPERATOR_TOKEN: &str = "token-of-the-operator-000001";
/// The relative's token.
pub(crate) const FAMILY_TOKEN: &str = "token-of-the-family-000002";
/// The first responder's token.
pub(crate) const RESPONDER_TOKEN: &str = "token-of-the-responder-000003";
/// The watch's own token.
pub(crate) const DEVICE_TOKEN: &str = "token-of-the-device-000004";

pub(crate) fn organisation() -> OrganisationId {
    OrganisationId(Uuid::from_u128(1))
}

pub(crate) fn other_organisation() -> OrganisationId {
    OrganisationId(Uuid::from_u128(2))
}

pub(crate) fn resident() -> ResidentId {
    ResidentId(Uuid::from_u128(0x100))
}

pub(crate) fn operator() -> AccountId {
    AccountId(Uuid::from_u128(0x10))
}

pub(crate) fn family() -> AccountId {
    AccountId(Uuid::from_u128(0x11))
}

pub(crate) fn responder(number: u128) -> ResponderId {
    ResponderId(Uuid::from_u128(0x300 + number))
}

pub(crate) fn responder_account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(0x20 + number))
}

pub(crate) fn uid() -> DeviceUid {
    DeviceUid::parse("5550000001").expect("a uid")
}

pub(crate) fn device_id() -> DeviceId {
    DeviceId(Uuid::from_u128(0x200))
}

pub(crate) fn at(lon: f64, lat: f64) -> Coordinate {
    Coordinate::declared(lon, lat, Datum::Wgs84).expect("a place")
}

pub(crate) fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

pub(crate) fn elder(number: u128, organisation_id: OrganisationId) -> Resident {
    Resident {
        id: ResidentId(Uuid::from_u128(0x100 + number)),
        organisation_id,
        name: format!("{CANARY} 甲{number}"),
        phone: format!("+86 000 {CANARY} {number}"),
        birth_year: 1940,
        living_alone: true,
        languages: vec!["zh-CN".to_owned(), "wuu".to_owned()],
        reading_level: "easy".to_owned(),
        requires: vec![Class::Female],
        home: Home {
            id: HomeId(Uuid::from_u128(0x180 + number)),
            address: format!("{CANARY} 路 {number} 号"),
            at: Some(at(10.25, 20.5)),
            committee_code: "000000000001".to_owned(),
            climb: Climb {
                storey: Some(-1),
                lift: Some(false),
            },
            entry: EntryCard {
                gate: format!("{CANARY} 门"),
                floor: "3".to_owned(),
                lift: false,
                key: format!("code {CANARY}#1"),
                caution: String::new(),
            },
        },
        synthetic: true,
    }
}

pub(crate) fn helper(number: u128) -> Responder {
    Responder {
        id: responder(number),
        organisation_id: organisation(),
        account_id: responder_account(number),
        name: format!("{CANARY} 乙{number}"),
        kind: ResponderKind::Volunteer,
        skills: vec![Skill::FirstAid],
        languages: vec!["zh-CN".to_owned(), "wuu".to_owned()],
        gender: Some(Gender::Male),
        vehicle: Vehicle::Ebike,
        committee_code: Some("000000000001".to_owned()),
        clearance_revoked_at: (number == 2).then(|| moment("2026-02-01T00:00:00.000001Z")),
        shifts: vec![Shift {
            weekday: 1,
            start_min: 600,
            minutes: 240,
        }],
        duty_override: Some(true),
        at: Some(at(10.26, 20.5)),
        at_time: Some(moment("2026-03-01T00:00:00.000001Z")),
        at_accuracy_m: Some(25),
    }
}

pub(crate) fn account(id: AccountId, organisation_id: OrganisationId, role: Role) -> Account {
    Account {
        id,
        organisation_id,
        role,
        name: format!("{CANARY} {role}"),
        language: "zh-CN".to_owned(),
        reading_level: "standard".to_owned(),
        device_id: None,
    }
}

fn watch(
    organisation_id: OrganisationId,
    id: DeviceId,
    uid: &str,
    worn: Option<ResidentId>,
) -> (Device, Option<String>) {
    let uid = DeviceUid::parse(uid).expect("a uid");
    let device = Device {
        id,
        organisation_id,
        protocol: Protocol::Watch,
        uid,
        resident_id: worn,
    };
    (device, Some("invented".to_owned()))
}

fn accounts() -> Vec<Account> {
    let own = organisation();
    let mut accounts = vec![
        account(operator(), own, Role::Operator),
        account(family(), own, Role::Family),
        account(
            AccountId(Uuid::from_u128(0x12)),
            other_organisation(),
            Role::Operator,
        ),
    ];
    accounts.push(Account {
        device_id: Some(device_id()),
        ..account(AccountId(Uuid::from_u128(0x13)), own, Role::Device)
    });
    let responders = (0..3).map(|n| account(responder_account(n), own, Role::Responder));
    accounts.extend(responders);
    accounts
}

fn tokens() -> Vec<Token> {
    let of = |(number, text, account): (u128, &str, AccountId)| Token {
        id: Uuid::from_u128(number),
        organisation_id: organisation(),
        account_id: account,
        token_sha256: token_sha256(text),
        created_at: moment("2026-03-01T00:00:00Z"),
    };
    let device = AccountId(Uuid::from_u128(0x13));
    [
        (1, OPERATOR_TOKEN, operator()),
        (2, FAMILY_TOKEN, family()),
        (3, RESPONDER_TOKEN, responder_account(0)),
        (4, DEVICE_TOKEN, device),
    ]
    .map(of)
    .into()
}

/// Fills a migrated database.
pub(crate) fn fill(database: &Database) {
    let mut seeder = Seeder::new(database).expect("a seeder");
    let quiet = &mut |_| {};
    let named = |id, name: &str| Organisation {
        id,
        name: name.to_owned(),
    };
    let organisations = vec![
        named(organisation(), "甲街道"),
        named(other_organisation(), "乙街道"),
    ];
    seeder
        .organisations(organisations, quiet)
        .expect("organisations");
    let residents = vec![
        elder(0, organisation()),
        elder(1, organisation()),
        elder(2, other_organisation()),
    ];
    seeder.residents(residents, quiet).expect("residents");
    let device = |n: u128| DeviceId(Uuid::from_u128(0x200 + n));
    let devices = vec![
        watch(organisation(), device_id(), "5550000001", Some(resident())),
        watch(organisation(), device(1), "5550000002", None),
        watch(
            other_organisation(),
            device(2),
            "5550000003",
            Some(ResidentId(Uuid::from_u128(0x102))),
        ),
    ];
    seeder.devices(devices, quiet).expect("devices");
    seeder.accounts(accounts(), quiet).expect("accounts");
    seeder.tokens(tokens(), quiet).expect("tokens");
    let link = FamilyLink {
        organisation_id: organisation(),
        account_id: family(),
        resident_id: resident(),
    };
    seeder.family(vec![link], quiet).expect("family");
    seeder
        .responders((0..3).map(helper).collect(), quiet)
        .expect("responders");
    let default = organisation().to_string();
    seeder
        .installation(installation::DEFAULT_ORGANISATION, &default)
        .expect("installation");
}
