//! The map of an incident: streets around it, who could be sent, and the way.

use domain::access::Action;
use domain::geo::Coordinate;
use domain::identity::{Role, Subject};
use domain::ids::{IncidentId, ResponderId};
use domain::incidents::{Offer, OfferState};
use domain::ports::StoreError;
use domain::responders::Responder;
use openapi::{IncidentMap, MapCandidate};
use spatial::{LonLat, Network};

use super::gate::{self, Standing};
use super::incidents::reads::resident_of;
use super::problems::Failure;
use super::wire;
use crate::allocation::Mode;
use crate::engine::Engine;

/// Streets shown around whatever is shown, metres.
const PAD_M: f64 = 150.0;
/// Least width and height of the box, metres.
const LEAST_M: f64 = 1_000.0;
/// Segments drawn at most.
const SEGMENTS: usize = 6000;
/// Metres of one degree of latitude.
const DEGREE_M: f64 = 111_320.0;

/// What the subject sees on the map of an incident.
pub(super) fn drawn(
    engine: &Engine,
    subject: &Subject,
    id: IncidentId,
) -> Result<IncidentMap, Failure> {
    gate::role(subject, Action::IncidentMap)?;
    let standing = Standing::read(&engine.store, subject.organisation_id, id)?;
    standing.pass(subject, Action::IncidentMap)?;
    let seen = standing.seen_by(subject);
    let place = place(engine, &standing)?.filter(|_| seen.resident);
    let shown = shown_offers(&standing, subject);
    let walker = walker(&standing, subject);
    let asked = shown
        .iter()
        .map(|offer| offer.responder_id)
        .chain(walker)
        .collect();
    let responders = people(engine, subject, asked)?;
    let network = engine.allocation.network();
    let walker = walker.and_then(|id| responders.iter().find(|responder| responder.id == id));
    let goes = walker.zip(place);
    let route = goes.map_or_else(Vec::new, |(walker, to)| route(engine, walker, to));
    let candidates = candidates(&shown, &responders);
    let positions = shown
        .iter()
        .filter_map(|offer| position(&responders, offer.responder_id));
    let points: Vec<LonLat> = positions
        .chain(place)
        .filter_map(on_earth)
        .chain(route.iter().copied())
        .collect();
    let area = Area::around(&points);
    let map = IncidentMap {
        resident: place.map(wire::point),
        network: network
            .zip(area)
            .map_or_else(Vec::new, |(network, area)| area.streets(&network)),
        candidates,
        route: route.iter().map(|at| vec![at.lon(), at.lat()]).collect(),
        bounds: area.map(Area::bounds).unwrap_or_default(),
    };
    if map.resident.is_some() {
        gate::looked(engine, subject, Action::IncidentMap, ("incident", id.0))?;
    }
    Ok(map)
}

/// Where help is needed: the best known place, else the home.
fn place(engine: &Engine, standing: &Standing) -> Result<Option<Coordinate>, StoreError> {
    match standing.incident.at {
        Some(at) => Ok(Some(at)),
        None => Ok(resident_of(&engine.store, &standing.incident)?.and_then(|r| r.home.at)),
    }
}

/// The latest offer to each responder the subject sees: all for the seat, else only their own.
fn shown_offers<'s>(standing: &'s Standing, subject: &Subject) -> Vec<&'s Offer> {
    let all = standing.seen_by(subject).candidates;
    let mut shown: Vec<&Offer> = Vec::new();
    for offer in &standing.offers {
        let visible = all || subject.responder_id == Some(offer.responder_id);
        // Newest first: an older offer to the same responder says nothing any more.
        if visible
            && !shown
                .iter()
                .any(|newer| newer.responder_id == offer.responder_id)
        {
            shown.push(offer);
        }
    }
    shown
}

