//! Drawing: the same seed, the same streets; no street without length. The shape is in `tests/`.

use super::*;
use crate::plane::Plane;

const PLANE: Plane = Plane {
    lon: 121.4,
    lat: 31.4,
};

fn draw_square(seed: u64, side: usize) -> Streets {
    let extent = Extent {
        columns: side,
        rows: side,
        plane: PLANE,
    };
    draw(seed, extent, &mut |_| {})
}

#[test]
fn the_same_seed_draws_the_same_streets() {
    assert_eq!(draw_square(5, 2), draw_square(5, 2));
    assert_ne!(draw_square(5, 2), draw_square(6, 2));
}

#[test]
fn no_piece_of_street_is_without_length() {
    for seed in 1..=5 {
        let streets = draw_square(seed, 6);
        let spot = |node: u32| {
            let node = &streets.nodes[node as usize];
            PLANE.spot(node.lon, node.lat)
        };
        for edge in &streets.edges {
            let metres = spot(edge.a).distance(spot(edge.b));
            assert!(metres > 1.0, "seed {seed}: {metres} m");
        }
    }
}

#[test]
fn three_nodes_in_four_only_give_streets_their_shape() {
    let degrees = draw_square(1, 12).degrees();
    let shaping = degrees.iter().filter(|&&degree| degree == 2).count();
    let percent = 100.0 * shaping as f64 / degrees.len() as f64;
    assert!((percent - 73.6).abs() < 5.0, "{percent}");
}

/// Whether two pieces of street cross; touching at an end is not crossing.
fn cross([a, b]: [Spot; 2], [c, d]: [Spot; 2]) -> bool {
    let side = |p: Spot, q: Spot, r: Spot| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[test]
fn hardly_any_street_crosses_another_without_a_junction() {
    for seed in 1..=3 {
        let streets = draw_square(seed, 6);
        let spot = |node: u32| {
            let node = &streets.nodes[node as usize];
            PLANE.spot(node.lon, node.lat)
        };
        let west = |line: &[Spot; 2]| line[0].x.min(line[1].x);
        let mut lines: Vec<[Spot; 2]> = streets
            .edges
            .iter()
            .map(|edge| [spot(edge.a), spot(edge.b)])
            .collect();
        lines.sort_by(|a, b| west(a).total_cmp(&west(b)));
        let mut crossings = 0;
        for (place, line) in lines.iter().enumerate() {
            let east = line[0].x.max(line[1].x);
            let beside = lines[place + 1..].iter();
            let near = beside.take_while(|other| west(other) < east);
            crossings += near.filter(|other| cross(*line, **other)).count();
        }
        assert!(crossings * 2_000 < lines.len(), "{crossings} crossings");
    }
}
