//! At the costs of profiles and with closed streets, against the search that asks every edge.

use std::sync::Arc;

use super::*;
use crate::{Costing, EdgeEnds, GateHours, Hours, Streets};

#[test]
fn reach_at_costs_is_that_of_the_search_at_costs() {
    let mut scratch = IsochroneScratch::new();
    let mut nodes = 0;
    for seed in 0..12 {
        let mut dice = Dice::new(seed);
        let network = dice.network(70, 90);
        let mut network = dice.furnished(&network);
        let mut hours = GateHours::default();
        let shut = hours.entry(Hours::parse("off"));
        for _ in 0..6 {
            let edge = dice.below(network.edges.len());
            let attributes = &mut network.edges[edge].attributes;
            attributes.hours = Some(shut);
            attributes.hours_at = EdgeEnds::ALL[dice.below(3)];
        }
        let network = Arc::new(network.with_gate_hours(hours));
        let level = Streets::level(Arc::clone(&network));
        for &costing in Costing::ALL {
            let closed: Vec<(u32, Option<u64>)> = (0..dice.below(8))
                .map(|_| (dice.below(network.edges.len()) as u32, None))
                .collect();
            let streets = level.under(costing).changed(&closed).at_hour(0, 0);
            let map = Isochrones::at_costs(&network, streets.weights());
            for _ in 0..6 {
                let origin = network.snap(dice.position(0.03, 0.02)).unwrap();
                for limit_ms in [0, 90_000, 400_000, 2_000_000] {
                    let mut expected = streets.reach(&mut Scratch::new(), &origin, limit_ms, SPEED);
                    expected.sort_by_key(|found| found.node);
                    let mut found = map.reach(&mut scratch, &origin, limit_ms, SPEED).to_vec();
                    found.sort_by_key(|found| found.node);
                    assert_eq!(found, expected);
                    let mut areas = map.areas(&mut scratch, &origin, &[limit_ms], SPEED);
                    let area = areas.next().unwrap();
                    for found in &expected {
                        assert!(area.contains(network.node_at(found.node)), "{origin:?}");
                    }
                    nodes += expected.len();
                }
            }
        }
    }
    assert!(nodes > 3_000, "{nodes}");
}

#[test]
fn a_closed_edge_reaches_nothing_and_is_not_drawn() {
    let map = Drawn::new("a--b--c--d");
    let network = Arc::new(map.network());
    let streets = Streets::level(Arc::clone(&network)).changed(&[(1, None)]);
    let isochrones = Isochrones::at_costs(&network, streets.weights());
    let mut scratch = IsochroneScratch::new();
    let on = |east_m| network.snap(map.beside('a', east_m, 2.0)).unwrap();
    let reached = isochrones.reach(&mut scratch, &on(5.0), 600_000, 1.0);
    assert_eq!(reached.len(), 2);
    let stretches = isochrones.partly_reached(&mut scratch, &on(65.0), 20_000, 1.0);
    assert!(stretches.iter().all(|part| part.edge == 2), "{stretches:?}");
    assert_eq!(isochrones.reach(&mut scratch, &on(45.0), 600_000, 1.0), []);
    let mut areas = isochrones.areas(&mut scratch, &on(45.0), &[600_000], 1.0);
    assert!(areas.next().is_some_and(|area| area.is_empty()));
}
