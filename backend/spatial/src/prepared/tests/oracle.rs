//! Every profile against plain Dijkstra at that profile's costs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::*;
use crate::pace::{part_um, to_um};
use crate::{Class, Classes, Dispatch, DispatchScratch, Profile, Scratch, Snap};

fn everybody() -> Class {
    Class::new(0).unwrap()
}

/// Micrometres from a snap to every node, by a search that shares nothing with the crate's.
fn costs(network: &Network, profile: Profile, from: &Snap) -> Vec<Option<u64>> {
    let cost_um = |edge: u32| {
        let edge = &network.edges[edge as usize];
        profile.cost_um(edge.attributes, edge.length_um)
    };
    let mut around = vec![Vec::new(); network.ids.len()];
    for (index, edge) in (0u32..).zip(&network.edges) {
        if let Some(um) = cost_um(index) {
            around[edge.a as usize].push((edge.b, um));
            around[edge.b as usize].push((edge.a, um));
        }
    }
    let mut known = vec![None; network.ids.len()];
    let mut heap = BinaryHeap::new();
    if let Some(um) = cost_um(from.edge) {
        let edge = &network.edges[from.edge as usize];
        let (leg, along) = (to_um(from.snap_m), part_um(um, from.fraction));
        heap.push(Reverse((leg + along, edge.a)));
        heap.push(Reverse((leg + um - along, edge.b)));
    }
    while let Some(Reverse((um, node))) = heap.pop() {
        if known[node as usize].is_some() {
            continue;
        }
        known[node as usize] = Some(um);
        for &(head, step) in &around[node as usize] {
            heap.push(Reverse((um + step, head)));
        }
    }
    known
}

/// The least cost to a snap, from the costs to all nodes.
fn to_snap(
    network: &Network,
    profile: Profile,
    known: &[Option<u64>],
    from: &Snap,
    to: &Snap,
) -> Option<u64> {
    let edge = &network.edges[to.edge as usize];
    let um = profile.cost_um(edge.attributes, edge.length_um)?;
    let (leg, along) = (to_um(to.snap_m), part_um(um, to.fraction));
    let over_a = known[edge.a as usize].map(|node| node + along + leg);
    let over_b = known[edge.b as usize].map(|node| node + um - along + leg);
    let direct = (from.edge == to.edge)
        .then(|| to_um(from.snap_m) + leg + part_um(um, from.fraction).abs_diff(along));
    [over_a, over_b, direct].into_iter().flatten().min()
}

/// Compares reach, nearest and dispatch (with and without labels) with the plain search.
fn check(prepared: &Prepared, snaps: &[Snap], origins: usize, deviation_ms: u32) {
    let network = prepared.network();
    let mut scratch = Scratch::new();
    for &profile in Profile::ALL {
        let streets = prepared.streets(profile.metric());
        let speed = profile.speed_m_s();
        let ms = |um: u64| (um as f64 / speed / 1000.0).round() as u32;
        let mut dispatch = Dispatch::new(&streets);
        for (responder, snap) in (0u32..).zip(snaps) {
            dispatch.place(&streets, responder, snap, Classes::NONE.with(everybody()));
        }
        for from in &snaps[..origins] {
            let known = costs(network, profile, from);
            let reached = streets.reach(&mut scratch, from, u32::MAX, speed);
            assert_eq!(reached.len(), known.iter().flatten().count());
            for found in &reached {
                assert_eq!(Some(found.ms), known[found.node as usize].map(ms));
            }
            let half = reached.get(reached.len() / 2).map_or(0, |found| found.ms);
            let within = streets.reach(&mut scratch, from, half, speed);
            assert!(within.iter().all(|found| found.ms <= half));
            assert!(within.len() >= reached.iter().filter(|found| found.ms < half).count());

            let walks: Vec<Option<u64>> = snaps
                .iter()
                .map(|to| to_snap(network, profile, &known, from, to))
                .collect();
            let mut best: Vec<(u64, usize)> = (0..)
                .zip(&walks)
                .filter_map(|(index, um)| Some(((*um)?, index)))
                .collect();
            best.sort_unstable();
            let found = streets.nearest_of(&mut scratch, from, snaps, 8, speed, None);
            assert_eq!(found.len(), best.len().min(8));
            for (found, &(um, index)) in found.iter().zip(&best) {
                assert_eq!((found.index, found.ms), (index, ms(um)));
                // No way costs less than its length, and level ways cost just that.
                assert!(found.metres <= um as f64 / 1e6 + 1e-6);
                assert!(found.metres >= from.snap_m + snaps[index].snap_m - 1e-5);
            }
            let mut asked = DispatchScratch::default();
            let found = dispatch.nearest(&streets, &mut asked, from, everybody(), 8, speed);
            assert_eq!(found.len(), best.len().min(8));
            for (found, &(um, _)) in found.iter().zip(&best) {
                let exact = walks[found.responder as usize].map(ms).unwrap();
                assert!(found.ms.abs_diff(exact) <= deviation_ms, "{profile:?}");
                assert!(found.ms.abs_diff(ms(um)) <= deviation_ms);
            }
        }
    }
}

