//! Counts over real extracts, which are not part of the project; skipped where they are absent.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use crate::oracle::{self, Dice};
use crate::osm::{OsmExtract, OsmKind, read};
use crate::{LonLat, Network, Scratch};

fn data(name: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = std::env::var_os("ANLIN_TEST_DATA")
        .map_or_else(beside, PathBuf::from)
        .join(name);
    if !path.exists() {
        // Not `println!`: the test harness swallows what a passing test prints.
        let _ = writeln!(std::io::stdout().lock(), "\nskipped: no data");
    }
    path.exists().then_some(path)
}

pub(crate) fn extract(name: &str) -> Option<OsmExtract> {
    let file = File::open(data(name)?).unwrap();
    Some(read(file, &mut |_| {}).unwrap())
}

#[test]
fn the_pilot_area_is_counted_as_published_real_extract() {
    let Some(extract) = extract("baoshan-dachang-shu.osm.pbf") else {
        return;
    };
    let network = extract.network().unwrap();
    let summary = network.summary();
    assert_eq!((summary.nodes, summary.edges), (3397, 3727));
    assert_eq!((summary.components, summary.largest), (19, 2953));
    assert_eq!(network.sizes[..5], [2953, 236, 80, 33, 31]);
    assert!((summary.metres / 1000.0 - 163.8).abs() < 0.05);
    let junctions = (0..3397)
        .filter(|&node| network.arcs_of(node).len() >= 3)
        .count();
    assert_eq!(junctions, 698);
    let stairs: BTreeSet<i64> = network
        .edges
        .iter()
        .filter(|edge| edge.attributes.steps)
        .map(|edge| edge.way_id)
        .collect();
    assert_eq!(stairs.len(), 4);
    let gates = network.edges.iter().filter(|edge| edge.attributes.gate);
    assert!(gates.count() > 20);
    assert_eq!(Network::from_bytes(&network.to_bytes()), Ok(network));
}

#[test]
fn the_city_centre_is_counted_as_published_real_extract() {
    let Some(extract) = extract("shanghai-centre-drive.osm.pbf") else {
        return;
    };
    let network = Network::build(extract.graph).unwrap();
    let summary = network.summary();
    assert_eq!((summary.nodes, summary.edges), (20_735, 23_125));
    assert_eq!(network.sizes[..2], [17_278, 3_424]);
    assert!((summary.metres / 1000.0 - 913.8).abs() < 0.05);
}

#[test]
fn every_listed_place_is_found_real_extract() {
    let Some(table) = data("baoshan-dachang-shu-poi.csv") else {
        return;
    };
    let Some(extract) = extract("baoshan-dachang-shu.osm.pbf") else {
        return;
    };
    let table = std::fs::read_to_string(table).unwrap();
    let mut rows = 0;
    for row in table.lines().skip(1) {
        let fields: Vec<&str> = row.split(',').collect();
        let kind = if fields[0] == "n" {
            OsmKind::Node
        } else {
            OsmKind::Way
        };
        let id: i64 = fields[1].parse().unwrap();
        let listed = LonLat::new(fields[2].parse().unwrap(), fields[3].parse().unwrap()).unwrap();
        let place = extract
            .places
            .iter()
            .find(|place| (place.kind, place.id) == (kind, id));
        assert!(
            place.is_some_and(|place| place.at.haversine_m(listed) < 1.0),
            "row {rows}"
        );
        rows += 1;
    }
    assert!(rows > 200);
}

#[test]
fn snaps_agree_with_a_scan_real_extract() {
    for name in [
        "baoshan-dachang-shu.osm.pbf",
        "shanghai-centre-drive.osm.pbf",
    ] {
        let Some(extract) = extract(name) else { return };
        let network = Network::build(extract.graph).unwrap();
        let (min, max) = network.bounds();
        let mut dice = Dice::new(5);
        for _ in 0..300 {
            let (x, y) = (dice.unit() * 1.6 - 0.3, dice.unit() * 1.6 - 0.3);
            let at = LonLat::new(
                min.lon() + x * (max.lon() - min.lon()),
                min.lat() + y * (max.lat() - min.lat()),
            );
            let at = at.unwrap();
            assert_eq!(network.snap(at), oracle::snap(&network, at));
        }
        for node in (0..network.summary().nodes as u32).step_by(11) {
            let at = network.node_at(node);
            assert_eq!(network.snap(at), oracle::snap(&network, at));
        }
    }
}

/// The times of all questions must be the same; on a real network nobody drew the cases.
#[test]
fn nearest_route_and_reach_tell_the_same_times_real_extract() {
    let Some(extract) = extract("baoshan-dachang-shu.osm.pbf") else {
        return;
    };
    let network = Network::build(extract.graph).unwrap();
    let nodes = network.summary().nodes as u32;
    let snaps: Vec<_> = (0..nodes)
        .map(|node| network.snap(network.node_at(node)))
        .collect();
    let mut scratch = Scratch::new();
    for origin in (0..nodes).step_by(97) {
        let Some(start) = snaps[origin as usize] else {
            continue;
        };
        let reached = network.reach(&mut scratch, &start, 900_000, 1.1);
        let goals: Vec<_> = reached
            .iter()
            .map(|found| network.snap(network.node_at(found.node)).unwrap())
            .collect();
        let nearest = network.nearest(&mut scratch, &start, &goals, 20, 1.1, None);
        assert_eq!(nearest.len(), goals.len().min(20));
        for found in nearest {
            let goal = goals[found.index];
            assert_eq!(found.ms, reached[found.index].ms);
            let route = network.route(&mut scratch, &start, &goal, 1.1).unwrap();
            assert_eq!((route.ms, route.metres), (found.ms, found.metres));
        }
    }
}
