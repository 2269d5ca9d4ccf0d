//! The generator's plain rows as rows of the store.

use std::collections::{HashMap, HashSet};

use domain::devices::{Device, DeviceUid, Protocol};
use domain::geo::{Coordinate, Datum};
use domain::identity::Role;
use domain::ids::{AccountId, DeviceId, HomeId, OrganisationId, ResidentId, ResponderId};
use domain::residents::{Climb, EntryCard, Home, Resident};
use domain::responders::{Responder, Shift};
use domain::time::Timestamp;
use seed_data::{People, Place};
use store::seeding::FamilyLink;
use store::{Account, Division, Facility};

use super::SeedError;
use crate::engine::fresh_id;

/// Language of people whose reading level is not known.
const LANGUAGE: &str = "zh-CN";
/// Reading level of people who work with this.
const STANDARD: &str = "standard";

/// Everybody, in one organisation.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) residents: Vec<Resident>,
    pub(super) devices: Vec<Device>,
    pub(super) accounts: Vec<Account>,
    pub(super) family: Vec<FamilyLink>,
    pub(super) responders: Vec<Responder>,
}

/// Turns invented people into rows.
pub(super) fn people(
    organisation_id: OrganisationId,
    people: People,
    now: Timestamp,
) -> Result<Rows, SeedError> {
    let mut rows = Rows::default();
    let homes: HashMap<_, _> = people.homes.iter().map(|home| (home.id, home)).collect();
    for resident in people.residents {
        let home = homes.get(&resident.home_id).ok_or(SeedError::Dangling)?;
        rows.residents
            .push(self::resident(organisation_id, resident, home)?);
    }
    for device in people.devices {
        let uid = DeviceUid::parse(&device.uid).ok_or(SeedError::Dangling)?;
        let wearer = Some(ResidentId(device.resident_id));
        rows.devices.push(self::device(
            organisation_id,
            DeviceId(device.id),
            uid,
            wearer,
        ));
    }
    for contact in people.family {
        let account_id = AccountId(contact.id);
        let resident_id = ResidentId(contact.resident_id);
        rows.accounts.push(account(
            organisation_id,
            account_id,
            Role::Family,
            contact.name,
        ));
        rows.family.push(FamilyLink {
            organisation_id,
            account_id,
            resident_id,
        });
    }
    for responder in people.responders {
        let account_id = AccountId(responder.id);
        let name = responder.name.clone();
        rows.accounts
            .push(account(organisation_id, account_id, Role::Responder, name));
        rows.responders
            .push(self::responder(organisation_id, responder, now)?);
    }
    let seats = people
        .operators
        .into_iter()
        .map(|seat| (seat.id, Role::Operator, seat.name));
    let admins = people
        .admins
        .into_iter()
        .map(|admin| (admin.id, Role::Admin, admin.name));
    let staff = seats.chain(admins);
    let staff = staff.map(|(id, role, name)| account(organisation_id, AccountId(id), role, name));
    rows.accounts.extend(staff);
    Ok(rows)
}

/// The account of a device, which reports for its wearer.
pub(super) fn device_account(device: &Device) -> Account {
    let (id, name) = (AccountId(device.id.0), device.uid.to_string());
    let account = account(device.organisation_id, id, Role::Device, name);
    Account {
        device_id: Some(device.id),
        ..account
    }
}

/// Hands watches with given identifiers to residents, first to those without any. What is taken
/// is left out; what finds nobody is not registered.
pub(super) fn hand_out(
    uids: &[DeviceUid],
    residents: &[(OrganisationId, ResidentId)],
    taken: &HashSet<DeviceUid>,
    wearers: &HashSet<ResidentId>,
) -> Vec<Device> {
    let (with, without): (Vec<_>, Vec<_>) = residents
        .iter()
        .partition(|(_, resident)| wearers.contains(resident));
    let mut seen = HashSet::new();
    let fresh = uids
        .iter()
        .filter(|uid| !taken.contains(*uid) && seen.insert(*uid));
    let hands = without.into_iter().chain(with);
    let hand = |(uid, (organisation_id, resident)): (&DeviceUid, (_, _))| {
        device(
            organisation_id,
            DeviceId(fresh_id()),
            uid.clone(),
            Some(resident),
        )
    };
    fresh.zip(hands).map(hand).collect()
}

/// The real divisions; the district's own parent is outside of them and left out.
pub(super) fn divisions() -> Vec<Division> {
    let real = seed_data::divisions();
    let codes: HashSet<String> = real.iter().map(|division| division.code.clone()).collect();
    let row = |division: seed_data::Division| Division {
        parent: Some(division.parent).filter(|parent| codes.contains(parent)),
        kind: division.kind.as_str().to_owned(),
        code: division.code,
        name: division.name,
    };
    real.into_iter().map(row).collect()
}

/// Invented facilities.
pub(super) fn facilities(invented: Vec<seed_data::Facility>) -> Result<Vec<Facility>, SeedError> {
    let row = |facility: seed_data::Facility| {
        Ok(Facility {
            id: facility.id,
            category: facility.category.as_str().to_owned(),
            name: facility.name,
            at: coordinate(facility.at)?,
            osm_ref: None,
        })
    };
    invented.into_iter().map(row).collect()
}

