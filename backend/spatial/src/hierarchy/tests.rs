use super::*;
use crate::drawn::Drawn;
use crate::hierarchy::checks::junction_costs;
use crate::network::Network;
use crate::oracle::Dice;
use crate::weights::Weights;

/// Compares all pairs, or some of them in larger graphs, with Dijkstra on the chains.
fn check(network: &Network, step: usize, close: impl Fn(&mut Weights, &JunctionGraph)) {
    let graph = JunctionGraph::ordered(network);
    let mut weights = Weights::level(network, &graph);
    close(&mut weights, &graph);
    let hierarchy = Hierarchy::new(&graph);
    let upward = hierarchy.perfect(&hierarchy.customise(weights.chains()));
    let mut ascent = Ascent::default();
    for from in (0..graph.len() as u32).step_by(step) {
        let costs = junction_costs(&graph, weights.chains(), from);
        for (to, &cost) in (0u32..).zip(&costs).step_by(step) {
            assert_eq!(ascent.between(&upward, from, to), cost, "{from} to {to}");
        }
    }
}

#[test]
fn costs_are_those_of_dijkstra_on_random_graphs() {
    for seed in 0..40 {
        let size = 10 + seed as usize * 5;
        let network = Dice::new(seed).network(size, size * 2);
        check(&network, 1, |_, _| {});
        check(&network, 1, |weights, graph| {
            let mut dice = Dice::new(seed);
            for _ in 0..size / 5 {
                let edge = dice.below(network.edges.len().max(1)) as u32;
                weights.set(graph, &[(edge, None)]);
            }
        });
    }
}

#[test]
fn costs_are_those_of_dijkstra_where_all_lie_at_one_point() {
    check(
        &Dice::new(9).network_in(60, 150, 0.0, 0.0, 1.0),
        1,
        |_, _| {},
    );
}

#[test]
fn costs_are_those_of_dijkstra_on_drawn_maps() {
    for drawing in [
        "a",
        "a--b",
        "
        a--b--c--d
        |  |  |  |
        e--f--g--h
        |  |  |  |
        i--j--k--l
        ",
        "
        a--b  e--f
        |  |  |
        c--d  g--h
        ",
    ] {
        check(&Drawn::new(drawing).network(), 1, |_, _| {});
    }
}

#[test]
fn closed_chains_close_and_missing_entries_too() {
    let map = Drawn::new("a--b--c\n   |\n   d");
    let graph = JunctionGraph::ordered(&map.network());
    let hierarchy = Hierarchy::new(&graph);
    let upward = hierarchy.perfect(&hierarchy.customise(&[]));
    assert!(upward.arcs().is_empty());
    assert_eq!(Ascent::default().between(&upward, 0, 1), CLOSED);
    assert_eq!(Ascent::default().between(&upward, 1, 1), 0);
}

#[test]
fn triangles_close() {
    let network = Dice::new(4).network(150, 300);
    let hierarchy = Hierarchy::new(&JunctionGraph::ordered(&network));
    let mut opposite = hierarchy.opposite.iter();
    for junction in 0..hierarchy.len() as u32 {
        let up = hierarchy.heads[hierarchy.up(junction)].to_vec();
        for (place, &low) in up.iter().enumerate() {
            for &high in &up[place + 1..] {
                assert_eq!(hierarchy.arc(low, high).as_ref(), opposite.next());
            }
        }
    }
    assert_eq!(opposite.next(), None);
}

#[cfg(feature = "osm")]
#[test]
fn costs_are_those_of_dijkstra_real_extract() {
    for (name, step) in [
        ("baoshan-dachang-shu.osm.pbf", 23),
        ("oslo-east.osm.pbf", 701),
    ] {
        if let Some(network) = checks::real(name) {
            check(&network, step, |_, _| {});
        }
    }
}
