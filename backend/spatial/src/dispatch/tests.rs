use std::sync::Arc;

use super::*;
use crate::drawn::Drawn;
use crate::network::Network;
use crate::oracle::Dice;
use crate::{LonLat, Nearest, Scratch};

const SPEED: f64 = 1.25;

fn class(number: u8) -> Class {
    Class::new(number).unwrap()
}

fn classes(numbers: &[u8]) -> Classes {
    numbers.iter().map(|&number| class(number)).collect()
}

/// Responders of one class as the network's own question sees them: numbers and snaps.
fn eligible(dispatch: &Dispatch, class: Class) -> (Vec<u32>, Vec<Snap>) {
    (0u32..)
        .zip(&dispatch.members)
        .filter(|(_, member)| member.classes.contains(class))
        .map(|(responder, member)| (responder, member.snap))
        .unzip()
}

/// Compares an answer with that of [`Network::nearest`]: equal times to 1 ms, place by place, and
/// equal responders where their times are apart.
fn check(streets: &Streets, dispatch: &Dispatch, origin: &Snap, class: Class, k: usize) {
    let (numbers, snaps) = eligible(dispatch, class);
    let mut scratch = DispatchScratch::default();
    let found = dispatch.nearest(streets, &mut scratch, origin, class, k, SPEED);
    // One place more than asked for, to know whether the last has a rival.
    let more = k.saturating_add(1);
    let network = streets.network();
    let expected = network.nearest(&mut Scratch::new(), origin, &snaps, more, SPEED, None);
    assert_eq!(found.len(), expected.len().min(k));
    for (place, (found, next)) in found.iter().zip(&expected).enumerate() {
        assert!(found.ms.abs_diff(next.ms) <= 1, "{found:?} {next:?}");
        assert!(numbers.contains(&found.responder));
        let rival =
            |other: Option<&Nearest>| other.is_some_and(|other| other.ms.abs_diff(next.ms) <= 2);
        let before = place.checked_sub(1).and_then(|place| expected.get(place));
        if !rival(before) && !rival(expected.get(place + 1)) {
            assert_eq!(numbers[next.index], found.responder);
        }
    }
}

/// A snap anywhere on the network.
fn snap(dice: &mut Dice, network: &Network) -> Snap {
    let edge = dice.below(network.edges.len()) as u32;
    let (a, b) = network.ends(&network.edges[edge as usize]);
    let beside = a.towards(b, dice.unit());
    let off = |dice: &mut Dice| (dice.unit() - 0.5) * 2e-4;
    let at = LonLat::new(beside.lon() + off(dice), beside.lat() + off(dice)).unwrap();
    network.snap_to(crate::snap::Plane::new(at), edge)
}

fn class_set(dice: &mut Dice) -> Classes {
    let mut set = classes(&[0]);
    for (number, share) in [(1, 0.2), (2, 0.02), (63, 0.5)] {
        if dice.unit() < share {
            set = set.with(class(number));
        }
    }
    set
}

/// Streets whose labels reach only so far.
fn short_sighted(network: Network, reach: u32) -> Streets {
    let streets = Streets::level(Arc::new(network));
    let labels = streets.relabel_within(reach);
    streets.with_labels(Arc::new(labels)).unwrap()
}

/// Places, moves, removes and asks, all by dice.
fn lively(network: Network, seed: u64, responders: usize, steps: usize) {
    lively_on(&Streets::level(Arc::new(network)), seed, responders, steps);
}

fn lively_on(streets: &Streets, seed: u64, responders: usize, steps: usize) {
    let mut dice = Dice::new(seed);
    let network = streets.network();
    let mut unlabelled = streets.clone();
    unlabelled = unlabelled.changed(&[]);
    let mut dispatch = Dispatch::new(streets);
    for step in 0..steps {
        let responder = dice.below(responders) as u32;
        let at = snap(&mut dice, network);
        let set = class_set(&mut dice);
        match dice.below(8) {
            0 => dispatch.remove(responder),
            1 => assert!(!dispatch.place(streets, responder, &at, Classes::NONE)),
            _ => assert!(dispatch.place(streets, responder, &at, set)),
        }
        let origin = snap(&mut dice, network);
        let asked = class([0, 1, 2, 63, 5][dice.below(5)]);
        let k = [1, 2, 8, 10_000][dice.below(4)];
        check(streets, &dispatch, &origin, asked, k);
        if step % 4 == 0 {
            check(&unlabelled, &dispatch, &origin, asked, k);
        }
    }
    assert!(dispatch.version.is_some());
}

