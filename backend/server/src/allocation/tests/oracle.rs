//! The index against everybody measured one by one, while people move and streets close.

use std::sync::atomic::{AtomicBool, Ordering as Memory};

use chrono::TimeDelta;
use domain::closures::{ClosureKind, StreetClosure};
use domain::ids::{ClosureId, IncidentId};
use domain::responders::{Mission, Missions, Vehicle};
use spatial::{Scratch, Snap};

use super::super::closed::edges;
use super::super::streets::Ways;
use super::*;

/// Junctions along one side of the town, 55 m apart.
const SIDE: u32 = 14;
const BLOCK: f64 = 0.000_5;
const PEOPLE: u128 = 300;
/// Times are rounded in the index, and once more when parts are added.
const ROUNDING_MS: u32 = 3;

struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32 % limit
    }

    fn place(&mut self) -> Coordinate {
        let mut degrees = || f64::from(self.below(SIDE * 100)) * BLOCK / 100.0;
        let (lon, lat) = (degrees(), degrees());
        Coordinate::declared(lon, lat, Datum::Wgs84).expect("a place")
    }

    fn fix(&mut self) -> Fix {
        let age = TimeDelta::seconds(i64::from(self.below(9_000)));
        Fix {
            at: self.place(),
            accuracy_m: [None, Some(self.below(120))][self.below(2) as usize],
            time: Some(now() - age),
        }
    }

    fn person(&mut self, number: u128) -> Responder {
        let fix = self.fix();
        Responder {
            vehicle: [Vehicle::Foot, Vehicle::Ebike][usize::from(self.below(4) == 0)],
            duty_override: Some(self.below(4) > 0),
            at: Some(fix.at),
            at_time: fix.time,
            at_accuracy_m: fix.accuracy_m,
            ..responder(number, None)
        }
    }

    fn closure(&mut self, number: u128) -> StreetClosure {
        StreetClosure {
            id: ClosureId(Uuid::from_u128(number)),
            organisation_id: ORGANISATION,
            kind: ClosureKind::StreetClosed,
            at: self.place(),
            to: (self.below(2) == 0).then(|| self.place()),
            reason: "a test".to_owned(),
            reported_by: AccountId(Uuid::from_u128(1)),
            since: now(),
            until: None,
            ended_at: None,
        }
    }
}

fn town() -> Prepared {
    let mut graph = InputGraph::default();
    for y in 0..SIDE {
        for x in 0..SIDE {
            let here = y * SIDE + x;
            let at = LonLat::new(f64::from(x) * BLOCK, f64::from(y) * BLOCK);
            graph.nodes.push(InputNode {
                id: i64::from(here),
                at: at.expect("a place"),
            });
            let right = (x + 1 < SIDE).then_some(here + 1);
            let up = (y + 1 < SIDE).then_some(here + SIDE);
            for (segment, b) in (0..).zip([right, up].into_iter().flatten()) {
                graph.edges.push(InputEdge {
                    a: here,
                    b,
                    way_id: i64::from(here),
                    segment,
                    attributes: EdgeAttributes::default(),
                });
            }
        }
    }
    prepared(Network::build(graph).expect("a network"))
}

fn asked_at(at: Coordinate) -> IncidentContext {
    let mut context = context();
    context.resident = context.resident.map(|resident| ResidentFacts {
        at: Some(at),
        ..resident
    });
    context
}

/// Everybody who may be asked, with the whole time by a search of their own, nearest first.
fn measured(
    town: &Prepared,
    people: &[Responder],
    closures: &[StreetClosure],
    at: Coordinate,
) -> Vec<(u32, u128)> {
    let mut scratch = Scratch::new();
    let ways = Ways::open(town);
    let closed: Vec<(u32, Option<u64>)> = closures
        .iter()
        .flat_map(|closure| edges(&ways, &mut scratch, closure))
        .map(|edge| (edge, None))
        .collect();
    let from = ways.snap(at).expect("in town");
    let mut times = Vec::new();
    for mode in Mode::ALL {
        let streets = ways.of(mode).changed(&closed);
        let there = people
            .iter()
            .filter(|r| Mode::of(r) == mode && r.on_duty(now()));
        for one in there {
            let fix = Fix::of(one).expect("placed");
            let snap = ways.snap(fix.at).expect("in town");
            let snap = Snap {
                snap_m: snap.snap_m + fix.vague_m(),
                ..snap
            };
            let found = streets.nearest_of(&mut scratch, &from, &[snap], 1, mode.speed_m_s(), None);
            let total = found.first().map(|found| found.ms + fix.drift_ms(now()));
            times.extend(total.map(|total| (total, one.id.0.as_u128())));
        }
    }
    times.sort_unstable();
    times
}