/// Whose way is drawn: the one who goes; for the seat also the nearest who is still asked.
fn walker(standing: &Standing, subject: &Subject) -> Option<ResponderId> {
    let goes = standing.incident.responder_id;
    match subject.role {
        Role::Operator => goes.or_else(|| {
            let asked = standing
                .offers
                .iter()
                .filter(|o| o.state == OfferState::Pending);
            let known = asked.filter_map(|offer| Some((offer.walking_ms?, offer.responder_id)));
            known.min().map(|(_, responder)| responder)
        }),
        Role::Family => goes,
        _ => goes.filter(|responder| subject.responder_id == Some(*responder)),
    }
}

fn people(
    engine: &Engine,
    subject: &Subject,
    mut ids: Vec<ResponderId>,
) -> Result<Vec<Responder>, StoreError> {
    ids.sort_unstable();
    ids.dedup();
    engine
        .store
        .responders_by_ids(subject.organisation_id, &ids)
}

fn candidates(shown: &[&Offer], responders: &[Responder]) -> Vec<MapCandidate> {
    let drawn = shown.iter().filter_map(|offer| {
        let responder = responders.iter().find(|r| r.id == offer.responder_id)?;
        Some(MapCandidate {
            responder_id: responder.id.0,
            display: responder.name.clone(),
            position: responder.at.map(wire::point),
            walking_ms: offer.walking_ms.map(i64::from),
            state: Some(wire::offer_state(offer.state)),
        })
    });
    drawn.collect()
}

fn position(responders: &[Responder], id: ResponderId) -> Option<Coordinate> {
    responders.iter().find(|responder| responder.id == id)?.at
}

fn on_earth(at: Coordinate) -> Option<LonLat> {
    LonLat::new(at.lon(), at.lat()).ok()
}

/// The way that the ranking timed; empty where the streets do not connect the two.
fn route(engine: &Engine, walker: &Responder, to: Coordinate) -> Vec<LonLat> {
    walker.at.map_or_else(Vec::new, |from| {
        let mode = Mode::of(walker);
        let organisation = walker.organisation_id;
        engine.allocation.way(organisation, mode, from, to)
    })
}

/// The box that is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Area {
    min: LonLat,
    max: LonLat,
}

impl Area {
    /// The padded box around points; none without points.
    fn around(points: &[LonLat]) -> Option<Self> {
        let first = points.first()?;
        let mut edges = (first.lon(), first.lat(), first.lon(), first.lat());
        for at in points {
            edges.0 = edges.0.min(at.lon());
            edges.1 = edges.1.min(at.lat());
            edges.2 = edges.2.max(at.lon());
            edges.3 = edges.3.max(at.lat());
        }
        let (west, south, east, north) = edges;
        // A row of people along one street still gets the streets on both sides of it.
        let tall_m = (north - south) * DEGREE_M;
        let up = PAD_M.max((LEAST_M - tall_m) / 2.0) / DEGREE_M;
        // Meridians come together towards the poles; nobody lives where they meet.
        let shrink = ((south + north) / 2.0).to_radians().cos().max(0.01);
        let wide_m = (east - west) * DEGREE_M * shrink;
        let across = PAD_M.max((LEAST_M - wide_m) / 2.0) / DEGREE_M / shrink;
        let corner =
            |lon: f64, lat: f64| LonLat::new(lon.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0)).ok();
        Some(Self {
            min: corner(west - across, south - up)?,
            max: corner(east + across, north + up)?,
        })
    }

    fn streets(self, network: &Network) -> Vec<Vec<f64>> {
        let lines = network.excerpt(self.min, self.max, SEGMENTS);
        lines
            .into_iter()
            .map(|[a, b]| vec![a.lon(), a.lat(), b.lon(), b.lat()])
            .collect()
    }

    fn bounds(self) -> Vec<f64> {
        vec![
            self.min.lon(),
            self.min.lat(),
            self.max.lon(),
            self.max.lat(),
        ]
    }
}

#[cfg(test)]
mod tests;
