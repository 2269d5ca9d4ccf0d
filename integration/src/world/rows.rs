//! The world as rows of the store.

use domain::devices::{Device, DeviceUid, Protocol};
use domain::identity::Role;
use domain::ids::{AccountId, DeviceId, HomeId, OrganisationId};
use domain::ports::StoreError;
use domain::residents::{Climb, EntryCard, Home, Resident};
use domain::responders::{Responder, Skill};
use domain::time::Timestamp;
use server::engine::fresh_id;
use store::seeding::{FamilyLink, Organisation, Seeder, Token};
use store::{Account, token_sha256};

use super::{Elder, Helper, Neighbourhood, Person, World};

/// Everybody lives and helps under one invented committee.
const COMMITTEE: &str = "310999000000";

impl World {
    /// Loads everybody into a migrated, empty database.
    ///
    /// # Errors
    /// Storage errors.
    pub fn load(&self, seeder: &mut Seeder, now: Timestamp) -> Result<(), StoreError> {
        for neighbourhood in [&self.home, &self.other] {
            load(neighbourhood, seeder, now)?;
        }
        let organisation = self.home.organisation.to_string();
        seeder.installation(store::installation::DEFAULT_ORGANISATION, &organisation)
    }
}

fn load(of: &Neighbourhood, seeder: &mut Seeder, now: Timestamp) -> Result<(), StoreError> {
    let id = of.organisation;
    let quiet = &mut |_| {};
    seeder.organisations(
        vec![Organisation {
            id,
            name: format!("organisation {id}"),
        }],
        quiet,
    )?;
    seeder.residents(
        of.elders.iter().map(|elder| resident(id, elder)).collect(),
        quiet,
    )?;
    seeder.devices(
        of.elders
            .iter()
            .map(|elder| (watch(id, elder), None))
            .collect(),
        quiet,
    )?;
    seeder.accounts(accounts(of), quiet)?;
    let token = |person: &&Person| Token {
        id: fresh_id(),
        organisation_id: id,
        account_id: person.account,
        token_sha256: token_sha256(&person.token),
        created_at: now,
    };
    seeder.tokens(of.people().iter().map(token).collect(), quiet)?;
    let link = |elder: &Elder| FamilyLink {
        organisation_id: id,
        account_id: elder.family.account,
        resident_id: elder.id,
    };
    seeder.family(of.elders.iter().map(link).collect(), quiet)?;
    seeder.responders(
        of.helpers
            .iter()
            .map(|helper| responder(id, helper, now))
            .collect(),
        quiet,
    )
}

/// Operators and helpers read English, so that tests can look for words; family reads Chinese.
fn accounts(of: &Neighbourhood) -> Vec<Account> {
    let account = |person: &Person, role, device: Option<DeviceId>| Account {
        id: person.account,
        organisation_id: of.organisation,
        role,
        name: person.name.clone(),
        language: if role == Role::Family { "zh-CN" } else { "en" }.to_owned(),
        reading_level: "standard".to_owned(),
        device_id: device,
    };
    let mut all: Vec<Account> = of
        .operators
        .iter()
        .map(|person| account(person, Role::Operator, None))
        .collect();
    all.push(account(&of.admin, Role::Admin, None));
    for elder in &of.elders {
        all.push(account(&elder.family, Role::Family, None));
        all.push(account(&elder.gateway, Role::Device, Some(elder.device)));
    }
    all.extend(
        of.helpers
            .iter()
            .map(|helper| account(&helper.person, Role::Responder, None)),
    );
    all
}

fn resident(organisation_id: OrganisationId, elder: &Elder) -> Resident {
    let door = |what: &str| format!("{}-{what}", elder.canaries.door);
    Resident {
        id: elder.id,
        organisation_id,
        name: elder.canaries.name.clone(),
        phone: elder.canaries.phone.clone(),
        birth_year: 1941,
        living_alone: true,
        languages: vec!["wuu".to_owned(), "zh-CN".to_owned()],
        reading_level: "easy".to_owned(),
        requires: Vec::new(),
        home: Home {
            id: HomeId(fresh_id()),
            address: elder.canaries.address.clone(),
            at: Some(elder.spot.coordinate()),
            committee_code: COMMITTEE.to_owned(),
            // Unknown, so that times in the stories are those of the streets.
            climb: Climb::default(),
            entry: EntryCard {
                gate: door("gate"),
                floor: "4".to_owned(),
                lift: false,
                key: door("key"),
                caution: door("caution"),
            },
        },
        synthetic: true,
    }
}

fn watch(organisation_id: OrganisationId, elder: &Elder) -> Device {
    Device {
        id: elder.device,
        organisation_id,
        protocol: Protocol::Watch,
        uid: DeviceUid::parse(&elder.uid).expect("an invented identifier is one"),
        resident_id: Some(elder.id),
    }
}

fn responder(organisation_id: OrganisationId, helper: &Helper, now: Timestamp) -> Responder {
    let account_id: AccountId = helper.person.account;
    Responder {
        name: helper.person.name.clone(),
        skills: vec![Skill::Lifting],
        languages: vec!["zh-CN".to_owned()],
        committee_code: Some(COMMITTEE.to_owned()),
        duty_override: Some(helper.on_duty),
        at: Some(helper.spot.coordinate()),
        at_time: Some(now),
        ..Responder::unknown(helper.id, organisation_id, account_id)
    }
}