/// The order of the index is that of the times measured, up to rounding.
fn agrees(allocation: &Allocation, measured: &[(u32, u128)], at: Coordinate, what: &str) {
    let ranked = allocation.rank_by(&monotonic_still(), &asked_at(at), &input(), now());
    let reached = ids(&ranked);
    let on_streets = ranked
        .candidates
        .iter()
        .filter(|candidate| candidate.method == RankMethod::Network);
    let expected = measured.len().min(ordering::HANDED_ON);
    assert_eq!(on_streets.count(), expected, "{what}");
    for (place, id) in reached.iter().take(expected).enumerate() {
        let own = measured.iter().find(|(_, other)| other == id);
        let (own, _) = own.unwrap_or_else(|| panic!("{what}: {id} may not be asked"));
        let wanted = measured[place].0;
        assert!(
            own.abs_diff(wanted) <= ROUNDING_MS,
            "{what}: {id} with {own} stands at {place}, where {wanted} belongs"
        );
    }
}

fn settle(allocation: &Allocation) {
    let began = monotonic();
    while !allocation.is_settled() {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "labels never come"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn filled(town: &Prepared, people: &[Responder]) -> Allocation {
    let allocation = Allocation::new(Arc::new(Counters::default())).within(Duration::from_secs(60));
    allocation.set_network(town);
    allocation.set_roster(people.to_vec(), now());
    allocation
}

#[test]
fn the_nearest_by_the_whole_time_on_foot_and_by_ebike_are_found() {
    let town = town();
    for seed in 0..6 {
        let mut draw = Draw(seed);
        let people: Vec<Responder> = (1..=PEOPLE).map(|number| draw.person(number)).collect();
        let allocation = filled(&town, &people);
        assert!(allocation.is_settled());
        for _ in 0..20 {
            let at = draw.place();
            agrees(&allocation, &measured(&town, &people, &[], at), at, "open");
        }
        assert_eq!(allocation.counters.ranking_fallbacks.read(), 0);
    }
}

#[test]
fn closures_count_at_once_and_with_labels_and_not_any_more_once_ended() {
    let town = town();
    let mut draw = Draw(11);
    let people: Vec<Responder> = (1..=PEOPLE).map(|number| draw.person(number)).collect();
    let allocation = filled(&town, &people);
    for round in 0..6 {
        let closures: Vec<StreetClosure> = (0..8).map(|number| draw.closure(number)).collect();
        allocation.set_closures(&closures, now());
        let at = draw.place();
        let right = measured(&town, &people, &closures, at);
        agrees(
            &allocation,
            &right,
            at,
            &format!("round {round}, by search"),
        );
        settle(&allocation);
        agrees(
            &allocation,
            &right,
            at,
            &format!("round {round}, by labels"),
        );
    }
    let at = draw.place();
    let ended = StreetClosure {
        ended_at: Some(now()),
        ..draw.closure(1)
    };
    allocation.set_closures(&[ended], now());
    assert!(allocation.is_settled(), "open streets have their labels");
    agrees(&allocation, &measured(&town, &people, &[], at), at, "open");
}

#[test]
fn people_come_go_move_and_change_one_by_one() {
    let town = town();
    let mut draw = Draw(23);
    let mut people: Vec<Responder> = (1..=PEOPLE).map(|number| draw.person(number)).collect();
    let allocation = filled(&town, &people);
    for round in 0..30 {
        let place = draw.below(people.len() as u32) as usize;
        match draw.below(4) {
            0 => drop(people.swap_remove(place)),
            1 => people.push(draw.person(1_000 + round)),
            2 => {
                // An older position than the one known would not count.
                let known = &people[place];
                people[place] = Responder {
                    at: known.at,
                    at_time: known.at_time,
                    at_accuracy_m: known.at_accuracy_m,
                    ..draw.person(known.id.0.as_u128())
                };
            }
            _ => {
                let fix = Fix {
                    time: Some(now()),
                    ..draw.fix()
                };
                let moved = &mut people[place];
                (moved.at, moved.at_time) = (Some(fix.at), fix.time);
                moved.at_accuracy_m = fix.accuracy_m;
                assert!(allocation.set_position(ORGANISATION, moved.id, fix));
            }
        }
        // A roster that was read before the last moves undoes none of them.
        if draw.below(2) == 0 {
            let stale = people.iter().map(|one| match one.at_time == Some(now()) {
                true => Responder {
                    at: Some(at(0.0)),
                    at_time: Some(now() - TimeDelta::hours(3)),
                    ..one.clone()
                },
                false => one.clone(),
            });
            allocation.set_roster(stale.collect(), now());
            let at = draw.place();
            let right = measured(&town, &people, &[], at);
            agrees(&allocation, &right, at, &format!("round {round}"));
        }
    }
    let gone = ResponderId(Uuid::from_u128(77_777));
    assert!(!allocation.set_position(ORGANISATION, gone, draw.fix()));
}

#[test]
fn questions_moves_and_closures_at_the_same_time_end_in_the_right_answer() {
    const MOVES: u32 = 10_000;
    let town = town();
    let mut draw = Draw(31);
    let mut people: Vec<Responder> = (1..=PEOPLE).map(|number| draw.person(number)).collect();
    let allocation = filled(&town, &people);
    let closures: Vec<StreetClosure> = (0..6).map(|number| draw.closure(number)).collect();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut asked = 0;
            let mut draw = Draw(37);
            while !over.load(Memory::Relaxed) {
                let at = asked_at(draw.place());
                let ranked = allocation.rank(&at, &input(), now());
                assert!(ranked.candidates.len() >= ordering::HANDED_ON);
                asked += 1;
            }
            asked
        });
        let closing = scope.spawn(|| {
            let mut turn = 0;
            while !over.load(Memory::Relaxed) {
                turn += 1;
                allocation.set_closures(&closures[..turn % 4], now());
            }
        });
        for step in 0..MOVES {
            let place = draw.below(people.len() as u32) as usize;
            let fix = Fix {
                time: Some(now() + TimeDelta::milliseconds(i64::from(step))),
                ..draw.fix()
            };
            let moved = &mut people[place];
            (moved.at, moved.at_time) = (Some(fix.at), fix.time);
            moved.at_accuracy_m = fix.accuracy_m;
            assert!(allocation.set_position(ORGANISATION, moved.id, fix));
        }
        over.store(true, Memory::Relaxed);
        assert!(asking.join().expect("answers") > 0);
        closing.join().expect("closures");
    });
    allocation.set_closures(&closures, now());
    for what in ["by search", "by labels"] {
        for _ in 0..5 {
            let at = draw.place();
            let right = measured(&town, &people, &closures, at);
            agrees(&allocation, &right, at, what);
        }
        settle(&allocation);
    }
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 0);
}

