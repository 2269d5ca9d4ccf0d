//! The safety net: whatever happens to a ranking, there is an order, and it is there in time.

use std::cell::Cell;
use std::time::Duration;

use domain::geo::{Coordinate, Datum};
use domain::ids::{AccountId, HomeId, OrganisationId, ResidentId, ResponderId};
use domain::incidents::{ReportedKind, ResidentFacts};
use domain::residents::Climb;
use domain::responders::Missions;
use spatial::{EdgeAttributes, InputEdge, InputGraph, InputNode, LonLat};
use uuid::Uuid;

use super::*;

const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(1));
/// About eleven metres.
const STEP: f64 = 0.0001;

fn now() -> Timestamp {
    "2026-11-24T06:00:00Z".parse().expect("a moment")
}

fn at(steps: f64) -> Coordinate {
    Coordinate::declared(10.0 + steps * STEP, 0.0, Datum::Wgs84).expect("a place")
}

fn responder(number: u128, steps: Option<f64>) -> Responder {
    Responder {
        duty_override: Some(true),
        at: steps.map(at),
        at_time: Some(now()),
        ..Responder::unknown(
            ResponderId(Uuid::from_u128(number)),
            ORGANISATION,
            AccountId(Uuid::from_u128(number)),
        )
    }
}

/// One straight street of 200 nodes.
fn street() -> Network {
    let nodes = (0..200_u32).map(|node| InputNode {
        id: i64::from(node),
        at: LonLat::new(10.0 + f64::from(node) * STEP, 0.0).expect("a place"),
    });
    let edges = (0..199_u32).map(|a| InputEdge {
        a,
        b: a + 1,
        way_id: 1,
        segment: a,
        attributes: EdgeAttributes::default(),
    });
    let graph = InputGraph {
        nodes: nodes.collect(),
        edges: edges.collect(),
    };
    Network::build(graph).expect("a network")
}

fn prepared(network: Network) -> Prepared {
    Prepared::build(
        Arc::new(network),
        Allocation::wanted().as_ref(),
        &mut |_| {},
    )
}

fn context() -> IncidentContext {
    IncidentContext {
        organisation_id: ORGANISATION,
        incident: None,
        offers: Vec::new(),
        device: None,
        resident: Some(ResidentFacts {
            id: ResidentId(Uuid::from_u128(2)),
            home_id: HomeId(Uuid::from_u128(3)),
            at: Some(at(0.0)),
            climb: Climb::default(),
            languages: Vec::new(),
            requires: Vec::new(),
            committee_code: None,
            care: domain::residents::Care::default(),
            synthetic: true,
        }),
        family: Vec::new(),
        operators: Vec::new(),
        missions: Missions::default(),
        unknown_last_minute: 0,
        under_test: false,
        other: None,
        links: Vec::new(),
        drill: None,
        known_event: None,
        evidence: Default::default(),
    }
}

fn input() -> Input {
    Input::Report {
        by: AccountId(Uuid::from_u128(4)),
        kind: ReportedKind::Fall,
    }
}

/// Three along the street from far to near, one without a position, one who is off duty, and one
/// of somebody else's.
fn people() -> Vec<Responder> {
    let off_duty = Responder {
        duty_override: Some(false),
        ..responder(5, Some(1.0))
    };
    let strange = Responder {
        organisation_id: OrganisationId(Uuid::from_u128(99)),
        ..responder(6, Some(1.0))
    };
    vec![
        responder(1, Some(150.0)),
        responder(2, Some(90.0)),
        responder(3, None),
        responder(4, Some(30.0)),
        off_duty,
        strange,
    ]
}

fn allocation() -> Allocation {
    let allocation = Allocation::new(Arc::new(Counters::default()));
    allocation.set_network(&prepared(street()));
    allocation.set_roster(people(), now());
    allocation
}

fn ids(ranked: &Ranked) -> Vec<u128> {
    let ids = ranked.candidates.iter().map(|c| c.responder_id.0.as_u128());
    ids.collect()
}

fn methods(ranked: &Ranked) -> Vec<RankMethod> {
    ranked.candidates.iter().map(|c| c.method).collect()
}

#[test]
fn the_nearest_on_foot_come_first_with_their_reasons() {
    let allocation = allocation();
    let ranked = allocation.rank_by(&monotonic_still(), &context(), &input(), now());
    assert_eq!(ids(&ranked), [4, 2, 1, 3]);
    let [near, .., unplaced] = &ranked.candidates[..] else {
        panic!("four candidates");
    };
    let grounds = [Reason::NearestByWalkingTime, Reason::OnDuty].map(Ground::plain);
    assert_eq!(near.grounds, grounds);
    // 30 steps of 11.13 m at 1.2 m/s.
    let ms = near.walking_ms.expect("known");
    assert!(ms.abs_diff(278_000) < 1_000, "{ms}");
    assert_eq!(unplaced.method, RankMethod::FixedList);
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 0);
}

#[test]
fn without_a_network_the_straight_line_counts_and_without_a_place_the_list() {
    let allocation = Allocation::new(Arc::new(Counters::default()));
    allocation.set_roster(people(), now());
    let ranked = allocation.rank_by(&monotonic_still(), &context(), &input(), now());
    assert_eq!(ids(&ranked), [4, 2, 1, 3]);
    assert_eq!(methods(&ranked)[0], RankMethod::StraightLine);
    let nowhere = IncidentContext {
        resident: None,
        ..context()
    };
    let ranked = allocation.rank_by(&monotonic_still(), &nowhere, &input(), now());
    assert_eq!(methods(&ranked), [RankMethod::FixedList; 4]);
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 0);
}

