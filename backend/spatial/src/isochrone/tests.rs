//! Comparison with the plain search, and what an area promises.

use super::*;
use crate::drawn::Drawn;
use crate::oracle::Dice;
use crate::{EdgeAttributes, InputEdge, InputGraph, InputNode, Network, Scratch};

mod areas;
mod bad_input;
mod costed;
#[cfg(feature = "osm")]
mod real;

const SPEED: f64 = 1.1;

/// One question to a network, with everything needed to ask it.
struct Asked<'n> {
    network: &'n Network,
    map: &'n Isochrones,
    origin: Snap,
    limit_ms: u32,
}

impl Asked<'_> {
    fn plain(&self) -> Vec<Reached> {
        let mut reached =
            self.network
                .reach(&mut Scratch::new(), &self.origin, self.limit_ms, SPEED);
        reached.sort_by_key(|found| found.node);
        reached
    }

    /// Asserts the reached nodes, and every edge at 25 points.
    fn check_reach(&self, scratch: &mut IsochroneScratch) {
        let plain = self.plain();
        let mut found = self
            .map
            .reach(scratch, &self.origin, self.limit_ms, SPEED)
            .to_vec();
        found.sort_by_key(|found| found.node);
        assert_eq!(found, plain);
        let mut parts: Vec<Vec<(f64, f64)>> = vec![Vec::new(); self.network.edges.len()];
        let partly = self
            .map
            .partly_reached(scratch, &self.origin, self.limit_ms, SPEED);
        for Stretch { edge, from, to } in partly {
            assert!((0.0..=1.0).contains(&from) && from < to && to <= 1.0);
            assert!((from, to) != (0.0, 1.0));
            parts[edge as usize].push((from, to));
        }
        let lengths = self.lengths();
        let limit_um = Pace::new(SPEED).unwrap().within_um(self.limit_ms) as f64;
        for (index, parts) in (0u32..).zip(&parts) {
            for step in 0..=24 {
                let fraction = f64::from(step) / 24.0;
                let length_um = self.to_point(&lengths, index, fraction);
                if (length_um - limit_um).abs() < 2.0 {
                    continue;
                }
                let in_part = parts
                    .iter()
                    .any(|&(from, to)| (from..=to).contains(&fraction));
                let whole = parts.is_empty() && self.is_whole(&lengths, index, limit_um);
                assert_eq!(
                    in_part || whole,
                    length_um < limit_um,
                    "{fraction} {parts:?}"
                );
            }
        }
    }

    /// Micrometres to every node, by the plain search.
    fn lengths(&self) -> Vec<f64> {
        let mut lengths = vec![f64::INFINITY; self.network.ids.len()];
        let far = self
            .network
            .reach(&mut Scratch::new(), &self.origin, u32::MAX, 0.001);
        for found in far {
            // At a millimetre a second a millisecond is a micrometre.
            lengths[found.node as usize] = f64::from(found.ms);
        }
        lengths
    }

    fn to_point(&self, lengths: &[f64], index: u32, fraction: f64) -> f64 {
        let edge = &self.network.edges[index as usize];
        let length_um = edge.length_um as f64;
        let from_a = lengths[edge.a as usize] + fraction * length_um;
        let from_b = lengths[edge.b as usize] + (1.0 - fraction) * length_um;
        let mut least = from_a.min(from_b);
        if index == self.origin.edge {
            let along = (fraction - self.origin.fraction).abs() * length_um;
            least = least.min(along + self.origin.snap_m * 1e6);
        }
        least
    }

    fn is_whole(&self, lengths: &[f64], index: u32, limit_um: f64) -> bool {
        (0..=100)
            .all(|step| self.to_point(lengths, index, f64::from(step) / 100.0) <= limit_um + 2.0)
    }
}

fn on_every_limit(network: &Network, origins: &[Snap], limits_ms: &[u32]) {
    let map = Isochrones::build(network);
    let mut scratch = IsochroneScratch::new();
    for &origin in origins {
        for &limit_ms in limits_ms {
            Asked {
                network,
                map: &map,
                origin,
                limit_ms,
            }
            .check_reach(&mut scratch);
        }
    }
}

#[test]
fn reach_is_that_of_the_plain_search_on_random_networks() {
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let edges = 60 + dice.below(120);
        let network = dice.network(80, edges);
        let mut origins: Vec<Snap> = (0..5)
            .map(|_| network.snap(dice.position(0.03, 0.02)).unwrap())
            .collect();
        origins.push(Snap {
            snap_m: 0.0,
            fraction: 1.0,
            ..origins[0]
        });
        on_every_limit(&network, &origins, &[0, 60_000, 300_000, 900_000]);
    }
}

#[test]
fn reach_is_that_of_the_plain_search_on_drawn_maps() {
    for drawing in [
        "
        a--b-----c--d
           |     |
        e--f--g--h--i
        ",
        "
        a--b
        |  |
        c--d
        ",
        "
        a--b--c   x--y
           |  |
           d--e
        ",
    ] {
        let map = Drawn::new(drawing);
        let network = map.network();
        let origins: Vec<Snap> = [(0.0, 0.0), (15.0, 3.0), (5.0, -12.0), (31.0, -10.0)]
            .map(|(east, north)| network.snap(map.beside('a', east, north)).unwrap())
            .to_vec();
        on_every_limit(&network, &origins, &[0, 9_000, 20_000, 45_000, 200_000]);
    }
}

#[test]
fn limits_without_end_are_answered() {
    let network = Dice::new(5).network(80, 150);
    let origin = network.snap(network.node_at(0)).unwrap();
    let map = Isochrones::build(&network);
    let asked = Asked {
        network: &network,
        map: &map,
        origin,
        limit_ms: u32::MAX,
    };
    let mut scratch = IsochroneScratch::new();
    let mut found = map.reach(&mut scratch, &origin, u32::MAX, SPEED).to_vec();
    found.sort_by_key(|found| found.node);
    assert_eq!(found, asked.plain());
}

#[test]
fn working_memory_serves_networks_of_any_size_and_rounds_may_wrap() {
    let (small, large) = (Dice::new(1).network(30, 50), Dice::new(2).network(300, 600));
    // A chain longer than all buckets of the others together.
    let long = Network::build(InputGraph {
        nodes: (0..3)
            .map(|id| InputNode {
                id,
                at: LonLat::new(id as f64, 10.0).unwrap(),
            })
            .collect(),
        edges: (0..2)
            .map(|a| InputEdge {
                a,
                b: a + 1,
                way_id: 1,
                segment: a,
                attributes: EdgeAttributes::default(),
            })
            .collect(),
    })
    .unwrap();
    let mut scratch = IsochroneScratch::new();
    scratch.spread.wrap_soon();
    for network in [&small, &large, &long, &small, &large, &long] {
        let map = Isochrones::build(network);
        let origin = network.snap(network.node_at(0)).unwrap();
        for limit_ms in [200_000, 900_000, u32::MAX] {
            let asked = Asked {
                network,
                map: &map,
                origin,
                limit_ms,
            };
            let mut found = map.reach(&mut scratch, &origin, limit_ms, SPEED).to_vec();
            found.sort_by_key(|found| found.node);
            assert_eq!(found, asked.plain());
        }
    }
}
