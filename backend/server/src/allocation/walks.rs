//! The walk of everybody whose facts are known: over the network, else in a straight line.

use domain::geo::Coordinate;
use domain::incidents::{IncidentContext, Input};
use domain::responders::RankMethod;
use spatial::{LonLat, Network, Scratch, Snap};

use super::WORKER_ON_FOOT_M_S;
use super::budget::OverTime;
use super::ordering::{Ordering, STRIDE, Workspace};

/// Candidates that get a walking time over the network; the ladder asks at most 16 and re-offers
/// a few more.
const ORDERED: usize = 32;
/// Nobody further away on foot is looked for, in milliseconds: it bounds the search.
const FARTHEST_MS: u32 = 3_600_000;
/// Metres of a degree of latitude, on the sphere that `spatial` measures on.
const METRES_A_DEGREE: f64 = 111_195.080_233_532_9;

impl Ordering<'_> {
    /// Gives the nearest their walk over the network.
    pub(super) fn walk(
        &self,
        network: &Network,
        at: Coordinate,
        scratch: &mut Scratch,
        work: &mut Workspace,
    ) {
        let Some(origin) = known_snap(network, at) else {
            return;
        };
        let placed: Vec<(usize, Snap)> = work
            .of
            .iter()
            .enumerate()
            .filter_map(|(place, index)| Some((place, self.roster.snap(*index)?)))
            .collect();
        let snaps: Vec<Snap> = placed.iter().map(|(_, snap)| *snap).collect();
        let nearest = network.nearest(
            scratch,
            &origin,
            &snaps,
            ORDERED,
            WORKER_ON_FOOT_M_S,
            Some(FARTHEST_MS),
        );
        for found in nearest {
            if let Some((place, _)) = placed.get(found.index) {
                let facts = &mut work.facts[*place];
                facts.method = RankMethod::Network;
                facts.walking_ms = Some(found.ms);
                facts.metres = Some(whole(found.metres));
            }
        }
    }

    /// Who has no walk over the network gets the straight line, where positions are known.
    pub(super) fn straight_lines(
        &self,
        origin: Option<Coordinate>,
        work: &mut Workspace,
    ) -> Result<(), OverTime> {
        let Some(flat) = origin.map(Flat::around) else {
            return Ok(());
        };
        for (place, facts) in work.facts.iter_mut().enumerate() {
            if place % STRIDE == 0 {
                self.budget.go_on()?;
            }
            let at = self.roster.responder(work.of[place]).at;
            if let (RankMethod::FixedList, Some(at)) = (facts.method, at) {
                let metres = flat.metres(at);
                facts.method = RankMethod::StraightLine;
                facts.walking_ms = Some(whole(metres / WORKER_ON_FOOT_M_S * 1000.0));
                facts.metres = Some(whole(metres));
            }
        }
        Ok(())
    }
}

/// Where help is needed: the alarm's own fix, else what the incident knows, else the home.
pub(super) fn origin(context: &IncidentContext, input: &Input) -> Option<Coordinate> {
    let fix = match input {
        Input::Alarm(signal) | Input::PreAlarm(signal) => signal.at,
        _ => None,
    };
    let incident = context.incident.as_ref().and_then(|incident| incident.at);
    fix.or(incident)
        .or_else(|| context.resident.and_then(|resident| resident.at))
}

fn known_snap(network: &Network, at: Coordinate) -> Option<Snap> {
    let at = LonLat::new(at.lon(), at.lat()).ok()?;
    network.snap(at).filter(Snap::is_known)
}

/// A plane that touches the earth where help is needed: within a city it errs by a few metres in
/// ten kilometres, at a hundredth of the cost of a distance on the globe.
struct Flat {
    origin: Coordinate,
    metres_a_degree_east: f64,
}

impl Flat {
    fn around(origin: Coordinate) -> Self {
        let metres_a_degree_east = METRES_A_DEGREE * origin.lat().to_radians().cos();
        Self {
            origin,
            metres_a_degree_east,
        }
    }

    fn metres(&self, to: Coordinate) -> f64 {
        let east = (to.lon() - self.origin.lon()).abs();
        let east = east.min(360.0 - east) * self.metres_a_degree_east;
        let north = (to.lat() - self.origin.lat()) * METRES_A_DEGREE;
        (east * east + north * north).sqrt()
    }
}

fn whole(number: f64) -> u32 {
    // `as` saturates, which is what a display figure needs.
    number.round() as u32
}

#[cfg(test)]
mod tests {
    use domain::geo::Datum;

    use super::*;

    #[test]
    fn the_flat_distance_agrees_with_the_globe_within_a_city() {
        let origin = (121.4, 31.3);
        let place = |(lon, lat)| Coordinate::declared(lon, lat, Datum::Wgs84).expect("a place");
        let flat = Flat::around(place(origin));
        let globe = |(lon, lat)| LonLat::new(lon, lat).expect("a place");
        for step in [-100, -37, -1, 0, 1, 20, 99] {
            let to = (
                121.4 + f64::from(step) * 0.001,
                31.3 - f64::from(step * 7 % 90) * 0.001,
            );
            let exact = globe(origin).haversine_m(globe(to));
            let error = (flat.metres(place(to)) - exact).abs();
            assert!(error <= exact * 1e-3, "{to:?}: {error} of {exact}");
        }
        let across = Flat::around(place((179.999, 0.0))).metres(place((-179.999, 0.0)));
        assert!((across - 222.4).abs() < 0.1, "{across}");
    }
}
