//! Loading many rows at once.

use std::time::Instant;

use domain::ids::{HomeId, ResidentId};
use domain::residents::Resident;
use store::seeding::Seeder;
use store::{Division, Facility};
use uuid::Uuid;

use crate::ground::Ground;
use crate::people::{at, elder, organisation};

on_both!(
    many_residents_load_fast_and_are_readable,
    places_are_loaded_and_read
);

/// A tenth of a district; the whole one must load within thirty seconds on SQLite.
const RESIDENTS: u128 = 12_000;

fn many_residents_load_fast_and_are_readable(ground: &Ground) {
    let numbered = |number: u128| {
        let mut resident: Resident = elder(0, organisation());
        resident.id = ResidentId(Uuid::from_u128(0x1_0000 + number));
        resident.home.id = HomeId(Uuid::from_u128(0x1_0000 + number));
        resident
    };
    let rows: Vec<Resident> = (0..RESIDENTS).map(numbered).collect();
    let last = rows.last().cloned().expect("a resident");
    let mut seeder = Seeder::new(&ground.database).expect("a seeder");
    let mut told = Vec::new();
    let started = now();
    seeder
        .residents(rows, &mut |done| told.push(done))
        .expect("loaded");
    let took = started.elapsed();
    assert_eq!(told.last().copied(), u64::try_from(RESIDENTS).ok());
    assert!(told.len() > 1);
    assert_eq!(
        ground.store.resident_read(organisation(), last.id),
        Ok(last)
    );
    // Generous, because the machine may be shared.
    assert!(took.as_secs() < 15, "{RESIDENTS} residents took {took:?}");
    let again = seeder.residents(vec![elder(0, organisation())], &mut |_| {});
    assert_eq!(again, Err(domain::ports::StoreError::Duplicate));
}

fn places_are_loaded_and_read(ground: &Ground) {
    let mut seeder = Seeder::new(&ground.database).expect("a seeder");
    let division = |code: &str, parent: Option<&str>| Division {
        code: code.to_owned(),
        name: format!("第{code}"),
        parent: parent.map(str::to_owned),
        kind: "street".to_owned(),
    };
    let divisions = vec![division("1", None), division("1.1", Some("1"))];
    seeder
        .divisions(divisions.clone(), &mut |_| {})
        .expect("divisions");
    assert_eq!(ground.store.divisions(), Ok(divisions));
    let facility = |id: u128, category: &str| Facility {
        id: Uuid::from_u128(id),
        category: category.to_owned(),
        name: "食堂".to_owned(),
        at: at(10.0, 20.0),
        osm_ref: None,
    };
    let facilities = vec![facility(1, "canteen"), facility(2, "clinic")];
    seeder
        .facilities(facilities.clone(), &mut |_| {})
        .expect("facilities");
    assert_eq!(ground.store.facilities(None), Ok(facilities));
    assert_eq!(
        ground
            .store
            .facilities(Some("clinic"))
            .map(|found| found.len()),
        Ok(1)
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "the time a load takes is what is asserted"
)]
fn now() -> Instant {
    Instant::now()
}