#[test]
fn answers_are_those_of_a_plain_search_on_random_graphs() {
    for seed in 0..30 {
        let size = 10 + seed as usize * 6;
        lively(Dice::new(seed).network(size, size * 3 / 2), seed, 40, 150);
    }
}

#[test]
fn answers_beyond_the_reach_of_labels_are_those_of_a_plain_search() {
    for seed in 40..60 {
        let size = 10 + (seed as usize - 40) * 6;
        // From nothing at all to most of the two kilometres.
        for reach in [0, 500_000, 3_000_000, 8_000_000] {
            let network = Dice::new(seed).network(size, size * 3 / 2);
            lively_on(&short_sighted(network, reach), seed, 30, 60);
        }
    }
}

#[test]
fn an_answer_within_reach_needs_no_relay_and_one_beyond_it_does() {
    let mut dice = Dice::new(77);
    let streets = short_sighted(dice.network(300, 450), 3_000_000);
    let labels = streets.labels().unwrap();
    assert_eq!(labels.reach(), 3_000_000);
    let mut dispatch = Dispatch::new(&streets);
    for responder in 0..12 {
        let at = snap(&mut dice, streets.network());
        dispatch.place(&streets, responder, &at, classes(&[0]));
    }
    let (mut certain, mut uncertain, mut wrong) = (0, 0, 0);
    let mut scratch = DispatchScratch::default();
    for step in 0..600 {
        let origin = snap(&mut dice, streets.network());
        let k = [1, 3, 12][step % 3];
        let mut best = Best::default();
        best.begin(k, 12);
        let position = streets.weights().position(&origin).unwrap();
        dispatch.on_the_same_chain(&position, class(0), &mut best);
        dispatch.by_labels(labels, &position, class(0), &mut best);
        let known: Vec<u32> = best.keys().iter().map(|&key| key as u32).collect();
        let found = dispatch.nearest(&streets, &mut scratch, &origin, class(0), k, 1.0);
        let same = found.iter().map(|found| found.responder).eq(known);
        if dispatch.is_certain(labels, streets.network(), (&origin, class(0)), &best) {
            assert!(same);
            certain += 1;
        } else {
            uncertain += 1;
            wrong += u32::from(!same);
        }
    }
    // Without relays some answers would be wrong: they are asked for a reason.
    let counts = (certain, uncertain, wrong);
    assert!(certain > 5 && uncertain > 50 && wrong > 50, "{counts:?}");
}

#[test]
fn answers_are_those_of_a_plain_search_on_drawn_maps() {
    for (seed, drawing) in [
        "a--b",
        "a--b--c\n|     |\nd--e--f",
        "a--b--c--d\n   |  |\n   e--f--g\n      |  |\n      h--i   x--y",
        "a--b--c\n   |  |\n   d--e   v--w\n          |  |\n          x--y",
    ]
    .into_iter()
    .enumerate()
    {
        lively(Drawn::new(drawing).network(), seed as u64, 12, 300);
    }
}

#[test]
fn equal_costs_come_by_number_with_and_without_labels() {
    let map = Drawn::new("c--a--d\n   |\n   b");
    let streets = Streets::level(Arc::new(map.network()));
    let at = |letter| streets.network().snap(map.at(letter)).unwrap();
    let mut dispatch = Dispatch::new(&streets);
    for responder in [7, 3, 5, 1] {
        let side = if responder > 4 { 'c' } else { 'd' };
        dispatch.place(&streets, responder, &at(side), classes(&[0]));
    }
    let mut scratch = DispatchScratch::default();
    for streets in [&streets, &streets.changed(&[])] {
        for k in 1..6 {
            let found = dispatch.nearest(streets, &mut scratch, &at('a'), class(0), k, 1.0);
            let numbers: Vec<u32> = found.iter().map(|found| found.responder).collect();
            assert_eq!(numbers, [1, 3, 5, 7][..k.min(4)]);
        }
    }
}

