//! W8: a whole decision, from what is known in memory to ranked offers with their reasons.
//!
//! Two ways: through `domain` alone, with walking times given; and as the server does it, with the
//! roster and a walking network asked for the nearest. Own code only, fixed seed.

#![expect(clippy::print_stdout, reason = "a bench talks on standard output")]

use std::hint::black_box;
use std::sync::Arc;

use chrono::TimeDelta;
use domain::closures::{ClosureKind, StreetClosure};
use domain::geo::{Coordinate, Datum};
use domain::ids::{
    AccountId, ClosureId, HomeId, IncidentId, OrganisationId, ResidentId, ResponderId,
};
use domain::incidents::{
    Given, IncidentContext, Input, Ladders, ReportedKind, ResidentFacts, Severity, decide,
};
use domain::ports::Ranking as _;
use domain::residents::Climb;
use domain::responders::{
    CandidateFacts, Classes, Mission, Missions, Need, PastAnswers, Policy, RankMethod, Ranked,
    Responder, Skill, Standings, TrackRecord,
};
use domain::time::Timestamp;
use server::allocation::{Allocation, Fix};
use server::ops::counters::Counters;
use server::stages::monotonic;
use spatial::{EdgeAttributes, InputEdge, InputGraph, InputNode, LonLat, Network, Prepared};
use uuid::Uuid;

const RESPONDERS: u32 = 2_000;
const ROUNDS: usize = 4_000;
/// Positions that come in: one second of what 10,000 people report.
const FIXES: u32 = 10_000;
const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(1));
/// Nodes along one side of the generated town.
const SIDE: u32 = 145;
/// Degrees between them, about 50 m.
const STEP: f64 = 0.000_45;
/// Offers in the best order: what the ladder asks at most, and re-offers.
const FIRST: usize = 32;

struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as u32
    }

    fn below(&mut self, limit: u32) -> u32 {
        self.next() % limit
    }

    fn place(&mut self) -> Coordinate {
        let mut degrees = || f64::from(self.below(SIDE * 100)) * STEP / 100.0;
        let (lon, lat) = (degrees(), degrees());
        Coordinate::declared(lon, lat, Datum::Wgs84).expect("a place")
    }
}

fn main() {
    let now: Timestamp = "2026-11-24T06:00:00Z".parse().expect("a moment");
    let mut draw = Draw(7);
    through_domain(now, &mut draw);
    for on_duty_percent in [100, 20] {
        as_the_server(now, &mut draw, on_duty_percent);
    }
    moves(now, &mut draw);
    closures(now, &mut draw);
}

fn through_domain(now: Timestamp, draw: &mut Draw) {
    let policy = Policy::shipped().expect("sound");
    let ladders = Ladders::shipped().expect("sound");
    let mut facts: Vec<CandidateFacts> = (0..RESPONDERS).map(|id| known(id, now, draw)).collect();
    let mut standings = Standings::default();
    let mut asks = 0;
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        // Another incident: everybody walks another time.
        for of in &mut facts {
            of.walking_ms = Some(draw.below(3_600_000));
        }
        let context = context(draw);
        let began = monotonic();
        let need = Need {
            now,
            severity: Severity::LIFE,
            incident_id: None,
            needed: Classes(0b1),
        };
        standings.rank(&need, &facts, &policy.weights, FIRST);
        let candidates = standings.candidates(&need, &facts, &policy.weights);
        let ranked = Ranked {
            candidates,
            ..Ranked::default()
        };
        asks += decided(&context, &ladders, &policy, &ranked, now);
        times.push(began.elapsed().as_nanos());
    }
    print("W8 decision through domain", times, asks);
}

fn as_the_server(now: Timestamp, draw: &mut Draw, on_duty_percent: u32) {
    let allocation = peopled(now, draw, on_duty_percent);
    let ladders = Ladders::shipped().expect("sound");
    let policy = Policy::shipped().expect("sound");
    let mut asks = 0;
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let context = context(draw);
        let began = monotonic();
        let ranked = allocation.rank(&context, &input(), now);
        asks += decided(&context, &ladders, &policy, &ranked, now);
        times.push(began.elapsed().as_nanos());
    }
    let name = format!("W8 decision as the server, {on_duty_percent} % on duty");
    print(&name, times, asks);
}

