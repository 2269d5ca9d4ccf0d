//! Comparison of every question with its slow version.

use super::*;
use crate::drawn::Drawn;
use crate::{Nearest, Scratch};

const SPEED: f64 = 1.1;

/// Lengths are kept in micrometres; a way of a thousand edges is off by at most half a millimetre.
const CLOSE_M: f64 = 1e-3;

fn ms(metres: f64) -> f64 {
    metres / SPEED * 1000.0
}

/// Snaps of random positions; some positions twice, so that ties and shared edges occur.
fn snaps(dice: &mut Dice, network: &Network, count: usize) -> Vec<Snap> {
    let mut snaps: Vec<Snap> = Vec::new();
    while snaps.len() < count {
        let at = dice.position(0.03, 0.02);
        if snaps.len() > 2 && dice.below(4) == 0 {
            snaps.push(snaps[dice.below(snaps.len())]);
        } else {
            snaps.push(network.snap(at).unwrap());
        }
    }
    // Several on one edge, whose direct way competes with the way round.
    let shared = Snap {
        fraction: dice.unit(),
        snap_m: 0.0,
        ..snaps[0]
    };
    snaps.push(Snap {
        at: network.node_at(0),
        ..shared
    });
    snaps
}

fn check_nearest(
    network: &Network,
    table: &Table,
    snaps: &[Snap],
    scratch: &mut Scratch,
    (k, limit_ms): (usize, Option<u32>),
) {
    for (origin, snap) in snaps.iter().enumerate() {
        let found = network.nearest(scratch, snap, snaps, k, SPEED, limit_ms);
        let mut expected: Vec<f64> = (0..snaps.len())
            .map(|index| table.between(origin, index))
            .filter(|metres| metres.is_finite())
            .filter(|&metres| limit_ms.is_none_or(|limit| ms(metres) <= f64::from(limit)))
            .collect();
        expected.sort_by(f64::total_cmp);
        expected.truncate(k);
        assert_eq!(found.len(), expected.len());
        for (
            Nearest {
                index,
                ms: found_ms,
                metres,
            },
            expected,
        ) in found.iter().zip(expected)
        {
            assert!((metres - expected).abs() < CLOSE_M);
            assert!((metres - table.between(origin, *index)).abs() < CLOSE_M);
            assert!((f64::from(*found_ms) - ms(expected)).abs() <= 1.5);
        }
        assert!(
            found
                .windows(2)
                .all(|pair| { (pair[0].metres, pair[0].index) < (pair[1].metres, pair[1].index) })
        );
    }
}

#[test]
fn nearest_agrees_on_random_networks() {
    let mut scratch = Scratch::new();
    for seed in 0..40 {
        let mut dice = Dice::new(seed);
        let edges = 50 + dice.below(60);
        let network = dice.network(60, edges);
        let snaps = snaps(&mut dice, &network, 24);
        let table = Table::new(&network, &snaps);
        for k in [0, 1, 3, snaps.len(), 1000] {
            check_nearest(&network, &table, &snaps, &mut scratch, (k, None));
            check_nearest(&network, &table, &snaps, &mut scratch, (k, Some(600_000)));
        }
    }
}

#[test]
fn reach_agrees_on_random_networks() {
    let mut scratch = Scratch::new();
    for seed in 100..140 {
        let mut dice = Dice::new(seed);
        let edges = 60 + dice.below(80);
        let network = dice.network(80, edges);
        let snaps = snaps(&mut dice, &network, 6);
        let table = Table::new(&network, &snaps);
        for (origin, snap) in snaps.iter().enumerate() {
            for limit_ms in [0, 300_000, 1_500_000, u32::MAX] {
                let reached = network.reach(&mut scratch, snap, limit_ms, SPEED);
                let mut nodes: Vec<u32> = reached.iter().map(|reached| reached.node).collect();
                nodes.sort_unstable();
                let expected: Vec<u32> = (0..network.ids.len() as u32)
                    .filter(|&node| ms(table.to_node(origin, node)) <= f64::from(limit_ms))
                    .collect();
                assert_eq!(nodes, expected);
                for found in &reached {
                    let exact = ms(table.to_node(origin, found.node));
                    assert!((f64::from(found.ms) - exact).abs() <= 1.5);
                }
                assert!(reached.windows(2).all(|pair| pair[0].ms <= pair[1].ms));
            }
        }
    }
}

