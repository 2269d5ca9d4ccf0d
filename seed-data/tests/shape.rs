//! The drawn network has the shape of the real one, at both scales and for several seeds.
//!
//! Contracted by the crate that routes on it, so that what is measured is what is walked on.

use std::io::Write as _;
use std::path::PathBuf;

use seed_data::shape::{LENGTHS_APART, REAL_DEAD_ENDS, REAL_FOURS, REAL_LENGTHS, REAL_THREES};
use seed_data::shape::{Shape, Stretch, box_km2};
use seed_data::{Options, Place, Scale, Streets, district};
use spatial::{InputEdge, InputGraph, InputNode, JunctionGraph, LonLat, Network, UNIT_UM, Weights};

const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

/// Prints past the capture of output: figures must be seen although the test passes.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "\n{line}");
}

fn node(id: i64, lon: f64, lat: f64) -> InputNode {
    InputNode {
        id,
        at: LonLat::new(lon, lat).expect("a place"),
    }
}

fn edge(a: u32, b: u32, way_id: i64, segment: u32) -> InputEdge {
    InputEdge {
        a,
        b,
        way_id,
        segment,
        attributes: spatial::EdgeAttributes::default(),
    }
}

fn drawn(streets: &Streets) -> InputGraph {
    let nodes = streets.nodes.iter().zip(0..);
    let edges = streets.edges.iter().zip(0..);
    InputGraph {
        nodes: nodes.map(|(at, id)| node(id, at.lon, at.lat)).collect(),
        edges: edges
            .map(|(drawn, piece)| edge(drawn.a, drawn.b, i64::from(drawn.way), piece))
            .collect(),
    }
}

fn shape(input: InputGraph) -> Shape {
    let place = |node: &InputNode| Place {
        lon: node.at.lon(),
        lat: node.at.lat(),
    };
    let area_km2 = box_km2(input.nodes.iter().map(place));
    let network = Network::build(input).expect("a network");
    let summary = network.summary();
    let largest = 100.0 * summary.largest as f64 / summary.nodes as f64;
    let graph = JunctionGraph::build(&network);
    let weights = Weights::level(&network, &graph);
    let lengths = weights.chains().iter().map(|&units| f64::from(units));
    let stretches: Vec<Stretch> = graph
        .chains()
        .iter()
        .zip(lengths)
        .map(|(chain, units)| Stretch {
            ends: [chain.a, chain.b],
            metres: units * UNIT_UM as f64 / 1e6,
        })
        .collect();
    Shape::new(&stretches, area_km2, largest)
}

fn synthetic(seed: u64, scale: Scale) -> Shape {
    let options = Options { seed, scale };
    shape(drawn(&district(&options, &mut |_| {}).streets))
}

fn told(shape: &Shape) -> String {
    let figures = shape.figures();
    let words = figures.map(|figure| format!("{} {:.3}", figure.name, figure.found));
    words.join("  ")
}

fn assert_near(seed: u64, scale: Scale) {
    let shape = synthetic(seed, scale);
    say(&format!("{scale:?} seed {seed}: {}", told(&shape)));
    for figure in shape.figures() {
        assert!(figure.is_near(), "{scale:?} seed {seed}: {figure:?}");
    }
}

#[test]
fn the_small_network_has_the_real_shape() {
    for seed in SEEDS {
        assert_near(seed, Scale::Small);
    }
}

#[test]
fn the_district_network_has_the_real_shape() {
    for seed in SEEDS {
        assert_near(seed, Scale::District);
    }
}

/// Names of the figures that are out of range.
fn missed(shape: &Shape) -> Vec<&'static str> {
    let figures = shape.figures().into_iter();
    figures
        .filter(|figure| !figure.is_near())
        .map(|figure| figure.name)
        .collect()
}

#[test]
fn a_plain_grid_misses_every_share_and_the_lengths() {
    // As many junctions and kilometres as the real network, and none of its shape.
    let side = 40_u32;
    // 160 m each way.
    let (east, north) = (160.0 / 94_911.0, 160.0 / 111_195.08);
    let number = |column: u32, row: u32| row * side + column;
    let mut input = InputGraph::default();
    for row in 0..side {
        for column in 0..side {
            let lon = 121.4 + f64::from(column) * east;
            let lat = 31.4 + f64::from(row) * north;
            input.nodes.push(node(input.nodes.len() as i64, lon, lat));
            let here = number(column, row);
            let ahead = [(column + 1, row), (column, row + 1)];
            for (column, row) in ahead.into_iter().filter(|at| at.0.max(at.1) < side) {
                let piece = input.edges.len() as u32;
                input.edges.push(edge(here, number(column, row), 1, piece));
            }
        }
    }
    let missed = missed(&shape(input));
    for name in [
        "dead_ends_percent",
        "degree_3_percent",
        "degree_4_up_percent",
        "lengths_ks",
    ] {
        assert!(missed.contains(&name), "{name} of {missed:?}");
    }
    assert!(!missed.contains(&"junctions_per_km2"), "{missed:?}");
}

