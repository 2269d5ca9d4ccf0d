//! The homes of an area that is not heard, the most vulnerable first.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::Datelike as _;
use domain::access::Action;
use domain::identity::Subject;
use domain::ids::{IncidentId, ResidentId};
use domain::residents::{CareRecord, Resident};
use openapi::{OutageHomes, Time};
use store::OutageHome;

use crate::api::gate::{self, Standing};
use crate::api::problems::Failure;
use crate::api::wire;
use crate::engine::Engine;

/// The homes of an outage; none for any other incident. The look leaves a line.
pub(super) fn of(
    engine: &Engine,
    subject: &Subject,
    id: IncidentId,
) -> Result<OutageHomes, Failure> {
    let action = Action::IncidentHomes;
    gate::role(subject, action)?;
    let (store, organisation) = (&engine.store, subject.organisation_id);
    Standing::read(store, organisation, id)?.pass(subject, action)?;
    let homes = store.outage_homes(organisation, id)?;
    let ids: Vec<ResidentId> = homes.iter().map(|home| home.resident_id).collect();
    let residents: HashMap<ResidentId, Resident> = store
        .residents_by_ids(organisation, &ids)?
        .into_iter()
        .map(|resident| (resident.id, resident))
        .collect();
    let care = store.care_of(organisation, &ids)?;
    gate::looked(engine, subject, action, ("incident", id.0))?;
    let year = engine.now().year();
    let known = homes
        .iter()
        .filter_map(|home| Some((home, residents.get(&home.resident_id)?)));
    let mut items: Vec<_> = known
        .map(|(home, who)| {
            let of = care.get(&home.resident_id).cloned().unwrap_or_default();
            shown(home, who, &of, year)
        })
        .collect();
    items.sort_by_key(order);
    Ok(OutageHomes { items })
}

fn shown(
    home: &OutageHome,
    resident: &Resident,
    of: &CareRecord,
    year: i32,
) -> openapi::OutageHome {
    let depends_on = of.depends_on.iter().copied();
    openapi::OutageHome {
        resident_id: resident.id.0,
        display_name: resident.name.clone(),
        address: resident.home.address.clone(),
        living_alone: resident.living_alone,
        age: year - i32::from(resident.birth_year),
        risk: wire::shown_risk(of.care.risk),
        depends_on: depends_on.map(wire::shown_dependence).collect(),
        device_id: home.device_id.0,
        silent_since: Time(home.silent_since),
        back_at: home.back_at.map(Time),
    }
}

/// Who is missing first, then whose life depends on most that fails, then who is most feared for,
/// then who is alone, then the oldest.
fn order(home: &openapi::OutageHome) -> (bool, Reverse<usize>, Reverse<u8>, bool, Reverse<i32>) {
    let risk = match home.risk {
        openapi::RiskLevel::Usual => 0,
        openapi::RiskLevel::Raised => 1,
        openapi::RiskLevel::High => 2,
    };
    (
        home.back_at.is_some(),
        Reverse(home.depends_on.len()),
        Reverse(risk),
        !home.living_alone,
        Reverse(home.age),
    )
}