#[test]
fn ten_thousand_at_one_point_are_answered() {
    let map = Drawn::new("a--b--c--d");
    let streets = Streets::level(Arc::new(map.network()));
    let at = |letter| streets.network().snap(map.at(letter)).unwrap();
    let mut dispatch = Dispatch::new(&streets);
    for responder in 0..10_000 {
        assert!(dispatch.place(&streets, responder, &at('b'), classes(&[1, 9])));
    }
    let mut scratch = DispatchScratch::default();
    let found = dispatch.nearest(&streets, &mut scratch, &at('d'), class(9), 3, 1.0);
    assert_eq!(
        found
            .iter()
            .map(|found| found.responder)
            .collect::<Vec<_>>(),
        [0, 1, 2]
    );
    assert!(found.iter().all(|found| found.ms.abs_diff(60_000) <= 20));
    for responder in 0..10_000 {
        dispatch.remove(responder);
    }
    assert!(
        dispatch
            .nearest(&streets, &mut scratch, &at('d'), class(9), 3, 1.0)
            .is_empty()
    );
}

#[test]
fn nonsense_finds_nobody_and_does_not_panic() {
    let map = Drawn::new("a--b");
    let streets = Streets::level(Arc::new(map.network()));
    let good = streets.network().snap(map.at('a')).unwrap();
    let foreign = Snap { edge: 99, ..good };
    let odd = Snap {
        fraction: f64::NAN,
        snap_m: f64::INFINITY,
        ..good
    };
    let mut dispatch = Dispatch::new(&streets);
    assert!(dispatch.place(&streets, 0, &good, classes(&[0])));
    assert!(dispatch.place(&streets, 1, &odd, classes(&[0])));
    assert!(!dispatch.place(&streets, RESPONDERS, &good, classes(&[0])));
    assert!(!dispatch.place(&streets, 2, &foreign, classes(&[0])));
    dispatch.remove(77);
    let mut scratch = DispatchScratch::default();
    let mut count = |streets: &Streets, origin: &Snap, k: usize, speed: f64| {
        dispatch
            .nearest(streets, &mut scratch, origin, class(0), k, speed)
            .len()
    };
    for streets in [&streets, &streets.changed(&[])] {
        assert_eq!(count(streets, &good, 5, 1.0), 1);
        assert_eq!(count(streets, &good, 0, 1.0), 0);
        assert_eq!(count(streets, &foreign, 5, 1.0), 0);
        assert_eq!(count(streets, &odd, 5, 1.0), 0);
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(count(streets, &good, 5, speed), 0);
        }
    }
    // A responder whose snap became nonsense is gone from where it was.
    assert!(!dispatch.place(&streets, 0, &foreign, classes(&[0])));
    assert_eq!(dispatch.classes_of(0), Classes::NONE);
}

#[test]
fn nobody_is_found_on_an_empty_network() {
    let streets = Streets::level(Arc::new(
        Network::build(crate::InputGraph::default()).unwrap(),
    ));
    let map = Drawn::new("a--b");
    let snap = map.network().snap(map.at('a')).unwrap();
    let mut dispatch = Dispatch::new(&streets);
    assert!(!dispatch.place(&streets, 0, &snap, classes(&[0])));
    let mut scratch = DispatchScratch::default();
    assert!(
        dispatch
            .nearest(&streets, &mut scratch, &snap, class(0), 3, 1.0)
            .is_empty()
    );
}

#[cfg(feature = "osm")]
#[test]
fn answers_are_those_of_a_plain_search_real_extract() {
    for name in ["baoshan-dachang-shu.osm.pbf", "oslo-east.osm.pbf"] {
        if let Some(network) = crate::hierarchy::checks::real(name) {
            lively(network, 11, 300, 800);
        }
    }
}