/// A town with its people, as the server holds them.
fn peopled(now: Timestamp, draw: &mut Draw, on_duty_percent: u32) -> Allocation {
    let allocation = Allocation::new(Arc::new(Counters::default()));
    let wanted = Allocation::wanted();
    let town = Prepared::build(Arc::new(town()), wanted.as_ref(), &mut |_| {});
    allocation.set_network(&town);
    let records = (0..RESPONDERS).map(|id| record(id, now, draw));
    allocation.set_records(records.collect());
    let people = (0..RESPONDERS).map(|id| responder(id, now, draw, on_duty_percent));
    allocation.set_roster(people.collect(), now);
    allocation
}

/// Fixes of everybody in turn, one by one, and decisions between them.
fn moves(now: Timestamp, draw: &mut Draw) {
    let allocation = peopled(now, draw, 100);
    let mut times = Vec::with_capacity(FIXES as usize);
    let began = monotonic();
    for step in 0..FIXES {
        let id = ResponderId(Uuid::from_u128(u128::from(draw.below(RESPONDERS)) + 1));
        let fix = Fix {
            at: draw.place(),
            accuracy_m: Some(draw.below(40)),
            time: Some(now + TimeDelta::milliseconds(i64::from(step))),
        };
        let moved = monotonic();
        assert!(allocation.set_position(ORGANISATION, id, fix));
        times.push(moved.elapsed().as_nanos());
        if step % 100 == 0 {
            let ranked = allocation.rank(&context(draw), &input(), now);
            assert!(!ranked.candidates.is_empty());
        }
    }
    let took = began.elapsed();
    let a_second = f64::from(FIXES) / took.as_secs_f64();
    println!("fixes: {FIXES} in {took:.2?}, {a_second:.0} a second, decisions between them");
    print("a fix", times, 0);
}

/// From the call that closes a street to the first answer that avoids it.
fn closures(now: Timestamp, draw: &mut Draw) {
    let allocation = peopled(now, draw, 100);
    let mut times = Vec::new();
    let mut labels = Vec::new();
    for number in 0..20 {
        let closure = StreetClosure {
            id: ClosureId(Uuid::from_u128(number)),
            organisation_id: ORGANISATION,
            kind: ClosureKind::StreetClosed,
            at: draw.place(),
            to: None,
            reason: String::new(),
            reported_by: AccountId(Uuid::from_u128(1)),
            since: now,
            until: None,
            ended_at: None,
        };
        let began = monotonic();
        allocation.set_closures(&[closure], now);
        let ranked = allocation.rank(&context(draw), &input(), now);
        times.push(began.elapsed().as_nanos());
        assert!(!ranked.candidates.is_empty());
        while !allocation.is_settled() {
            std::thread::yield_now();
        }
        labels.push(began.elapsed().as_nanos());
    }
    print("closure to the first right answer", times, 0);
    print("closure to labels, two modes", labels, 0);
}

fn decided(
    context: &IncidentContext,
    ladders: &Ladders,
    policy: &Policy,
    ranked: &Ranked,
    now: Timestamp,
) -> usize {
    let mut next = 0_u128;
    let mut fresh = || {
        next += 1;
        Uuid::from_u128(next)
    };
    let mut given = Given {
        now,
        ladders,
        policy,
        ranked,
        fresh: &mut fresh,
    };
    let decision = decide(context, &input(), &mut given).expect("a decision");
    let decision = black_box(decision);
    assert!(
        decision
            .offers
            .iter()
            .all(|offer| !offer.reasons.is_empty())
    );
    decision.offers.len()
}

fn print(name: &str, mut times: Vec<u128>, asks: usize) {
    times.sort_unstable();
    let at = |percent: usize| times[times.len() * percent / 100] as f64 / 1000.0;
    println!(
        "{name}: N={RESPONDERS} p50={:.1} us p90={:.1} us p99={:.1} us ({} runs, {asks} asks)",
        at(50),
        at(90),
        at(99),
        times.len()
    );
}

fn input() -> Input {
    Input::Report {
        by: AccountId(Uuid::from_u128(4)),
        kind: ReportedKind::Fall,
    }
}

