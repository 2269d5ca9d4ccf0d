use crate::network::Network;
use crate::oracle::{self, Dice};
use crate::{EdgeAttributes, InputEdge, InputGraph, InputNode, LonLat};

/// A network of segments between points in 1e-7 degrees, joined into one by their order.
fn network_of(segments: &[[(i32, i32); 2]]) -> Network {
    let mut graph = InputGraph::default();
    let mut known = std::collections::BTreeMap::new();
    let mut previous = 0;
    for segment in segments {
        let [a, b] = segment.map(|point| {
            *known.entry(point).or_insert_with(|| {
                let at = LonLat::from_e7(point.0, point.1).unwrap();
                let id = graph.nodes.len() as i64;
                graph.nodes.push(InputNode { id, at });
                id as u32
            })
        });
        for (a, b) in [(a, b), (previous, a)] {
            if a != b {
                graph.edges.push(InputEdge {
                    a,
                    b,
                    way_id: graph.edges.len() as i64 * 7 % 5,
                    segment: graph.edges.len() as u32,
                    attributes: EdgeAttributes::default(),
                });
            }
        }
        previous = b;
    }
    Network::build(graph).unwrap()
}

/// Asks at a point, and a little beside it on all sides.
fn check_around(network: &Network, lon: f64, lat: f64) {
    for step in [0.0, 1e-15, 1e-9, 4.9e-8, 1e-7, 2e-6] {
        for (east, north) in [
            (0.0, 0.0),
            (1.0, 0.0),
            (-1.0, 0.0),
            (0.0, 1.0),
            (-1.0, -1.0),
        ] {
            if let Ok(at) = LonLat::new(lon + east * step, lat + north * step) {
                assert_eq!(network.snap(at), oracle::snap(network, at), "{at:?}");
            }
        }
    }
}

#[test]
fn borders_of_cells_hide_nothing() {
    for seed in 0..6 {
        let network = Dice::new(seed).network_in(80, 130, 0.02, 0.015, 0.004);
        let grid = &network.grid;
        for row in -1..=grid.rows + 1 {
            for column in -1..=grid.columns + 1 {
                let lon = grid.west + column as f64 * grid.width;
                let lat = grid.south + row as f64 * grid.height;
                check_around(&network, lon, lat);
                check_around(&network, lon + grid.width / 2.0, lat + grid.height / 2.0);
            }
        }
    }
}

#[test]
fn ties_and_points_on_streets_go_to_the_lowest_edge() {
    // Square blocks of whole 1e-7 degrees on the equator, every street mapped twice.
    let mut segments = Vec::new();
    for line in 0..8 {
        for step in 0..7 {
            let (from, to, across) = (step * 1000, step * 1000 + 1000, line * 1000);
            for _ in 0..2 {
                segments.push([(from, across), (to, across)]);
                segments.push([(across, to), (across, from)]);
            }
        }
    }
    let network = network_of(&segments);
    for half_lon in -2..18 {
        for half_lat in -2..18 {
            let (lon, lat) = (f64::from(half_lon) * 5e-5, f64::from(half_lat) * 5e-5);
            check_around(&network, lon, lat);
        }
    }
}

#[test]
fn streets_a_tenth_of_a_millimetre_apart_are_told_apart() {
    let mut dice = Dice::new(21);
    for _ in 0..12 {
        let (lon, lat) = (
            dice.below(2_000_000_000) as i32 - 1_000_000_000,
            450_000_000,
        );
        let mut jitter = |of: i32| of + dice.below(4) as i32;
        let segments: Vec<_> = (0..40)
            .map(|_| {
                [
                    (jitter(lon), jitter(lat)),
                    (jitter(lon + 9_000), jitter(lat + 4_000)),
                ]
            })
            .collect();
        let network = network_of(&segments);
        for _ in 0..40 {
            let (east, north) = (dice.unit() * 1.2e-3 - 1e-4, dice.unit() * 6e-4 - 1e-4);
            check_around(
                &network,
                f64::from(lon) / 1e7 + east,
                f64::from(lat) / 1e7 + north,
            );
        }
    }
}

