//! Shut gates against plain Dijkstra over streets that end there.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::*;
use crate::drawn::Drawn;
use crate::oracle::Dice;
use crate::pace::{part_um, to_um};
use crate::{
    Class, Classes, Dispatch, DispatchScratch, InputEdge, InputGraph, InputNode, NodePlaces,
    Scratch, Snap,
};

const NIGHT: (u8, u16) = (2, 180);
const NOON: (u8, u16) = (2, 720);

/// The same streets with a gate, open by day, at some ends; which edges and ends is given back.
fn gated(dice: &mut Dice, network: &Network) -> (Network, Vec<(u32, EdgeEnds)>) {
    let mut hours = GateHours::default();
    let day = hours.entry(Hours::parse("06:00-22:00"));
    let nodes = network.ids.iter().zip(&network.at);
    let nodes = nodes.map(|(&id, &at)| InputNode { id, at }).collect();
    let mut gates = Vec::new();
    let edges = (0u32..).zip(&network.edges).map(|(index, edge)| {
        let mut attributes = edge.attributes;
        if dice.below(5) == 0 {
            attributes.hours = Some(day);
            attributes.hours_at = EdgeEnds::ALL[dice.below(3)];
            gates.push((index, attributes.hours_at));
        }
        InputEdge {
            a: edge.a,
            b: edge.b,
            way_id: edge.way_id,
            segment: edge.segment,
            attributes,
        }
    });
    let edges = edges.collect();
    let network = Network::build(InputGraph { nodes, edges }).unwrap();
    (network.with_gate_hours(hours), gates)
}

/// Micrometres from a snap to others and to all nodes, by a search of its own.
fn walks(
    network: &Network,
    gates: &[(u32, EdgeEnds)],
    from: &Snap,
    to: &[Snap],
) -> (Vec<Option<u64>>, Vec<Option<u64>>) {
    let at = |edge: u32| {
        gates
            .iter()
            .find(|(own, _)| *own == edge)
            .map(|(_, at)| *at)
    };
    let ends = |snap: &Snap| {
        let edge = &network.edges[snap.edge as usize];
        let along = part_um(edge.length_um, snap.fraction);
        let gate = at(snap.edge);
        let leg = to_um(snap.snap_m);
        let first = [None, Some(EdgeEnds::Second)].contains(&gate);
        let second = [None, Some(EdgeEnds::First)].contains(&gate);
        [
            first.then_some((edge.a, leg + along)),
            second.then_some((edge.b, leg + edge.length_um - along)),
        ]
    };
    let mut known = vec![None; network.ids.len()];
    let mut heap: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
    heap.extend(
        ends(from)
            .iter()
            .flatten()
            .map(|&(node, um)| Reverse((um, node))),
    );
    while let Some(Reverse((um, node))) = heap.pop() {
        if known[node as usize].is_some() {
            continue;
        }
        known[node as usize] = Some(um);
        for (_, edge) in (0u32..)
            .zip(&network.edges)
            .filter(|&(edge, _)| at(edge).is_none())
        {
            for (tail, head) in [(edge.a, edge.b), (edge.b, edge.a)] {
                if tail == node {
                    heap.push(Reverse((um + edge.length_um, head)));
                }
            }
        }
    }
    let walk = |snap: &Snap| {
        let over =
            ends(snap).map(|end| end.and_then(|(node, rest)| Some(known[node as usize]? + rest)));
        let length = network.edges[snap.edge as usize].length_um;
        let along = |snap: &Snap| part_um(length, snap.fraction);
        let direct = (snap.edge == from.edge)
            .then(|| to_um(from.snap_m) + to_um(snap.snap_m) + along(from).abs_diff(along(snap)));
        over.into_iter().chain([direct]).flatten().min()
    };
    (to.iter().map(walk).collect(), known)
}

fn random_snap(dice: &mut Dice, network: &Network) -> Snap {
    let edge = dice.below(network.edges.len()) as u32;
    let (a, b) = network.ends(&network.edges[edge as usize]);
    network.snap_to(crate::snap::Plane::new(a.towards(b, dice.unit())), edge)
}

