use super::*;
use crate::drawn::Drawn;
use crate::hierarchy::Hierarchy;
use crate::hierarchy::checks::junction_costs;
use crate::junctions::JunctionGraph;
use crate::network::Network;
use crate::oracle::Dice;
use crate::weights::Weights;

fn labels(network: &Network, closed: &[u32]) -> (JunctionGraph, Weights, Labels) {
    let graph = JunctionGraph::ordered(network);
    let mut weights = Weights::level(network, &graph);
    let closed: Vec<_> = closed.iter().map(|&edge| (edge, None)).collect();
    weights.set(&graph, &closed);
    let hierarchy = Hierarchy::new(&graph);
    let upward = hierarchy.perfect(&hierarchy.customise(weights.chains()));
    let labels = Labels::build(&upward, 1);
    (graph, weights, labels)
}

/// Compares with Dijkstra from some junctions to all.
fn check(network: &Network, step: usize, closed: &[u32]) {
    let (graph, weights, labels) = labels(network, closed);
    let order = graph.hub_order(Weights::level(network, &graph).chains());
    let upward = graph.contracted(weights.chains(), &order);
    let ranked = Labels::ranked(&upward, &order, 1);
    let mut scratch = LabelScratch::default();
    for from in (0..graph.len() as u32).step_by(step) {
        let costs = junction_costs(&graph, weights.chains(), from);
        for (to, &cost) in (0u32..).zip(&costs) {
            assert_eq!(
                labels.between(&mut scratch, from, to),
                cost,
                "{from} to {to}"
            );
            assert_eq!(
                ranked.between(&mut scratch, from, to),
                cost,
                "{from} to {to}"
            );
        }
    }
}

#[test]
fn costs_are_those_of_dijkstra_on_random_graphs() {
    for seed in 0..40 {
        let size = 10 + seed as usize * 5;
        let mut dice = Dice::new(seed);
        let network = dice.network(size, size * 2);
        check(&network, 1, &[]);
        let edges = network.edges.len().max(1);
        let closed: Vec<u32> = (0..size / 4).map(|_| dice.below(edges) as u32).collect();
        check(&network, 1, &closed);
    }
}

#[test]
fn costs_are_those_of_dijkstra_where_all_lie_at_one_point() {
    check(&Dice::new(9).network_in(60, 150, 0.0, 0.0, 1.0), 1, &[]);
}

#[test]
fn costs_are_those_of_dijkstra_on_drawn_maps() {
    for drawing in [
        "a",
        "a--b",
        "a--b--c\n|     |\nd--e--f\n   |\n   g",
        "a--b c--d",
    ] {
        check(&Drawn::new(drawing).network(), 1, &[]);
    }
}

#[test]
fn labels_hold_the_highest_of_each_shortest_walk_and_no_other_hub() {
    let (graph, weights, labels) = labels(&Dice::new(5).network(60, 110), &[]);
    let all: Vec<Vec<u32>> = (0..graph.len() as u32)
        .map(|from| junction_costs(&graph, weights.chains(), from))
        .collect();
    for from in 0..graph.len() {
        let is_highest = |hub: &usize| {
            let cost = all[from][*hub];
            let higher = |other: usize| all[from][other] + all[other][*hub] <= cost;
            cost < CLOSED && !(hub + 1..graph.len()).any(higher)
        };
        let expected: Vec<usize> = (from..graph.len())
            .filter(|hub| *hub == from || is_highest(hub))
            .collect();
        let mut hubs: Vec<usize> = labels
            .of(from as u32)
            .map(|hop| hop.hub() as usize)
            .collect();
        assert!(labels.of(from as u32).is_sorted_by_key(|hop| hop.cost));
        hubs.sort_unstable();
        assert_eq!(hubs, expected);
    }
}

/// Hubs and costs by hub, the least of each.
fn told(name_each: impl FnOnce(&mut dyn FnMut(u32, u32))) -> Vec<(u32, u32)> {
    let mut hops = Vec::new();
    name_each(&mut |hub, cost| hops.push((hub, cost)));
    hops.sort_unstable();
    hops.dedup_by_key(|hop| hop.0);
    hops
}