#[test]
fn streets_across_half_the_world_stand_beside_short_ones() {
    for (span, north) in [
        (20_000_000, 1),
        (400_000_000, 2),
        (1_700_000_000, 2),
        (60_000_000, 8),
    ] {
        let mut dice = Dice::new(22);
        let mut segments = Vec::new();
        for _ in 0..60 {
            let mut any = |most: i32| (dice.unit() * f64::from(most)) as i32 - most / 2;
            let (lon, lat) = (any(span), any(span / 4) + north * 100_000_000);
            segments.push([(lon, lat), (lon + any(3_000), lat + any(3_000))]);
        }
        segments.push([(-span / 2, 5), (span / 2, 100_000_000)]);
        let network = network_of(&segments);
        for [(lon, lat), _] in segments {
            check_around(
                &network,
                f64::from(lon) / 1e7 + 3e-5,
                f64::from(lat) / 1e7 - 2e-5,
            );
        }
        for (lon, lat) in [
            (-180.0, -90.0),
            (180.0, 90.0),
            (0.0, 90.0),
            (179.0, 1.0),
            (0.0, -45.0),
        ] {
            check_around(&network, lon, lat);
        }
        for _ in 0..200 {
            check_around(
                &network,
                dice.unit() * 360.0 - 180.0,
                dice.unit() * 180.0 - 90.0,
            );
        }
    }
}

#[test]
fn far_outside_and_in_the_holes_of_a_town_the_nearest_is_found() {
    let mut dice = Dice::new(23);
    // Streets in two far corners, nothing between.
    let segments: Vec<_> = (0..300)
        .map(|place| {
            let corner = if place % 2 == 0 { 0 } else { 3_000_000 };
            let mut any = |most: usize| corner + dice.below(most) as i32;
            let (lon, lat) = (any(60_000), any(60_000) + 590_000_000);
            [(lon, lat), (lon + 900, lat - 400)]
        })
        .collect();
    let network = network_of(&segments);
    for _ in 0..400 {
        let (lon, lat) = (dice.unit() * 0.9 - 0.3, 59.0 + dice.unit() * 0.9 - 0.3);
        check_around(&network, lon, lat);
    }
}

fn listed(network: &Network) -> usize {
    network.grid.first.last().map_or(0, |&count| count as usize)
}

#[test]
fn memory_stays_linear_for_long_thin_and_scattered_edges() {
    for (width, height, reach) in [
        (1.0, 1.0, 2.0),
        (3.0, 0.0, 0.001),
        (0.0, 2.0, 0.5),
        (40.0, 40.0, 0.0001),
    ] {
        let network = Dice::new(7).network_in(500, 900, width, height, reach);
        let edges = network.summary().edges;
        assert!(
            listed(&network) <= edges * 8,
            "{} of {edges}",
            listed(&network)
        );
        assert!(network.grid.first.len() <= edges * 4);
    }
}

#[test]
fn every_edge_is_listed_where_its_points_are() {
    let network = Dice::new(8).network_in(200, 400, 0.3, 0.2, 0.1);
    let grid = &network.grid;
    for (index, edge) in (0u32..).zip(&network.edges) {
        if network.component[edge.a as usize] != 0 {
            continue;
        }
        let (a, b) = (network.node_at(edge.a), network.node_at(edge.b));
        for step in 0..=50 {
            let point = a.towards(b, f64::from(step) / 50.0);
            let (row, column) = (grid.row(point.lat()), grid.column(point.lon()));
            let mut lanes = (0..4).flat_map(|lane| {
                let run = grid.run(row, column, column).iter();
                run.map(move |four| four.segment(lane))
            });
            let seen = lanes.any(|segment| segment.edge == index);
            assert!(seen);
        }
    }
}