/// A clock that stands still.
fn monotonic_still() -> impl Fn() -> Instant {
    let began = monotonic();
    move || began
}

/// A clock that stands still, and leaps over the budget before it is read for the nth time: the
/// stage before that reading was wedged.
fn wedged_before(reading: usize) -> impl Fn() -> Instant {
    let began = monotonic();
    let read = Cell::new(0);
    move || {
        read.set(read.get() + 1);
        let late = read.get() > reading;
        began
            + if late {
                Duration::from_millis(6)
            } else {
                Duration::ZERO
            }
    }
}

#[test]
fn a_wedged_stage_ends_in_the_fixed_list() {
    let allocation = allocation();
    // Readings: the beginning, before the streets, before the straight lines, the end.
    let ranked = allocation.rank_by(&wedged_before(1), &context(), &input(), now());
    assert_eq!(ids(&ranked), [1, 2, 3, 4], "as the roster stands");
    assert_eq!(methods(&ranked), [RankMethod::FixedList; 4]);
    assert!(ranked.took_us >= 6_000);
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 1);
}

#[test]
fn wedged_streets_cost_nobody_their_place() {
    let allocation = allocation();
    let mut people = people();
    // Off the network, so that only the straight line could place them.
    people.push(Responder {
        at: Coordinate::declared(20.0, 20.0, Datum::Wgs84).ok(),
        ..responder(7, None)
    });
    allocation.set_roster(people, now());
    let ranked = allocation.rank_by(&wedged_before(2), &context(), &input(), now());
    assert_eq!(
        ids(&ranked),
        [4, 2, 1, 3, 7],
        "what was found is used, the rest is the list"
    );
    assert_eq!(methods(&ranked)[3..], [RankMethod::FixedList; 2]);
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 1);
    let ranked = allocation.rank_by(&wedged_before(9), &context(), &input(), now());
    assert_eq!(methods(&ranked)[3], RankMethod::StraightLine, "in time");
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 1);
}

#[test]
fn a_held_index_delays_no_ranking() {
    let allocation = allocation();
    let held = allocation.hold_index_for_test();
    let began = monotonic();
    let ranked = allocation.rank(&context(), &input(), now());
    let took = began.elapsed();
    drop(held);
    assert_eq!(ids(&ranked), [4, 2, 1, 3], "by straight line");
    let line = RankMethod::StraightLine;
    assert_eq!(methods(&ranked), [line, line, line, RankMethod::FixedList]);
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 1);
    // It waits two milliseconds of its own; a busy machine may take longer to let it run.
    assert!(took < Duration::from_millis(500), "{took:?}");
    let again = allocation.rank_by(&monotonic_still(), &context(), &input(), now());
    assert_eq!(methods(&again)[0], RankMethod::Network, "free again");
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 1);
}

#[test]
fn an_index_that_knows_nobody_yet_is_not_believed() {
    let allocation = allocation();
    // As while a team is filled for the first time.
    *allocation.live.write() = live::Index::default();
    let ranked = allocation.rank_by(&monotonic_still(), &context(), &input(), now());
    assert_eq!(ids(&ranked), [4, 2, 1, 3]);
    assert_eq!(methods(&ranked)[0], RankMethod::StraightLine);
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 1);
    let elsewhere = IncidentContext {
        organisation_id: OrganisationId(Uuid::from_u128(77)),
        ..context()
    };
    let ranked = allocation.rank_by(&monotonic_still(), &elsewhere, &input(), now());
    assert!(ranked.candidates.is_empty(), "there is nobody");
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 1);
}

#[test]
fn an_index_that_broke_is_gone_round_and_made_anew() {
    let allocation = allocation();
    std::thread::scope(|scope| {
        let broken = scope.spawn(|| {
            let _held = allocation.hold_index_for_test();
            panic!("a change breaks off");
        });
        assert!(broken.join().is_err());
    });
    let ranked = allocation.rank(&context(), &input(), now());
    assert_eq!(methods(&ranked)[0], RankMethod::StraightLine);
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 1);
    allocation.set_roster(people(), now());
    let ranked = allocation.rank_by(&monotonic_still(), &context(), &input(), now());
    assert_eq!(ids(&ranked), [4, 2, 1, 3]);
    assert_eq!(methods(&ranked)[0], RankMethod::Network);
}

#[test]
fn a_clock_that_panics_still_ends_in_the_fixed_list() {
    let allocation = allocation();
    let began = monotonic();
    let read = Cell::new(0);
    let broken = || {
        read.set(read.get() + 1);
        assert!(read.get() != 2, "the ranking breaks");
        began
    };
    let ranked = allocation.rank_by(&broken, &context(), &input(), now());
    assert_eq!(methods(&ranked), [RankMethod::FixedList; 4]);
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 1);
    let again = allocation.rank_by(&monotonic_still(), &context(), &input(), now());
    assert_eq!(ids(&again), [4, 2, 1, 3], "the next one is whole again");
}

#[test]
fn a_long_list_is_left_in_time_and_nobody_is_lost() {
    let allocation = allocation();
    let many: Vec<Responder> = (1..=3_000).map(|number| responder(number, None)).collect();
    allocation.set_roster(many, now());
    let ranked = allocation.rank_by(&wedged_before(1), &context(), &input(), now());
    assert_eq!(ranked.candidates.len(), 3_000);
    assert_eq!(allocation.counters.ranking_fallbacks.read(), 1);
}

mod oracle;