#[test]
fn nobody_passes_a_shut_gate_and_everybody_beside_it_gets_out() {
    let class = Class::new(0).unwrap();
    let mut scratch = Scratch::new();
    for seed in 0..25 {
        let mut dice = Dice::new(seed);
        let size = 30 + seed as usize * 3;
        let plain = dice.network(size, size * 3 / 2);
        let (network, gates) = gated(&mut dice, &plain);
        let day = Streets::level(Arc::new(network));
        let network = day.network();
        let night = day.at_hour(NIGHT.0, NIGHT.1);
        assert_ne!(night.version(), day.version());
        assert!(night.labels().is_none());
        let labelled = night.with_labels(Arc::new(night.relabel())).unwrap();
        let snaps: Vec<Snap> = (0..24).map(|_| random_snap(&mut dice, network)).collect();
        for streets in [&night, &labelled] {
            let mut dispatch = Dispatch::new(streets);
            for (responder, snap) in (0u32..).zip(&snaps) {
                dispatch.place(streets, responder, snap, Classes::NONE.with(class));
            }
            for origin in &snaps[..8] {
                let (exact, nodes) = walks(network, &gates, origin, &snaps);
                let ms = |um: u64| (um as f64 / 1000.0).round() as u32;
                let reached = streets.reach(&mut scratch, origin, u32::MAX, 1.0);
                assert_eq!(reached.len(), nodes.iter().flatten().count());
                for found in reached {
                    assert_eq!(Some(found.ms), nodes[found.node as usize].map(ms));
                }
                let near = streets.nearest_of(&mut scratch, origin, &snaps, 99, 1.0, None);
                assert_eq!(near.len(), exact.iter().flatten().count());
                for found in near {
                    assert_eq!(Some(found.ms), exact[found.index].map(ms));
                    assert!((found.metres * 1000.0 - f64::from(found.ms)).abs() <= 1.0);
                }
                let mut asked = DispatchScratch::default();
                let all = dispatch.nearest(streets, &mut asked, origin, class, 99, 1.0);
                assert_eq!(all.len(), exact.iter().flatten().count());
                for found in all {
                    let exact = exact[found.responder as usize].map(ms).unwrap();
                    assert!(found.ms.abs_diff(exact) <= 2);
                }
            }
        }
    }
}

#[test]
fn by_day_the_streets_are_as_if_there_were_no_gates() {
    let mut dice = Dice::new(9);
    let plain = dice.network(60, 90);
    let (network, gates) = gated(&mut dice, &plain);
    let open = Streets::level(Arc::new(network));
    let noon = open.at_hour(NOON.0, NOON.1);
    assert_eq!(noon.version(), open.version());
    assert!(noon.labels().is_some());
    let night = open.at_hour(NIGHT.0, NIGHT.1);
    let edges: Vec<u32> = gates.iter().map(|(edge, _)| *edge).collect();
    assert_eq!(open.network().closed_at(NIGHT.0, NIGHT.1), edges);
    let morning = night.at_hour(NOON.0, NOON.1);
    assert_eq!(
        (morning.version(), morning.weights()),
        (open.version(), open.weights())
    );
    // A street closed at noon stays so at night.
    let closed = open.changed(&[(0, None)]).at_hour(NIGHT.0, NIGHT.1);
    assert_eq!(closed.weights().edge_um(0), None);
    assert_eq!(closed.version(), night.changed(&[(0, None)]).version());
}

#[test]
fn a_home_beside_a_shut_gate_is_reached_from_its_own_side() {
    let map = Drawn::new("a--b--c--d--e");
    let plain = map.network();
    let mut hours = GateHours::default();
    let day = hours.entry(Hours::parse("06:00-22:00"));
    let nodes = plain.ids.iter().zip(&plain.at);
    let mut graph = InputGraph {
        nodes: nodes.map(|(&id, &at)| InputNode { id, at }).collect(),
        edges: Vec::new(),
    };
    for (index, edge) in (0u32..).zip(&plain.edges) {
        let mut attributes = edge.attributes;
        // A gate at c, on the street from b.
        if index == 1 {
            (attributes.hours, attributes.hours_at) = (Some(day), EdgeEnds::Second);
        }
        graph.edges.push(InputEdge {
            a: edge.a,
            b: edge.b,
            way_id: edge.way_id,
            segment: edge.segment,
            attributes,
        });
    }
    let network = Network::build(graph).unwrap().with_gate_hours(hours);
    let night = Streets::level(Arc::new(network)).at_hour(NIGHT.0, NIGHT.1);
    let at = |letter, east_m| {
        night
            .network()
            .snap(map.beside(letter, east_m, 0.0))
            .unwrap()
    };
    let home = at('b', 25.0);
    let reached = night.reach(&mut Scratch::new(), &home, u32::MAX, 1.0);
    let nodes: Vec<u32> = reached.iter().map(|reached| reached.node).collect();
    assert_eq!(map.names(&nodes), "ba");
    let helpers = [at('c', 5.0), at('a', 10.0)];
    let found = night.nearest_of(&mut Scratch::new(), &home, &helpers, 2, 1.0, None);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].index, 1);
    // The gate's own node belongs to the side from which it is reached.
    let places = NodePlaces::new(night.network(), night.graph(), night.weights());
    let gate = places.places()[map.node('c') as usize].unwrap();
    let beyond = night.weights().position(&helpers[0]).unwrap();
    assert!(gate.direct(&beyond) < crate::CLOSED);
}
