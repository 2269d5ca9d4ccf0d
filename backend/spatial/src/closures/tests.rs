use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::*;
use crate::drawn::Drawn;
use crate::oracle::Dice;
use crate::search::Anchor;
use crate::{Class, Classes, Dispatch, DispatchScratch, Snap};

fn everybody() -> Class {
    Class::new(0).unwrap()
}

/// Micrometres from a snap to others with edges closed, by Dijkstra over the nodes.
fn walks(network: &Network, closed: &[u32], from: &Snap, to: &[Snap]) -> Vec<Option<u64>> {
    let open = |edge: u32| !closed.contains(&edge);
    let mut reached = vec![u64::MAX; network.ids.len()];
    let origin = Anchor::new(network, from).unwrap();
    let mut heap = BinaryHeap::new();
    if open(from.edge) {
        heap.extend(origin.ends.map(|(node, um)| Reverse((um, node))));
    }
    while let Some(Reverse((um, node))) = heap.pop() {
        if um >= reached[node as usize] {
            continue;
        }
        reached[node as usize] = um;
        for (_, edge) in (0u32..)
            .zip(&network.edges)
            .filter(|&(index, _)| open(index))
        {
            for (tail, head) in [(edge.a, edge.b), (edge.b, edge.a)] {
                if tail == node {
                    heap.push(Reverse((um + edge.length_um, head)));
                }
            }
        }
    }
    let walk = |snap: &Snap| {
        let goal = Anchor::new(network, snap).filter(|_| open(snap.edge))?;
        let ends = goal
            .ends
            .map(|(node, rest)| reached[node as usize].saturating_add(rest));
        let direct = origin.direct_um(&goal).filter(|_| open(from.edge));
        let least = ends.into_iter().chain(direct).min();
        least.filter(|&um| um < u64::MAX)
    };
    to.iter().map(walk).collect()
}

/// Asks for everybody and compares with the plain walks.
fn check(streets: &Streets, dispatch: &Dispatch, closed: &[u32], origin: &Snap, snaps: &[Snap]) {
    let mut scratch = DispatchScratch::default();
    let found = dispatch.nearest(streets, &mut scratch, origin, everybody(), usize::MAX, 1.0);
    let walks = walks(streets.network(), closed, origin, snaps);
    assert_eq!(found.len(), walks.iter().flatten().count());
    for found in found {
        let ms = walks[found.responder as usize].unwrap() / 1000;
        assert!(u64::from(found.ms).abs_diff(ms) <= 1, "{found:?} {ms}");
    }
}

fn random_snap(dice: &mut Dice, network: &Network) -> Snap {
    let edge = dice.below(network.edges.len()) as u32;
    let (a, b) = network.ends(&network.edges[edge as usize]);
    let at = a.towards(b, dice.unit());
    network.snap_to(crate::snap::Plane::new(at), edge)
}

#[test]
fn closed_streets_are_not_walked_before_or_after_labels() {
    for seed in 0..25 {
        let mut dice = Dice::new(seed);
        let size = 20 + seed as usize * 3;
        let open = Streets::level(Arc::new(dice.network(size, size * 3 / 2)));
        let network = open.network();
        let snaps: Vec<Snap> = (0..20).map(|_| random_snap(&mut dice, network)).collect();
        let mut dispatch = Dispatch::new(&open);
        let all = Classes::NONE.with(everybody());
        for (responder, snap) in (0u32..).zip(&snaps) {
            assert!(dispatch.place(&open, responder, snap, all));
        }
        let closed: Vec<u32> = (0..size / 6)
            .map(|_| dice.below(network.edges.len()) as u32)
            .collect();
        let changes: Vec<_> = closed.iter().map(|&edge| (edge, None)).collect();
        let shut = open.changed(&changes);
        let labelled = shut.with_labels(Arc::new(shut.relabel())).unwrap();
        for round in 0..12 {
            let origin = random_snap(&mut dice, network);
            check(&open, &dispatch, &[], &origin, &snaps);
            check(&shut, &dispatch, &closed, &origin, &snaps);
            // Buckets are still those of the open streets: labels alone must not be trusted.
            check(&labelled, &dispatch, &closed, &origin, &snaps);
            let mut fresh = dispatch.clone();
            fresh.refresh(&labelled);
            check(&labelled, &fresh, &closed, &origin, &snaps);
            check(&open, &fresh, &[], &origin, &snaps);
            let moved = &snaps[round];
            assert!(fresh.place(&shut, round as u32, moved, all));
            check(&labelled, &fresh, &closed, &origin, &snaps);
        }
    }
}

#[test]
fn stale_labels_are_refused_and_reopening_makes_old_ones_right() {
    let map = Drawn::new("a--b--c\n|     |\nd--e--f");
    let open = Streets::level(Arc::new(map.network()));
    let labels = Arc::new(open.relabel());
    let shut = open.changed(&[(2, None)]);
    assert_ne!(open.version(), shut.version());
    assert!(shut.labels().is_none());
    let refusal = StaleLabels {
        found: open.version(),
        expected: shut.version(),
    };
    assert_eq!(shut.with_labels(Arc::clone(&labels)).err(), Some(refusal));
    let length_um = open.weights().edge_um(2);
    let reopened = shut.changed(&[(2, length_um)]);
    assert_eq!(reopened.version(), open.version());
    assert!(reopened.with_labels(labels).unwrap().labels().is_some());
    let elsewhere = Streets::level(Arc::new(Drawn::new("a--b").network()));
    assert!(open.with_labels(Arc::new(elsewhere.relabel())).is_err());
}

#[test]
fn profiles_share_order_and_differ_in_cost() {
    let map = Drawn::new("a--b--c\n|     |\nd--e--f");
    let level = Streets::level(Arc::new(map.network()));
    let twice = level.profile(|_, _, length_um| Some(length_um * 2));
    let at = |letter| level.network().snap(map.at(letter)).unwrap();
    let mut dispatch = Dispatch::new(&twice);
    dispatch.place(&twice, 4, &at('f'), Classes::NONE.with(everybody()));
    let mut scratch = DispatchScratch::default();
    let mut ms = |streets: &Streets| {
        dispatch.nearest(streets, &mut scratch, &at('a'), everybody(), 1, 1.0)[0].ms
    };
    assert!(ms(&twice).abs_diff(2 * ms(&level)) <= 1);
}
