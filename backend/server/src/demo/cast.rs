//! Who plays: a wearer, the seat, the neighbours.

use std::collections::{HashMap, HashSet};

use anyhow::Context as _;
use domain::geo::Coordinate;
use domain::identity::Role;
use domain::ids::{AccountId, OrganisationId, ResidentId, ResponderId};
use domain::ports::{Clock as _, Store as _, Target};
use domain::responders::Responder;
use spatial::LonLat;
use store::{Database, IncidentFilter, PageRequest, SqlStore};

use super::watch::Watch;
use crate::clock::WallClock;
use crate::seed::{Seeded, Token, mint_token, mint_tokens};

/// Neighbours that play; more live in a whole district, and the nearest are asked anyway.
const MOST_NEIGHBOURS: usize = 200;
/// Watches and open incidents looked at.
const PAGE: u32 = 200;

/// Everybody who plays.
pub(super) struct Cast {
    pub(super) watch: Watch,
    pub(super) operator: Token,
    pub(super) neighbours: Vec<(ResponderId, String)>,
}

impl Cast {
    /// Chooses from what is in the database; tokens are made anew unless they were just made.
    pub(super) fn choose(
        database: &Database,
        store: &SqlStore,
        seeded: Option<&Seeded>,
    ) -> anyhow::Result<Self> {
        let organisation = store.default_organisation()?;
        let (watch, wearer) = wearer(store, organisation)?;
        let operator = match seeded {
            Some(seeded) => seeded.tokens.operator.clone(),
            None => mint_token(database, store, seat(store, organisation, wearer)?)?,
        };
        let mut nearest: Vec<Responder> = store.roster()?;
        nearest.retain(|responder| responder.organisation_id == organisation);
        nearest.sort_by_cached_key(|responder| apart_m(responder.at, Some(watch.home)));
        nearest.truncate(MOST_NEIGHBOURS);
        let known: HashMap<ResponderId, String> = seeded
            .map(|seeded| seeded.tokens.responders.iter())
            .into_iter()
            .flatten()
            .map(|(id, token)| (*id, token.secret.clone()))
            .collect();
        let neighbours = with_tokens(database, organisation, &nearest, known)?;
        Ok(Self {
            watch,
            operator,
            neighbours,
        })
    }
}

/// A resident with a watch and a home on the map, about whom nothing is going on: somebody who
/// lives alone and has a neighbour on duty nearby, if there is one.
fn wearer(store: &SqlStore, organisation: OrganisationId) -> anyhow::Result<(Watch, ResidentId)> {
    let open = IncidentFilter::default();
    let open = store.incident_list(organisation, &open, &PageRequest::first(PAGE))?;
    let busy: HashSet<ResidentId> = open
        .items
        .iter()
        .filter_map(|incident| incident.resident_id)
        .collect();
    let devices = store.device_list(organisation, &PageRequest::first(PAGE))?;
    let worn = devices.items.into_iter().map(|record| record.device);
    let worn: Vec<_> = worn
        .filter_map(|device| Some((device.resident_id?, device.uid)))
        .filter(|(resident, _)| !busy.contains(resident))
        .collect();
    let ids: Vec<ResidentId> = worn.iter().map(|(resident, _)| *resident).collect();
    let mut residents = store.residents_by_ids(organisation, &ids)?;
    residents.retain(|resident| resident.home.at.is_some());
    let now = WallClock::shared().now();
    let mut on_duty: Vec<Responder> = store.roster()?;
    on_duty.retain(|responder| responder.on_duty(now));
    residents.sort_by_cached_key(|resident| {
        let nearest = on_duty
            .iter()
            .map(|responder| apart_m(responder.at, resident.home.at))
            .min();
        (!resident.living_alone, nearest)
    });
    let chosen = residents
        .first()
        .context("no resident with a watch is free for the demo")?;
    let home = chosen
        .home
        .at
        .context("the resident has no place on the map")?;
    let uid = worn
        .into_iter()
        .find(|(resident, _)| *resident == chosen.id);
    let (resident, uid) = uid.context("the resident has no watch")?;
    Ok((Watch { uid, home }, resident))
}

/// An operator: whoever an alarm of this resident would be told to.
fn seat(
    store: &SqlStore,
    organisation_id: OrganisationId,
    resident_id: ResidentId,
) -> anyhow::Result<AccountId> {
    let target = Target::Resident {
        organisation_id,
        resident_id,
        idempotency: None,
    };
    let seats = store.incident_context(&target)?.operators;
    seats
        .first()
        .map(|seat| seat.account_id)
        .context("the database has no operator")
}

fn with_tokens(
    database: &Database,
    organisation: OrganisationId,
    people: &[Responder],
    mut known: HashMap<ResponderId, String>,
) -> anyhow::Result<Vec<(ResponderId, String)>> {
    let without = people
        .iter()
        .filter(|responder| !known.contains_key(&responder.id));
    let without: Vec<&Responder> = without.collect();
    let holders = without
        .iter()
        .map(|r| (r.account_id, Role::Responder, r.name.clone()));
    let minted = mint_tokens(database, organisation, holders.collect())?;
    known.extend(
        without
            .iter()
            .map(|r| r.id)
            .zip(minted.into_iter().map(|token| token.secret)),
    );
    Ok(people
        .iter()
        .filter_map(|r| known.remove_entry(&r.id))
        .collect())
}

/// Whole metres between two places in a straight line; far away when one is unknown.
fn apart_m(from: Option<Coordinate>, to: Option<Coordinate>) -> u64 {
    let place = |at: Coordinate| LonLat::new(at.lon(), at.lat()).ok();
    let both = from.and_then(place).zip(to.and_then(place));
    // `as` saturates; no two places are that far apart.
    both.map_or(u64::MAX, |(from, to)| from.haversine_m(to) as u64)
}