#[test]
fn routes_agree_on_random_networks_and_are_as_long_as_they_look() {
    let mut scratch = Scratch::new();
    for seed in 200..230 {
        let mut dice = Dice::new(seed);
        let edges = 50 + dice.below(60);
        let network = dice.network(60, edges);
        let mut snaps = snaps(&mut dice, &network, 12);
        snaps.pop();
        let table = Table::new(&network, &snaps);
        for (from, start) in snaps.iter().enumerate() {
            for (to, goal) in snaps.iter().enumerate() {
                let exact = table.between(from, to);
                let Some(route) = network.route(&mut scratch, start, goal, SPEED) else {
                    assert!(exact.is_infinite());
                    continue;
                };
                assert!((route.metres - exact).abs() < CLOSE_M);
                assert!((f64::from(route.ms) - ms(exact)).abs() <= 1.5);
                assert_eq!(route.points.first(), Some(&start.at));
                assert_eq!(route.points.last(), Some(&goal.at));
                let drawn: f64 = route
                    .points
                    .windows(2)
                    .map(|pair| haversine_m(pair[0], pair[1]))
                    .sum();
                // A point within an edge lies on the plane's line, not on the great circle.
                let walked = route.metres - start.snap_m - goal.snap_m;
                assert!((drawn - walked).abs() < 0.01 + walked * 1e-5);
            }
        }
    }
}

#[test]
fn snap_agrees_on_random_networks() {
    let boxes = [
        (0.03, 0.02, 0.006),
        (0.5, 0.001, 0.3),
        (0.03, 0.02, 1.0),
        (0.0, 0.02, 0.01),
    ];
    for seed in 300..340 {
        for (width, height, reach) in boxes {
            let mut dice = Dice::new(seed);
            let (nodes, edges) = (5 + dice.below(100), 5 + dice.below(150));
            let network = dice.network_in(nodes, edges, width, height, reach);
            for _ in 0..60 {
                let at = dice.position(width.max(0.01), height.max(0.01));
                assert_eq!(network.snap(at), snap(&network, at));
            }
            for (lon, lat) in [(-170.0, -80.0), (20.0, 90.0), (179.0, 50.0), (20.0, -89.9)] {
                let at = LonLat::new(lon, lat).unwrap();
                assert_eq!(network.snap(at), snap(&network, at));
            }
            for node in 0..network.ids.len() as u32 {
                let at = network.node_at(node);
                assert_eq!(network.snap(at), snap(&network, at));
            }
        }
    }
}

#[test]
fn drawn_maps_agree() {
    let drawings = [
        "a--b--c--d",
        "
        a--b--c
        |  |  |
        d--e--f
        ",
        "
        a-----b   e
        |     |   |
        c-----d   f
        ",
    ];
    let mut scratch = Scratch::new();
    for drawing in drawings {
        let map = Drawn::new(drawing);
        let network = map.network();
        let mut snaps: Vec<Snap> = (0..network.ids.len() as u32)
            .filter_map(|node| network.snap(network.node_at(node)))
            .collect();
        snaps.push(network.snap(map.beside('a', 7.0, 3.0)).unwrap());
        snaps.push(network.snap(map.beside('b', -12.0, -4.0)).unwrap());
        let table = Table::new(&network, &snaps);
        for k in [1, 4, 100] {
            check_nearest(&network, &table, &snaps, &mut scratch, (k, None));
        }
    }
}
