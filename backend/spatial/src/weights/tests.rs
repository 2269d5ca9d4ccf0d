use super::*;
use crate::drawn::Drawn;

#[test]
fn costs_saturate_and_times_round_once() {
    assert_eq!((units(49), units(50), units(u64::MAX)), (0, 1, CLOSED));
    assert_eq!((cost_ms(10_004, 1.0), cost_ms(10_005, 0.5)), (1000, 2001));
    assert_eq!(cost_ms(10, f64::NAN), u32::MAX);
    assert_eq!((cost_ms(10, 0.0), cost_ms(0, 0.0)), (u32::MAX, u32::MAX));
}

#[test]
fn a_position_knows_both_ends_and_its_chain() {
    let map = Drawn::new("a--b--c--d");
    let network = map.network();
    let graph = JunctionGraph::build(&network);
    let mut weights = Weights::level(&network, &graph);
    let at = |weights: &Weights, letter, east_m| {
        let snap = network.snap(map.beside(letter, east_m, 0.0)).unwrap();
        weights.position(&snap).unwrap()
    };
    let near = |cost: u32, metres: f64| (f64::from(cost) / 1e4 - metres).abs() < 0.02;
    let (early, late) = (at(&weights, 'a', 10.0), at(&weights, 'c', 20.0));
    assert!(near(early.ends[0].1, 10.0) && near(early.ends[1].1, 80.0));
    assert!(near(early.direct(&late), 70.0));
    assert!(near(weights.chains()[0], 90.0));

    weights.set(&graph, &[(1, None), (99, None)]);
    let (early, late) = (at(&weights, 'a', 10.0), at(&weights, 'c', 20.0));
    assert_eq!(weights.chains(), [CLOSED]);
    assert_eq!((early.ends[1].1, early.direct(&late)), (CLOSED, CLOSED));
    assert!(near(early.ends[0].1, 10.0) && near(late.ends[1].1, 10.0));
    assert_eq!(late.ends[0].1, CLOSED);
    let closed = at(&weights, 'b', 10.0);
    assert_eq!(closed.direct(&closed), CLOSED);
    assert_eq!(closed.ends.map(|(_, cost)| cost), [CLOSED; 2]);

    weights.set(&graph, &[(1, Some(network.edges[1].length_um))]);
    assert_eq!(weights, Weights::level(&network, &graph));
}