fn context(draw: &mut Draw) -> IncidentContext {
    IncidentContext {
        organisation_id: ORGANISATION,
        incident: None,
        offers: Vec::new(),
        device: None,
        resident: Some(ResidentFacts {
            id: ResidentId(Uuid::from_u128(2)),
            home_id: HomeId(Uuid::from_u128(3)),
            at: Some(draw.place()),
            climb: Climb {
                storey: Some(6),
                lift: Some(false),
            },
            languages: vec!["wuu".to_owned()],
            requires: Vec::new(),
            committee_code: None,
            care: domain::residents::Care::default(),
            synthetic: true,
        }),
        family: Vec::new(),
        operators: Vec::new(),
        // Some thirty are on their way, and five know the resident.
        missions: Missions::new(
            (0..30).map(|_| (someone(draw), incident(draw))).collect(),
            (0..5).map(|_| (someone(draw), 1 + draw.below(3))).collect(),
        ),
        unknown_last_minute: 0,
        under_test: false,
        other: None,
        links: Vec::new(),
        drill: None,
        known_event: None,
        evidence: Default::default(),
    }
}

/// Nine of ten may be asked; every soft reason occurs.
fn known(id: u32, now: Timestamp, draw: &mut Draw) -> CandidateFacts {
    let resting = draw.below(100) < 5;
    CandidateFacts {
        method: RankMethod::Network,
        metres: Some(draw.below(4_000)),
        position_age_s: Some(draw.below(90_000)),
        on_duty: draw.below(100) < 95,
        resting_until: resting.then(|| now + TimeDelta::minutes(30)),
        classes: Classes(draw.next() | 1),
        first_aid: draw.below(5) == 0,
        helped_before: u32::from(draw.below(20) == 0),
        asks_24h: draw.below(4),
        open_cases: draw.below(3),
        speaks_language: Some(draw.below(2) == 0),
        past: PastAnswers {
            asked: 20 + draw.below(20),
            accepted: draw.below(20),
        },
        cover_left: Some(draw.below(5)),
        ..CandidateFacts::unknown(
            ResponderId(Uuid::from_u128(u128::from(id) + 1)),
            AccountId(Uuid::from_u128(u128::from(id) + 1)),
        )
    }
}

fn someone(draw: &mut Draw) -> ResponderId {
    ResponderId(Uuid::from_u128(u128::from(draw.below(RESPONDERS)) + 1))
}

fn incident(draw: &mut Draw) -> IncidentId {
    IncidentId(Uuid::from_u128(u128::from(draw.next())))
}

/// Everybody was asked before; one in twenty rests.
fn record(
    id: u32,
    now: Timestamp,
    draw: &mut Draw,
) -> ((OrganisationId, ResponderId), TrackRecord) {
    let ended_at = now - TimeDelta::minutes(10);
    let rests = draw.below(20) == 0;
    let record = TrackRecord {
        asked: 20 + draw.below(20),
        accepted: draw.below(20),
        asks_24h: draw.below(4),
        last_mission: rests.then_some(Mission {
            accepted_at: ended_at,
            ended_at,
        }),
    };
    let id = Uuid::from_u128(u128::from(id) + 1);
    ((ORGANISATION, ResponderId(id)), record)
}

fn responder(id: u32, now: Timestamp, draw: &mut Draw, on_duty_percent: u32) -> Responder {
    // A committee for every twenty, as in a district.
    let committee_code = Some(format!("{:012}", id / 20));
    let id = Uuid::from_u128(u128::from(id) + 1);
    Responder {
        committee_code,
        languages: vec!["zh-CN".to_owned(), "wuu".to_owned()],
        skills: if draw.below(5) == 0 {
            vec![Skill::FirstAid]
        } else {
            Vec::new()
        },
        duty_override: Some(draw.below(100) < on_duty_percent),
        at: Some(draw.place()),
        at_time: Some(now),
        ..Responder::unknown(ResponderId(id), ORGANISATION, AccountId(id))
    }
}

/// A grid of 21,025 junctions, about the size of the real east of Oslo.
fn town() -> Network {
    let node = |x: u32, y: u32| y * SIDE + x;
    let place = |x, y| LonLat::new(f64::from(x) * STEP, f64::from(y) * STEP).expect("a place");
    let mut graph = InputGraph::default();
    for y in 0..SIDE {
        for x in 0..SIDE {
            graph.nodes.push(InputNode {
                id: i64::from(node(x, y)),
                at: place(x, y),
            });
            let right = (x + 1 < SIDE).then(|| node(x + 1, y));
            let down = (y + 1 < SIDE).then(|| node(x, y + 1));
            for (segment, b) in (0..).zip([right, down].into_iter().flatten()) {
                graph.edges.push(InputEdge {
                    a: node(x, y),
                    b,
                    way_id: i64::from(node(x, y)),
                    segment,
                    attributes: EdgeAttributes::default(),
                });
            }
        }
    }
    Network::build(graph).expect("a network")
}