#[test]
fn whoever_goes_on_duty_by_the_clock_is_found_before_the_index_hears_of_it() {
    let town = town();
    let mut draw = Draw(41);
    let mut people: Vec<Responder> = (1..=PEOPLE).map(|number| draw.person(number)).collect();
    for one in &mut people {
        // Monday to Sunday from 14:05, which is five minutes from now.
        one.duty_override = None;
        one.shifts = (0..7)
            .map(|weekday| domain::responders::Shift {
                weekday,
                start_min: 14 * 60 + 5,
                minutes: 60,
            })
            .collect();
    }
    let allocation = filled(&town, &people);
    let context = asked_at(draw.place());
    let asked = |minutes| {
        let then = now() + TimeDelta::minutes(minutes);
        let ranked = allocation.rank_by(&monotonic_still(), &context, &input(), then);
        ranked.candidates.len()
    };
    assert_eq!((asked(0), asked(4)), (0, 0));
    assert_eq!(
        (asked(5), asked(64)),
        (ordering::HANDED_ON, ordering::HANDED_ON)
    );
    assert_eq!(asked(65), 0);
}

#[test]
fn cover_counted_with_the_roster_is_cover_counted_one_by_one() {
    let town = town();
    let mut draw = Draw(53);
    let people: Vec<Responder> = (1..=PEOPLE)
        .map(|number| Responder {
            committee_code: (draw.below(5) > 0).then(|| format!("{:012}", draw.below(12))),
            clearance_revoked_at: (draw.below(9) == 0).then(now),
            ..draw.person(number)
        })
        .collect();
    let allocation = filled(&town, &people);
    let records: HashMap<_, _> = people
        .iter()
        .map(|one| {
            let ended_at = now() - TimeDelta::seconds(i64::from(draw.below(36_000)));
            let mission = Mission {
                accepted_at: ended_at - TimeDelta::minutes(20),
                ended_at,
            };
            let rests = mission.ended_at.timestamp() % 2 == 0;
            let record = TrackRecord {
                last_mission: Some(mission).filter(|_| rests),
                ..TrackRecord::default()
            };
            ((ORGANISATION, one.id), record)
        })
        .collect();
    allocation.set_records(records);
    allocation.set_roster(people.clone(), now());
    for round in 0..10 {
        let going: Vec<_> = people
            .iter()
            .filter(|_| draw.below(10) == 0)
            .map(|one| (one.id, IncidentId(Uuid::from_u128(1_000 + round))))
            .collect();
        let mut context = asked_at(draw.place());
        context.missions = Missions::new(going, Vec::new());
        let counted = allocation.rank_by(&monotonic_still(), &context, &input(), now());
        assert!(counted.committees.len() > 8, "{:?}", counted.committees);
        let count = std::mem::take(&mut allocation.live.write().cover);
        let one_by_one = allocation.rank_by(&monotonic_still(), &context, &input(), now());
        allocation.live.write().cover = count;
        assert_eq!(counted.committees, one_by_one.committees);
        assert_eq!(counted.candidates, one_by_one.candidates);
    }
}
