use super::*;
use crate::hierarchy::Ascent;
use crate::hierarchy::checks::junction_costs;
use crate::oracle::Dice;
use crate::weights::Weights;

#[test]
fn costs_are_those_of_dijkstra_also_under_weights_the_order_was_not_made_for() {
    for seed in 0..40 {
        let mut dice = Dice::new(seed);
        let size = 10 + seed as usize * 4;
        let network = dice.network(size, size * 2);
        let graph = JunctionGraph::ordered(&network);
        let mut weights = Weights::level(&network, &graph);
        let order = graph.hub_order(weights.chains());
        for _ in 0..2 {
            let upward = graph.contracted(weights.chains(), &order);
            let mut ascent = Ascent::default();
            for from in 0..order.len() {
                let costs = junction_costs(&graph, weights.chains(), order[from]);
                for to in 0..order.len() {
                    let cost = ascent.between(&upward, from as u32, to as u32);
                    assert_eq!(cost, costs[order[to] as usize]);
                }
            }
            for _ in 0..size / 5 {
                let edge = dice.below(network.edges.len().max(1)) as u32;
                let other = (dice.below(2) == 0).then(|| 1_000_000 * dice.below(500) as u64);
                weights.set(&graph, &[(edge, other)]);
            }
        }
    }
}

#[test]
fn every_junction_is_ranked_once_and_always_the_same_way() {
    let network = Dice::new(8).network(300, 500);
    let graph = JunctionGraph::ordered(&network);
    let weights = Weights::level(&network, &graph);
    let order = graph.hub_order(weights.chains());
    assert_eq!(order, graph.hub_order(weights.chains()));
    let mut sorted = order;
    sorted.sort_unstable();
    assert!(sorted.into_iter().eq(0..graph.len() as u32));
    assert!(
        graph
            .contracted(&[], &graph.hub_order(&[]))
            .arcs()
            .is_empty()
    );
}
