//! Who is near, and by which way: over the streets, else in a straight line, else by the list.

use domain::geo::Coordinate;
use domain::incidents::{IncidentContext, Input};
use domain::responders::{CandidateFacts, Class, Gap, Need, RankMethod, bar};
use spatial::{DEGREE_M, DispatchScratch, Snap, StraightScratch};

use super::budget::OverTime;
use super::ordering::{HANDED_ON, Ordering, STRIDE, Workspace};
use super::positions::on_earth;
use super::streets::{MODES, Mode, Ways};
use super::team::{Asked, Seat, Team, UNLISTED};

/// Asked of an index at first: those who are handed on, and some who turn out to be barred.
const ASKED: usize = HANDED_ON + 8;
/// People near by who are off duty and told of all the same.
const BARRED: usize = 4;

/// Working memory of questions to the indexes.
#[derive(Default)]
pub(super) struct Near {
    reach: [DispatchScratch; MODES],
    straight: StraightScratch,
    /// Round in which a seat was taken.
    taken: Vec<u32>,
    round: u32,
    /// Times of those who may be asked.
    times: Vec<u32>,
}

impl Near {
    /// Forgets everybody.
    fn begin(&mut self, seats: usize) {
        self.times.clear();
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.taken.fill(0);
            self.round = 1;
        }
        if self.taken.len() < seats {
            self.taken.resize(seats, 0);
        }
    }

    /// Takes a seat, once.
    fn take(&mut self, number: u32) -> bool {
        let round = std::mem::replace(&mut self.taken[number as usize], self.round);
        round != self.round
    }

    /// The longest time among the nearest that are handed on, if there are so many.
    fn last_handed_on(&mut self) -> Option<u32> {
        if self.times.len() < HANDED_ON {
            return None;
        }
        let (_, last, _) = self.times.select_nth_unstable(HANDED_ON - 1);
        Some(*last)
    }
}

/// How somebody is found.
#[derive(Clone, Copy)]
struct Way {
    method: RankMethod,
    /// Milliseconds in the streets, what the position leaves open not included.
    travel_ms: Option<u32>,
    metres: Option<u32>,
    uncertain_ms: u32,
    gap: Option<Gap>,
}

