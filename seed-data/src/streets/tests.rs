//! The network is drawn to the figures measured on real streets (see `facts/README.md`).

use super::*;
use crate::plane::Plane;

const PLANE: Plane = Plane {
    lon: 121.4,
    lat: 31.4,
};

/// Figures of a network after nodes of degree two are contracted.
#[derive(Debug)]
struct Figures {
    dead_ends: f64,
    degree_3: f64,
    degree_4_up: f64,
    /// Lengths between nodes that are left: 10th, 25th, 50th, 75th, 90th, 95th percentile.
    lengths: [f64; 6],
    mean: f64,
    shape_share: f64,
    junctions_per_km2: f64,
    km_per_km2: f64,
}

fn draw_square(seed: u64, side: usize) -> Streets {
    draw(
        seed,
        Extent {
            columns: side,
            rows: side,
            plane: PLANE,
        },
        &mut |_| {},
    )
}

fn length(streets: &Streets, edge: &Edge) -> f64 {
    let spot = |node: u32| {
        let node = &streets.nodes[node as usize];
        PLANE.spot(node.lon, node.lat)
    };
    spot(edge.a).distance(spot(edge.b))
}

/// Lengths of the chains between nodes whose degree is not two.
fn contracted(streets: &Streets) -> Vec<f64> {
    let degrees = streets.degrees();
    let mut at: Vec<Vec<usize>> = vec![Vec::new(); streets.nodes.len()];
    for (number, edge) in streets.edges.iter().enumerate() {
        at[edge.a as usize].push(number);
        at[edge.b as usize].push(number);
    }
    let mut seen = vec![false; streets.edges.len()];
    let mut lengths = Vec::new();
    for start in (0..streets.nodes.len()).filter(|&node| degrees[node] != 2) {
        for &first in &at[start] {
            let (mut node, mut next, mut sum) = (start as u32, Some(first), 0.0);
            while let Some(number) = next.filter(|&number| !seen[number]) {
                seen[number] = true;
                let edge = &streets.edges[number];
                sum += length(streets, edge);
                node = if edge.a == node { edge.b } else { edge.a };
                let goes_on = degrees[node as usize] == 2;
                let ahead = at[node as usize].iter().find(|&&other| other != number);
                next = if goes_on { ahead.copied() } else { None };
            }
            if sum > 0.0 {
                lengths.push(sum);
            }
        }
    }
    lengths
}

fn figures(streets: &Streets, area_km2: f64) -> Figures {
    let degrees = streets.degrees();
    let of = |test: fn(u32) -> bool| degrees.iter().filter(|&&d| test(d)).count() as f64;
    let left = of(|d| d != 2);
    let mut lengths = contracted(streets);
    lengths.sort_by(f64::total_cmp);
    let total: f64 = lengths.iter().sum();
    let at = |share: f64| lengths[(share * lengths.len() as f64) as usize].round();
    Figures {
        dead_ends: 100.0 * of(|d| d == 1) / left,
        degree_3: 100.0 * of(|d| d == 3) / left,
        degree_4_up: 100.0 * of(|d| d >= 4) / left,
        lengths: [0.1, 0.25, 0.5, 0.75, 0.9, 0.95].map(at),
        mean: total / lengths.len() as f64,
        shape_share: 100.0 * of(|d| d == 2) / degrees.len() as f64,
        junctions_per_km2: streets.junctions() as f64 / area_km2,
        km_per_km2: total / 1_000.0 / area_km2,
    }
}

#[test]
fn the_shape_is_near_the_real_one() {
    let area_km2 = (12.0 * BLOCK_M / 1_000.0).powi(2);
    for seed in [1, 2] {
        let found = figures(&draw_square(seed, 12), area_km2);
        eprintln!("seed {seed}: {found:#.1?}");
        let near = |found: f64, real: f64, off: f64| (found - real).abs() <= off;
        assert!(near(found.dead_ends, 18.6, 3.0));
        assert!(near(found.degree_3, 61.4, 4.0));
        assert!(near(found.degree_4_up, 20.0, 3.0));
        assert!(near(found.shape_share, 73.6, 5.0));
        assert!(near(found.junctions_per_km2 / 39.1, 1.0, 0.2));
        assert!(near(found.km_per_km2 / 8.0, 1.0, 0.2));
        assert!(near(found.lengths[2], 65.0, 10.0));
        assert!(near(found.mean, 123.0, 15.0));
    }
}

#[test]
fn the_same_seed_draws_the_same_streets() {
    assert_eq!(draw_square(5, 2), draw_square(5, 2));
    assert_ne!(draw_square(5, 2), draw_square(6, 2));
}
