//! W3: what is within 5, 10 and 15 minutes of a position: nodes, and areas as GeoJSON.
//!
//! On the extract `oslo-east.osm.pbf` of `$ANLIN_TEST_DATA` when it is there and the crate has its
//! feature `osm`, otherwise on a made-up lattice of streets. Snapping is part of every question.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench measures with the clock, talks on standard output and may stop"
)]

use std::hint::black_box;
use std::time::Instant;

use spatial::{
    EdgeAttributes, InputEdge, InputGraph, InputNode, IsochroneScratch, Isochrones, LonLat,
    Network, Scratch,
};

const QUESTIONS: usize = 2_000;
const SPEED_M_S: f64 = 1.4;
const MINUTE_MS: u32 = 60_000;

/// Seeded dice (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % most as u64) as usize
    }
}

fn main() {
    let (name, graph) = real().unwrap_or_else(made_up);
    let network = Network::build(graph).unwrap();
    let began = Instant::now();
    let map = Isochrones::build(&network);
    let built = began.elapsed();
    let summary = network.summary();
    println!(
        "W3 {name}: {} nodes, {} edges, prepared in {built:.1?}",
        summary.nodes, summary.edges
    );
    let mut dice = Dice(20_261_123);
    let junctions = network.junctions_in_largest();
    let origins: Vec<LonLat> = (0..QUESTIONS)
        .map(|_| network.node_at(junctions[dice.below(junctions.len())]))
        .collect();

    let mut plain = Scratch::new();
    let mut scratch = IsochroneScratch::new();
    let mut text = String::new();
    let quarter = 15 * MINUTE_MS;
    measure("reached nodes, 15 min, plain search", &origins, |at| {
        let origin = network.snap(at).unwrap();
        network.reach(&mut plain, &origin, quarter, SPEED_M_S).len()
    });
    measure("reached nodes, 15 min", &origins, |at| {
        let origin = network.snap(at).unwrap();
        map.reach(&mut scratch, &origin, quarter, SPEED_M_S).len()
    });
    measure("area 15 min", &origins, |at| {
        let origin = network.snap(at).unwrap();
        let areas = map.areas(&mut scratch, &origin, &[quarter], SPEED_M_S);
        areas
            .flat_map(|area| area.rings())
            .map(|(_, ring)| ring.len())
            .sum()
    });
    let limits = [5, 10, 15].map(|minutes| minutes * MINUTE_MS);
    measure("areas 5/10/15 min", &origins, |at| {
        let origin = network.snap(at).unwrap();
        let areas = map.areas(&mut scratch, &origin, &limits, SPEED_M_S);
        areas
            .flat_map(|area| area.rings())
            .map(|(_, ring)| ring.len())
            .sum()
    });
    measure("areas 5/10/15 min as GeoJSON", &origins, |at| {
        let origin = network.snap(at).unwrap();
        text.clear();
        for area in map.areas(&mut scratch, &origin, &limits, SPEED_M_S) {
            area.write_geojson(&mut text);
        }
        text.len()
    });
}

/// Prints the time of one question and the mean of what it counts.
fn measure(what: &str, origins: &[LonLat], mut ask: impl FnMut(LonLat) -> usize) {
    for &at in origins.iter().step_by(20) {
        black_box(ask(at));
    }
    let mut counted = 0;
    let mut times: Vec<f64> = origins
        .iter()
        .map(|&at| {
            let began = Instant::now();
            counted += black_box(ask(at));
            began.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let (middle, late) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    println!(
        "W3 {what:<38} n={:<5} p50={middle:.3}ms p99={late:.3}ms mean={mean:.3}ms counted={}",
        times.len(),
        counted / times.len()
    );
}

#[cfg(feature = "osm")]
fn real() -> Option<(&'static str, InputGraph)> {
    let folder = std::env::var_os("ANLIN_TEST_DATA")?;
    let path = std::path::PathBuf::from(folder).join("oslo-east.osm.pbf");
    let extract = spatial::osm::read(std::fs::File::open(path).ok()?, &mut |_| {}).unwrap();
    Some(("oslo-east", extract.graph))
}

#[cfg(not(feature = "osm"))]
fn real() -> Option<(&'static str, InputGraph)> {
    None
}

/// A lattice of 150 x 150 crossings 60 m apart, each street with a node in its middle.
fn made_up() -> (&'static str, InputGraph) {
    const SIDE: u32 = 300;
    const STEP: f64 = 30.0 / 111_195.0;
    let mut graph = InputGraph::default();
    for place in 0..SIDE * SIDE {
        let (row, column) = (place / SIDE, place % SIDE);
        let at = LonLat::new(f64::from(column) * STEP, f64::from(row) * STEP).unwrap();
        let id = i64::from(place);
        graph.nodes.push(InputNode { id, at });
        let mut street = |b: u32| {
            graph.edges.push(InputEdge {
                a: place,
                b,
                way_id: i64::from(place),
                segment: b - place,
                attributes: EdgeAttributes::default(),
            });
        };
        if row.is_multiple_of(2) && column + 1 < SIDE {
            street(place + 1);
        }
        if column.is_multiple_of(2) && row + 1 < SIDE {
            street(place + SIDE);
        }
    }
    ("made-up lattice", graph)
}