fn resident(
    organisation_id: OrganisationId,
    resident: seed_data::Resident,
    home: &seed_data::Home,
) -> Result<Resident, SeedError> {
    let entry = home.entry.clone();
    Ok(Resident {
        id: ResidentId(resident.id),
        organisation_id,
        name: resident.name,
        phone: resident.phone,
        birth_year: resident.birth_year,
        living_alone: resident.living_alone,
        languages: tags(&resident.languages),
        reading_level: resident.reading_level.as_str().to_owned(),
        requires: Vec::new(),
        home: Home {
            id: HomeId(home.id),
            address: home.address.clone(),
            at: Some(coordinate(home.at)?),
            committee_code: home.committee_code.clone(),
            climb: Climb {
                storey: Some(home.storey),
                lift: Some(entry.lift),
            },
            entry: EntryCard {
                gate: entry.gate,
                floor: entry.floor,
                lift: entry.lift,
                key: entry.key,
                caution: entry.caution,
            },
        },
        synthetic: resident.synthetic,
    })
}

fn responder(
    organisation_id: OrganisationId,
    responder: seed_data::Responder,
    now: Timestamp,
) -> Result<Responder, SeedError> {
    let shift = |shift: &seed_data::Shift| Shift {
        weekday: shift.weekday,
        start_min: shift.start_min,
        minutes: shift.minutes,
    };
    let skills = responder.skills.iter().map(|skill| skill.as_str().parse());
    Ok(Responder {
        id: ResponderId(responder.id),
        organisation_id,
        account_id: AccountId(responder.id),
        name: responder.name,
        kind: responder.kind.as_str().parse()?,
        skills: skills.collect::<Result<_, _>>()?,
        languages: tags(&responder.languages),
        gender: Some(responder.sex.as_str().parse()?),
        vehicle: responder.vehicle.as_str().parse()?,
        committee_code: Some(responder.committee_code),
        clearance_revoked_at: None,
        shifts: responder.shifts.iter().map(shift).collect(),
        duty_override: None,
        at: Some(coordinate(responder.position)?),
        at_time: Some(now),
        at_accuracy_m: None,
    })
}

fn tags(languages: &[seed_data::Language]) -> Vec<String> {
    languages
        .iter()
        .map(|tag| tag.as_str().to_owned())
        .collect()
}

fn device(
    organisation_id: OrganisationId,
    id: DeviceId,
    uid: DeviceUid,
    wearer: Option<ResidentId>,
) -> Device {
    Device {
        id,
        organisation_id,
        protocol: Protocol::Watch,
        uid,
        resident_id: wearer,
    }
}

fn account(organisation_id: OrganisationId, id: AccountId, role: Role, name: String) -> Account {
    Account {
        id,
        organisation_id,
        role,
        name,
        language: LANGUAGE.to_owned(),
        reading_level: STANDARD.to_owned(),
        device_id: None,
    }
}

fn coordinate(place: Place) -> Result<Coordinate, SeedError> {
    Ok(Coordinate::declared(place.lon, place.lat, Datum::Wgs84)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uid(text: &str) -> DeviceUid {
        DeviceUid::parse(text).expect("a uid")
    }

    #[test]
    fn watches_go_to_residents_without_one_first() {
        let organisation = OrganisationId(fresh_id());
        let people: Vec<_> = (0..3)
            .map(|_| (organisation, ResidentId(fresh_id())))
            .collect();
        let wearers = HashSet::from([people[0].1]);
        let taken = HashSet::from([uid("9990000001")]);
        let uids = ["9990000001", "A", "A", "B", "C", "D"].map(uid);
        let rows = hand_out(&uids, &people, &taken, &wearers);
        let worn: Vec<_> = rows
            .iter()
            .map(|row| (row.uid.as_str(), row.resident_id))
            .collect();
        let [first, second, third] = [people[0].1, people[1].1, people[2].1].map(Some);
        assert_eq!(worn, [("A", second), ("B", third), ("C", first)]);
    }

    #[test]
    fn everybody_invented_becomes_a_row() {
        let options = seed_data::Options {
            seed: 3,
            scale: seed_data::Scale::Small,
        };
        let counts = seed_data::Counts {
            residents: 12,
            responders: 4,
            committees: 2,
        };
        let places = [(121.4, 31.3), (121.401, 31.301), (121.402, 31.302)];
        let invented = seed_data::people_at(&options, &places, &seed_data::divisions(), counts);
        let (residents, family) = (invented.residents.len(), invented.family.len());
        let staff = invented.operators.len() + invented.admins.len();
        let now = "2026-11-24T19:00:00Z".parse().expect("a moment");
        let rows = people(OrganisationId(fresh_id()), invented, now).expect("rows");
        assert_eq!((rows.residents.len(), residents), (12, 12));
        assert_eq!(rows.responders.len(), 4);
        assert_eq!(rows.family.len(), family);
        assert_eq!(rows.accounts.len(), family + 4 + staff);
        assert!(rows.residents.iter().all(|resident| resident.synthetic));
        let placed = |row: &Responder| {
            row.committee_code
                .as_ref()
                .is_some_and(|code| code.len() == 12)
                && row.gender.is_some()
                && row.languages.contains(&"zh-CN".to_owned())
        };
        assert!(rows.responders.iter().all(placed));
        assert!(
            rows.residents
                .iter()
                .all(|resident| resident.home.at.is_some())
        );
        assert!(
            rows.responders
                .iter()
                .all(|responder| !responder.shifts.is_empty())
        );
    }

    #[test]
    fn the_district_has_no_parent_and_every_other_division_has_one() {
        let divisions = divisions();
        let tops: Vec<_> = divisions.iter().filter(|d| d.parent.is_none()).collect();
        assert_eq!(tops.len(), 1);
        assert_eq!(tops[0].kind, "district");
    }
}
