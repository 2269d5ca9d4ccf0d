//! From the street to the door of a home: what the storeys add to every time.

use std::collections::HashMap;

use domain::closures::{ClosureKind, StreetClosure};
use domain::geo::Coordinate;
use domain::ids::OrganisationId;
use domain::incidents::{IncidentContext, ResidentFacts};
use domain::responders::Stairs;
use domain::time::Timestamp;
use spatial::Entrance;

use super::positions::on_earth;
use super::streets::Mode;

/// Help is brought to the door when it is needed within so many metres of it; farther away
/// nobody is at home. Indoors a watch errs by some tens of metres (proposed).
const AT_HOME_M: f64 = 100.0;
/// A lift that is reported farther away from the entrance than this, in metres, is that of
/// another house (proposed: houses of a compound stand some thirty metres apart).
const OWN_LIFT_M: f64 = 30.0;

/// Where lifts are reported broken, by whose report.
#[derive(Debug, Default)]
pub(super) struct BrokenLifts(HashMap<OrganisationId, Vec<Coordinate>>);

impl BrokenLifts {
    /// Those of the closures that are in force.
    pub(super) fn of(closures: &[StreetClosure], now: Timestamp) -> Self {
        let mut lifts: HashMap<_, Vec<_>> = HashMap::new();
        let broken = closures
            .iter()
            .filter(|closure| closure.kind == ClosureKind::LiftBroken && closure.holds(now));
        for closure in broken {
            let known = lifts.entry(closure.organisation_id).or_default();
            known.push(closure.at);
        }
        Self(lifts)
    }

    /// Whether the lift of a house is among them. O(lifts of the organisation).
    fn has(&self, organisation: OrganisationId, house: Coordinate) -> bool {
        let reported = self.0.get(&organisation).into_iter().flatten();
        reported
            .into_iter()
            .any(|at| within(*at, house, OWN_LIFT_M))
    }
}

/// What lies between the street and whoever needs help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Door {
    /// Milliseconds that everybody needs there. Whoever rides leaves the bicycle in the street.
    pub(super) ms: u32,
    /// Stairs, where nobody comes up otherwise.
    pub(super) stairs: Option<Stairs>,
}

impl Door {
    /// The door for help that is needed at a place. Nothing where the storey is not known, or
    /// where the resident is not at home.
    pub(super) fn of(
        context: &IncidentContext,
        needed_at: Option<Coordinate>,
        broken: &BrokenLifts,
    ) -> Self {
        let home = context.resident.as_ref();
        let known = home.and_then(|home| Some((home, home.at?, home.climb.storeys()?)));
        let Some((home, house, storeys)) = known else {
            return Self::default();
        };
        if !needed_at.is_some_and(|at| within(at, house, AT_HOME_M)) {
            return Self::default();
        }
        Self::up(home, storeys, broken.has(context.organisation_id, house))
    }

    fn up(home: &ResidentFacts, storeys: i8, broken: bool) -> Self {
        // Of a lift nobody knows of nothing is promised.
        let lift = home.climb.lift == Some(true);
        let entrance = Entrance {
            floor: storeys,
            has_lift: lift && !broken,
            gate_s: 0,
        };
        let seconds = entrance.seconds(Mode::Foot.speed_m_s());
        let stairs = Stairs {
            storey: home.climb.storey.unwrap_or_default(),
            lift_broken: lift && broken,
        };
        Self {
            ms: seconds.saturating_mul(1_000),
            stairs: Some(stairs).filter(|_| storeys != 0 && !entrance.has_lift),
        }
    }
}

fn within(one: Coordinate, other: Coordinate, metres: f64) -> bool {
    let both = on_earth(one).zip(on_earth(other));
    both.is_some_and(|(one, other)| one.haversine_m(other) <= metres)
}

#[cfg(test)]
mod tests;