#[test]
fn every_single_deviation_is_seen() {
    let good = synthetic(1, Scale::Small);
    assert_eq!(missed(&good), [""; 0]);
    let planted = |spoil: &dyn Fn(&mut Shape)| {
        let mut shape = good.clone();
        spoil(&mut shape);
        missed(&shape)
    };
    let ends = planted(&|shape| shape.dead_ends = REAL_DEAD_ENDS + 3.1);
    assert_eq!(ends, ["dead_ends_percent"]);
    let threes = planted(&|shape| shape.threes = REAL_THREES - 3.1);
    assert_eq!(threes, ["degree_3_percent"]);
    let fours = planted(&|shape| shape.fours = REAL_FOURS + 3.1);
    assert_eq!(fours, ["degree_4_up_percent"]);
    // Nothing longer than the middle of the real ones: the same mean could hide it.
    let cut = planted(&|shape| {
        for length in &mut shape.lengths {
            *length = length.clamp(90.0, 160.0);
        }
    });
    assert_eq!(cut, ["lengths_ks"]);
    let stretched = planted(&|shape| {
        for length in &mut shape.lengths {
            *length *= 1.4;
        }
    });
    assert_eq!(stretched, ["lengths_ks", "mean_length_m"]);
    let crowded = planted(&|shape| shape.junctions_per_km2 *= 1.3);
    assert_eq!(crowded, ["junctions_per_km2"]);
    let sparse = planted(&|shape| shape.km_per_km2 *= 0.7);
    assert_eq!(sparse, ["km_per_km2"]);
    let torn = planted(&|shape| shape.largest = 98.9);
    assert_eq!(torn, ["largest_part_percent"]);
}

fn data(file: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data"));
    let folder = std::env::var_os("ANLIN_TEST_DATA").map_or_else(beside, PathBuf::from);
    let path = folder.join(file);
    path.exists().then_some(path)
}

/// The largest part of the real walking network, from the tables made of the extract.
fn real() -> Option<InputGraph> {
    let tables = data("baoshan-dachang-shu-walk-nodes.csv")
        .zip(data("baoshan-dachang-shu-walk-edges.csv"))?;
    let read = |path: PathBuf| {
        csv::Reader::from_path(path)
            .expect("a table")
            .into_records()
    };
    let mut input = InputGraph::default();
    let mut number = std::collections::HashMap::new();
    for row in read(tables.0) {
        let row = row.expect("a row");
        let degrees = |column: usize| row[column].parse().expect("degrees");
        if &row[3] == "0" {
            number.insert(row[0].to_owned(), input.nodes.len() as u32);
            input.nodes.push(node(0, degrees(1), degrees(2)));
        }
    }
    for (row, piece) in read(tables.1).zip(0..) {
        let row = row.expect("a row");
        let ends = number.get(&row[0]).zip(number.get(&row[1]));
        if let Some((&a, &b)) = ends {
            input.edges.push(edge(a, b, 1, piece));
        }
    }
    Some(input)
}

#[test]
fn lengths_are_near_those_of_the_real_extract() {
    let Some(real) = real() else {
        return say("skipped: no extract of the real network");
    };
    let real = shape(real);
    say(&format!("real: {}", told(&real)));
    // The figures that everything is held against are those of this extract, read this way.
    for (found, known) in [
        (real.dead_ends, REAL_DEAD_ENDS),
        (real.threes, REAL_THREES),
        (real.fours, REAL_FOURS),
    ] {
        assert!((found - known).abs() < 0.15, "{found} is not {known}");
    }
    for (percent, metres) in REAL_LENGTHS {
        let rank = (percent / 100.0 * real.lengths.len() as f64) as usize;
        assert!((real.lengths[rank] - metres).abs() < 0.6, "{percent} %");
    }
    assert!(real.from_percentiles() < 0.03);
    for (scale, seed) in SEEDS
        .map(|seed| (Scale::Small, seed))
        .into_iter()
        .chain([(Scale::District, 1)])
    {
        let apart = synthetic(seed, scale).apart(&real.lengths);
        say(&format!(
            "{scale:?} seed {seed}: KS {apart:.3} from the extract"
        ));
        assert!(apart <= LENGTHS_APART, "{scale:?} seed {seed}: {apart}");
    }
}