impl Ordering<'_> {
    /// Puts everybody near into the workspace, the barred among them included, until as many may
    /// be asked as are handed on; whether the budget lasted.
    ///
    /// Over the streets these are exactly the nearest by the whole time, age and vagueness of
    /// positions included.
    ///
    /// # Errors
    /// When the budget is spent before anybody is found.
    pub(super) fn find(
        &self,
        team: &Team,
        need: &Need,
        work: &mut Workspace,
    ) -> Result<bool, OverTime> {
        self.budget.go_on()?;
        work.facts.clear();
        work.of.clear();
        work.near.begin(team.seats());
        let origin = origin(self.context, self.input);
        let on_streets = team.ways().zip(origin);
        let on_streets = on_streets.and_then(|(ways, at)| Some((&**ways, ways.snap(at)?)));
        if let Some((ways, from)) = &on_streets {
            self.over_streets(team, ways, from, need, work);
        }
        let on_the_map = on_streets.is_some();
        let straight = origin.map_or(Ok(()), |at| {
            self.in_straight_lines(team, at, on_the_map, need, work)
        });
        // Whoever no time is left to measure is handed on all the same.
        let measured = origin.is_some() && straight.is_ok();
        self.by_list(team, measured, need, work);
        Ok(straight.is_ok())
    }

    /// The nearest over the streets in every mode, as one list.
    fn over_streets(
        &self,
        team: &Team,
        ways: &Ways,
        from: &Snap,
        need: &Need,
        work: &mut Workspace,
    ) {
        let asked = self.asked(team, need);
        let mut most = [ASKED; MODES];
        loop {
            work.facts.clear();
            work.of.clear();
            work.near.begin(team.seats());
            // Nobody who was not found is nearer than this.
            let mut horizon = u32::MAX;
            let mut last = [u32::MAX; MODES];
            for mode in Mode::ALL {
                let k = most[mode.index()];
                let reached = self.reached(team, ways, from, (mode, asked, k), need, work);
                if let Some(ms) = reached {
                    last[mode.index()] = ms;
                    horizon = horizon.min(ms);
                }
            }
            let needed = work.near.last_handed_on().unwrap_or(u32::MAX);
            if horizon == u32::MAX || needed <= horizon || self.budget.go_on().is_err() {
                break;
            }
            for (most, last) in most.iter_mut().zip(last) {
                if last < needed {
                    *most *= 2;
                }
            }
        }
        if asked != Asked::Everybody {
            for mode in Mode::ALL {
                let few = (mode, Asked::Everybody, BARRED);
                self.reached(team, ways, from, few, need, work);
            }
        }
    }

    /// Asks one index; the time of the last one found, unless nobody was left.
    fn reached(
        &self,
        team: &Team,
        ways: &Ways,
        from: &Snap,
        (mode, asked, k): (Mode, Asked, usize),
        need: &Need,
        work: &mut Workspace,
    ) -> Option<u32> {
        let mut scratch = std::mem::take(&mut work.near.reach[mode.index()]);
        let streets = ways.of(mode);
        let found = team.reach(mode).nearest(
            streets,
            &mut scratch,
            from,
            asked.class(),
            k,
            mode.speed_m_s(),
        );
        for one in found {
            let seat = team.seat(one.responder);
            let vague_ms = seat.fix.map_or(0, |fix| mode.ms(fix.vague_m()));
            // The index holds them that much farther away.
            let travel_ms = one.ms.saturating_sub(vague_ms);
            let way = Way {
                method: RankMethod::Network,
                travel_ms: Some(travel_ms),
                metres: Some(mode.metres(travel_ms)),
                uncertain_ms: vague_ms.saturating_add(self.drift_ms(seat)),
                gap: None,
            };
            self.note(seat, one.responder, way, need, work);
        }
        let last = found.last().filter(|_| found.len() == k).map(|one| one.ms);
        work.near.reach[mode.index()] = scratch;
        last
    }

    /// Who was not reached over the streets, by straight line.
    fn in_straight_lines(
        &self,
        team: &Team,
        at: Coordinate,
        on_the_map: bool,
        need: &Need,
        work: &mut Workspace,
    ) -> Result<(), OverTime> {
        if work.near.times.len() >= HANDED_ON {
            return Ok(());
        }
        self.budget.go_on()?;
        let Some(from) = on_earth(at) else {
            return Ok(());
        };
        let class = self.asked(team, need).class();
        let mut k = ASKED + work.facts.len();
        let mut scratch = std::mem::take(&mut work.near.straight);
        loop {
            let found = team.straight().nearest(&mut scratch, from, class, k);
            for one in found {
                let seat = team.seat(one.id);
                let Some(fix) = seat.fix else {
                    continue;
                };
                let gap = match seat.snap {
                    Some(_) if on_the_map => Gap::Unreachable,
                    _ => Gap::OffTheMap,
                };
                let way = Way {
                    method: RankMethod::StraightLine,
                    travel_ms: Some(seat.mode.ms(one.metres)),
                    metres: Some(whole(one.metres)),
                    uncertain_ms: seat
                        .mode
                        .ms(fix.vague_m())
                        .saturating_add(self.drift_ms(seat)),
                    // Without any streets there is no map to be off.
                    gap: team.ways().map(|_| gap),
                };
                self.note(seat, one.id, way, need, work);
            }
            let everybody = found.len() < k;
            if everybody || work.near.times.len() >= HANDED_ON || self.budget.go_on().is_err() {
                break;
            }
            k *= 2;
        }
        work.near.straight = scratch;
        Ok(())
    }

    /// Who has no place, in the order of the roster; everybody who is left, unless all that have
    /// a place were measured. It ends with enough people, whatever time is left: it is the list.
    fn by_list(&self, team: &Team, measured: bool, need: &Need, work: &mut Workspace) {
        for &number in team.order() {
            if work.near.times.len() >= HANDED_ON {
                break;
            }
            let seat = team.seat(number);
            if measured && seat.fix.is_some() {
                continue;
            }
            let way = Way {
                method: RankMethod::FixedList,
                travel_ms: None,
                metres: None,
                uncertain_ms: 0,
                gap: Some(Gap::NoPosition).filter(|_| seat.fix.is_none()),
            };
            self.note(seat, number, way, need, work);
        }
    }

    /// Notes somebody who was found, once.
    fn note(&self, seat: &Seat, number: u32, way: Way, need: &Need, work: &mut Workspace) {
        if seat.listed == UNLISTED || !work.near.take(number) {
            return;
        }
        let facts = CandidateFacts {
            method: way.method,
            walking_ms: way.travel_ms.map(|ms| self.to_the_door(ms)),
            metres: way.metres,
            stairs: self.door.stairs,
            uncertain_ms: way.uncertain_ms,
            gap: way.gap,
            position_age_s: seat.fix.and_then(|fix| fix.age_s(self.now)),
            ..self.known(seat.listed as usize)
        };
        if bar(need, &facts).is_none() {
            // In the streets: the door is as far for everybody, and the horizon is without it.
            let time = way.travel_ms.unwrap_or(u32::MAX);
            work.near.times.push(time.saturating_add(way.uncertain_ms));
        }
        work.of.push(seat.listed as usize);
        work.facts.push(facts);
    }

    fn to_the_door(&self, street_ms: u32) -> u32 {
        street_ms.saturating_add(self.door.ms)
    }

    fn drift_ms(&self, seat: &Seat) -> u32 {
        seat.fix.map_or(0, |fix| fix.drift_ms(self.now))
    }

    /// The smallest class of the indexes that holds everybody who may be asked. While shifts have
    /// turned since the index heard of them, that is everybody.
    fn asked(&self, team: &Team, need: &Need) -> Asked {
        if !team.classes_hold(self.now) {
            return Asked::Everybody;
        }
        let needed = Class::ALL
            .iter()
            .filter(|class| need.needed.contain(class.alone()))
            .map(|class| Asked::OnDutyAs(*class));
        needed
            .min_by_key(|asked| team.straight().count(asked.class()))
            .unwrap_or(Asked::OnDuty)
    }

    /// Everybody's straight line, where positions are known, without any index.
    ///
    /// # Errors
    /// When the budget is spent on the way.
    pub(super) fn straight_lines(&self, work: &mut Workspace) -> Result<(), OverTime> {
        let Some(flat) = origin(self.context, self.input).map(Flat::around) else {
            return Ok(());
        };
        for (place, facts) in work.facts.iter_mut().enumerate() {
            if place % STRIDE == 0 {
                self.budget.go_on()?;
            }
            let responder = self.roster.responder(work.of[place]);
            if let Some(at) = responder.at {
                let metres = flat.metres(at);
                facts.method = RankMethod::StraightLine;
                facts.walking_ms = Some(self.to_the_door(Mode::of(responder).ms(metres)));
                facts.stairs = self.door.stairs;
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
        Input::Sos { at, .. } => *at,
        _ => None,
    };
    let incident = context.incident.as_ref().and_then(|incident| incident.at);
    fix.or(incident).or_else(|| context.resident.as_ref()?.at)
}

/// A plane that touches the earth where help is needed: within a city it errs by a few metres in
/// ten kilometres, at a hundredth of the cost of a distance on the globe.
struct Flat {
    origin: Coordinate,
    metres_a_degree_east: f64,
}

impl Flat {
    fn around(origin: Coordinate) -> Self {
        let metres_a_degree_east = DEGREE_M * origin.lat().to_radians().cos();
        Self {
            origin,
            metres_a_degree_east,
        }
    }

    fn metres(&self, to: Coordinate) -> f64 {
        let east = (to.lon() - self.origin.lon()).abs();
        let east = east.min(360.0 - east) * self.metres_a_degree_east;
        let north = (to.lat() - self.origin.lat()) * DEGREE_M;
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

    use spatial::LonLat;

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