fn random_snap(dice: &mut Dice, network: &Network) -> Snap {
    let edge = dice.below(network.edges.len()) as u32;
    let (a, b) = network.ends(&network.edges[edge as usize]);
    let at = a.towards(b, dice.unit());
    network.snap_to(crate::snap::Plane::new(at), edge)
}

#[test]
fn every_profile_agrees_with_dijkstra_on_random_networks() {
    for seed in 0..12 {
        let mut dice = Dice::new(seed);
        let network = dice.network(60 + seed as usize * 6, 150);
        let network = dice.furnished(&network);
        let wanted = if seed % 2 == 0 {
            ALL
        } else {
            &[Costing::Elder]
        };
        let built = Prepared::build(Arc::new(network), wanted, &mut quiet);
        let read = Prepared::from_bytes(&built.to_bytes()).unwrap();
        let snaps: Vec<Snap> = (0..24)
            .map(|_| random_snap(&mut dice, read.network()))
            .collect();
        check(&read, &snaps, 8, 2);
    }
}

#[test]
fn every_profile_agrees_with_dijkstra_on_a_drawn_map() {
    let map = Drawn::new(
        "
        a--b--c--d--e
        |  |     |
        f--g--h--i--j
           |     |
        k--l--m--n  o
        ",
    );
    let network = map.network();
    for seed in 0..10 {
        let mut dice = Dice::new(seed);
        let network = dice.furnished(&network);
        let built = Prepared::build(Arc::new(network), ALL, &mut quiet);
        let snaps: Vec<Snap> = (0..12)
            .map(|_| random_snap(&mut dice, built.network()))
            .collect();
        check(&built, &snaps, 12, 2);
    }
}

/// Real extracts are thin in attributes: as mapped, and furnished by dice.
#[cfg(feature = "osm")]
#[test]
fn every_profile_agrees_with_dijkstra_real_extract() {
    let Some(extract) = crate::osm::test_extract("baoshan-dachang-shu.osm.pbf") else {
        return;
    };
    let network = extract.network().unwrap();
    let mut dice = Dice::new(1);
    let furnished = dice.furnished(&network);
    for network in [network, furnished] {
        let built = Prepared::build(Arc::new(network), &[Costing::Foot], &mut quiet);
        let read = Prepared::from_bytes(&built.to_bytes()).unwrap();
        let snaps: Vec<Snap> = (0..120)
            .map(|_| random_snap(&mut dice, read.network()))
            .collect();
        // A chain is rounded once to 0.1 mm; a frail walk of many chains shows it.
        check(&read, &snaps, 12, 5);
    }
}

#[test]
fn metres_are_those_of_the_way_that_is_quickest() {
    let map = Drawn::new(
        "
        a--b-----c--d
           |     |
           e-----f
        ",
    );
    let plain = map.network();
    let direct = (0u32..)
        .zip(&plain.edges)
        .find(|(_, edge)| {
            edge.a.min(edge.b) == map.node('b') && edge.a.max(edge.b) == map.node('c')
        })
        .unwrap()
        .0;
    let streets = Streets::level(Arc::new(plain)).profile(|edge, _, length_um| {
        Some(if edge == direct {
            length_um * 3
        } else {
            length_um
        })
    });
    let network = streets.network();
    let at = |letter, east_m| network.snap(map.beside(letter, east_m, 0.0)).unwrap();
    let (from, to) = (at('a', 10.0), at('c', 20.0));
    let found = streets.nearest_of(&mut Scratch::new(), &from, &[to, from], 2, 1.0, None);
    assert_eq!(
        found.iter().map(|found| found.index).collect::<Vec<_>>(),
        [1, 0]
    );
    // Over e and f: 20 + 20 + 60 + 20 + 20 m, where straight on costs 20 + 180 + 20.
    assert!((found[1].metres - 140.0).abs() < 0.1, "{found:?}");
    assert!(found[1].ms.abs_diff(140_000) < 100);
    assert!(found[0].metres < 0.01);
}

#[test]
fn the_order_does_not_hear_of_closures() {
    let mut dice = Dice::new(7);
    let network = dice.network(100, 170);
    let built = Prepared::build(
        Arc::new(dice.furnished(&network)),
        Prepared::USUAL,
        &mut quiet,
    );
    let open = built.streets(Costing::Foot);
    let closed: Vec<_> = (0..30).map(|edge| (edge, None)).collect();
    let shut = open.changed(&closed);
    assert_eq!(shut.graph(), open.graph());
    let again = Prepared::build(Arc::clone(built.network()), Prepared::USUAL, &mut quiet);
    assert_eq!(again.to_bytes(), built.to_bytes());
}
