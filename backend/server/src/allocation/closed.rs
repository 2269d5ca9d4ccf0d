//! Which pieces of street a reported closure means.

use std::collections::BTreeSet;

use chrono::{Datelike as _, TimeDelta, Timelike as _};
use domain::closures::{ClosureKind, StreetClosure};
use domain::geo::Coordinate;
use domain::time::{SHANGHAI_OFFSET_S, Timestamp};
use spatial::{EdgeAttributes, LonLat, Network, Scratch};

use super::positions::on_earth;
use super::streets::{Gates, Mode, Ways};

/// A gate or lift farther from the reported place than this, in degrees of latitude (about 60 m),
/// is another one.
const BESIDE: f64 = 0.000_54;
/// Streets looked at around a reported place.
const PIECES: usize = 500;
/// A closed stretch is not longer than this, in metres: two places farther apart are a mistake.
const LONGEST_M: f64 = 2_000.0;

/// Edges of the network that the closure closes; none where no street is mapped near by, or where
/// the two places of a stretch are not joined or too far apart.
pub(super) fn edges(ways: &Ways, scratch: &mut Scratch, closure: &StreetClosure) -> BTreeSet<u32> {
    let network = ways.network();
    if let Some(to) = closure.to {
        return stretch(ways, scratch, closure.at, to);
    }
    let Some(snap) = ways.snap(closure.at) else {
        return BTreeSet::new();
    };
    let edge = match closure.kind {
        ClosureKind::StreetClosed => Some(snap.edge),
        // A gate that is not mapped stands in the street it is reported on.
        ClosureKind::GateShut => marked(network, closure.at, |edge| edge.gate).or(Some(snap.edge)),
        // A lift that is not mapped is inside a house: nobody in the street is stopped by it.
        ClosureKind::LiftBroken => marked(network, closure.at, |edge| edge.lift),
    };
    edge.into_iter().collect()
}

/// Gates that are outside their hours.
pub(super) fn gates(ways: &Ways, now: Timestamp) -> Gates {
    let local = now + TimeDelta::seconds(SHANGHAI_OFFSET_S);
    let minute = local.hour() * 60 + local.minute();
    // Below 7 and below 1,440.
    let at = (local.weekday().num_days_from_monday() as u8, minute as u16);
    Gates {
        shut: ways.network().closed_at(at.0, at.1),
        at,
    }
}

/// Every edge of the way between two places.
fn stretch(ways: &Ways, scratch: &mut Scratch, from: Coordinate, to: Coordinate) -> BTreeSet<u32> {
    let Some((from, to)) = ways.snap(from).zip(ways.snap(to)) else {
        return BTreeSet::new();
    };
    let network = ways.network();
    let found = network.route(scratch, &from, &to, Mode::Foot.speed_m_s());
    let Some(route) = found.filter(|route| route.metres <= LONGEST_M) else {
        return BTreeSet::new();
    };
    let between = route.points.windows(2).filter_map(|pair| match pair {
        [a, b] => Some(network.snap(middle(*a, *b))?.edge),
        _ => None,
    });
    between.chain([from.edge, to.edge]).collect()
}

/// The nearest edge beside a place that carries a mark.
fn marked(network: &Network, at: Coordinate, mark: impl Fn(EdgeAttributes) -> bool) -> Option<u32> {
    let here = on_earth(at)?;
    let corner = |by: f64| LonLat::new(here.lon() + by, here.lat() + by).ok();
    let pieces = network.excerpt(corner(-BESIDE)?, corner(BESIDE)?, PIECES);
    let edges = pieces
        .into_iter()
        .filter_map(|[a, b]| network.snap(middle(a, b)))
        .filter(|snap| network.edge_attributes(snap.edge).is_some_and(&mark));
    edges
        .min_by(|a, b| {
            let far = |at: LonLat| here.haversine_m(at);
            far(a.at).total_cmp(&far(b.at)).then(a.edge.cmp(&b.edge))
        })
        .map(|snap| snap.edge)
}

/// Half way: for the short pieces of a street degrees are as good as metres.
fn middle(a: LonLat, b: LonLat) -> LonLat {
    let half = LonLat::new((a.lon() + b.lon()) / 2.0, (a.lat() + b.lat()) / 2.0);
    half.unwrap_or(a)
}