/// What a reach leaves out is told by relays, and nothing within the reach is left out.
fn check_reach(upward: &Upward, order: &[u32], reach: u32) -> bool {
    let all = Labels::ranked(upward, order, 1);
    assert_eq!(all.reach(), CLOSED);
    let some = Labels::within(upward, order, 1, reach);
    let mut cut = false;
    for junction in 0..order.len() as u32 {
        let whole = told(|name| all.each(junction, name));
        let own = told(|name| {
            some.of(junction).for_each(|hop| name(hop.hub(), hop.cost));
        });
        let related = told(|name| some.each(junction, name));
        for hop in &whole {
            assert!(related.contains(hop), "hub {hop:?} of {junction} is lost");
            assert!(hop.1 > reach || own.contains(hop));
        }
        assert!(some.of(junction).is_sorted_by_key(|hop| hop.cost));
        let relays = some.of(junction).filter(|hop| hop.is_relay());
        for relay in relays.clone() {
            assert!(!some.of(relay.hub()).any(Hop::is_relay));
        }
        let is_relay = |hub| relays.clone().any(|relay| relay.hub() == hub);
        assert!(
            own.iter()
                .all(|hop| whole.contains(hop) || hop.1 > reach || is_relay(hop.0))
        );
        cut |= own.len() < whole.len();
    }
    assert!(some.reach() == CLOSED || some.reach() == reach);
    assert!(!cut || some.reach() == reach);
    cut
}

#[test]
fn a_reach_leaves_out_only_what_relays_tell() {
    let mut cuts = 0;
    for seed in 0..24 {
        let size = 40 + seed as usize * 12;
        let network = Dice::new(seed).network(size, size * 3 / 2);
        let (graph, weights, _) = labels(&network, &[]);
        let order = graph.hub_order(weights.chains());
        let upward = graph.contracted(weights.chains(), &order);
        for reach in [0, 1_000, 3_000_000, 9_000_000, LABEL_REACH] {
            cuts += u32::from(check_reach(&upward, &order, reach));
        }
    }
    assert!(cuts > 20, "only {cuts} labels were cut");
}

/// Compares labels of a reach with Dijkstra, closed streets and all.
fn check_cut(network: &Network, closed: &[u32], step: usize, reach: u32) {
    let (graph, weights, _) = labels(network, closed);
    let order = graph.hub_order(Weights::level(network, &graph).chains());
    let upward = graph.contracted(weights.chains(), &order);
    let cut = Labels::within(&upward, &order, 1, reach);
    let mut scratch = LabelScratch::default();
    for from in (0..graph.len() as u32).step_by(step) {
        let costs = junction_costs(&graph, weights.chains(), from);
        for (to, &cost) in (0u32..).zip(&costs) {
            assert_eq!(cut.between(&mut scratch, from, to), cost, "{from} to {to}");
        }
    }
}

#[test]
fn costs_told_by_relays_are_those_of_dijkstra() {
    for seed in 0..20 {
        let size = 20 + seed as usize * 10;
        let mut dice = Dice::new(seed);
        let network = dice.network(size, size * 2);
        let edges = network.edges.len().max(1);
        let closed: Vec<u32> = (0..size / 4).map(|_| dice.below(edges) as u32).collect();
        for reach in [0, 2_000_000] {
            check_cut(&network, &[], 1, reach);
            check_cut(&network, &closed, 1, reach);
        }
    }
    check_cut(&Dice::new(9).network_in(160, 350, 0.0, 0.0, 1.0), &[], 1, 0);
}

#[cfg(feature = "osm")]
#[test]
fn costs_are_those_of_dijkstra_real_extract() {
    for (name, step) in [
        ("baoshan-dachang-shu.osm.pbf", 37),
        ("oslo-east.osm.pbf", 2503),
    ] {
        if let Some(network) = crate::hierarchy::checks::real(name) {
            check(&network, step, &[]);
            check(&network, step, &[10, 200, 3000]);
            check_cut(&network, &[10, 200, 3000], step, 8_000_000);
        }
    }
}
