//! The drawn district has the shape of the real network, as it is stored and as it is walked on.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::Binary;
use integration::process::Site;
use integration::scorecard::row;
use seed_data::Place;
use seed_data::shape::{Figure, Shape, Stretch, box_km2};
use spatial::{JunctionGraph, Network, UNIT_UM, Weights};

use crate::{anlin, site};

/// Filling the whole district takes its time: 120,000 people, each with sealed fields.
const SEEDED_WITHIN: Duration = Duration::from_secs(300);

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Binary)]
    bytes: Vec<u8>,
}

/// The walking network that seeding left in the database.
fn stored(site: &Site) -> Network {
    let file = site.sqlite_file();
    let mut conn = SqliteConnection::establish(&file.to_string_lossy()).expect("the database");
    let newest = "SELECT bytes FROM networks WHERE name = 'walking' ORDER BY version DESC LIMIT 1";
    let row: Stored = diesel::sql_query(newest)
        .get_result(&mut conn)
        .expect("a network");
    Network::from_bytes(&row.bytes).expect("a network")
}

fn shape(network: &Network) -> Shape {
    let summary = network.summary();
    let place = |node: u32| {
        let at = network.node_at(node);
        Place {
            lon: at.lon(),
            lat: at.lat(),
        }
    };
    let graph = JunctionGraph::build(network);
    let weights = Weights::level(network, &graph);
    let stretches: Vec<Stretch> = graph
        .chains()
        .iter()
        .zip(weights.chains())
        .map(|(chain, &units)| Stretch {
            ends: [chain.a, chain.b],
            metres: f64::from(units) * UNIT_UM as f64 / 1e6,
        })
        .collect();
    let area_km2 = box_km2((0..summary.nodes as u32).map(place));
    let largest = 100.0 * summary.largest as f64 / summary.nodes as f64;
    Shape::new(&stretches, area_km2, largest)
}

/// Seeds a district and writes its figures; returns those that are out of range.
fn measured(scale: &str, seed: &str) -> Vec<Figure> {
    let site = site();
    let finished = anlin(&site, &["seed", "--scale", scale, "--seed", seed])
        .within(SEEDED_WITHIN)
        .run()
        .expect("runs");
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let figures = shape(&stored(&site)).figures();
    let is_missed = |figure: &Figure| {
        let name = format!("{scale}_{}", figure.name);
        let target = format!("{:.2}..{:.2}", figure.low, figure.high);
        let found = format!("{:.3}", figure.found);
        !row("2.11", &name, found, &target, figure.is_near())
    };
    figures.into_iter().filter(is_missed).collect()
}

#[test]
fn the_small_district_has_the_real_shape() {
    let missed = measured("small", "1");
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn the_whole_district_has_the_real_shape() {
    let missed = measured("district", "1");
    assert!(missed.is_empty(), "{missed:?}");
}
