//! `reach`, `nearest` and the files of `import-osm`, through the command line.

use std::path::Path;

use integration::process::{Finished, Site};
use serde_json::Value;
use spatial::{EdgeAttributes, InputEdge, InputGraph, InputNode, LonLat, Network, Prepared};

use crate::{anlin, assert_complains, data, site};

/// Degrees in a metre, at the equator in both directions.
const METRE: f64 = 1.0 / 111_195.08;

/// A street of 30 nodes along the equator, 100 m apart, with node ids from 1000.
fn street(site: &Site) {
    let node = |place: u32| InputNode {
        id: 1000 + i64::from(place),
        at: LonLat::new(f64::from(place) * 100.0 * METRE, 0.0).expect("a place"),
    };
    let edge = |a: u32| InputEdge {
        a,
        b: a + 1,
        way_id: 1,
        segment: a,
        attributes: EdgeAttributes::default(),
    };
    let graph = InputGraph {
        nodes: (0..30).map(node).collect(),
        edges: (0..29).map(edge).collect(),
    };
    let network = Network::build(graph).expect("a network");
    std::fs::write(site.folder().join("street.net"), network.to_bytes()).expect("a file");
}

fn place(east_m: f64, north_m: f64) -> String {
    format!("{:.9},{:.9}", east_m * METRE, north_m * METRE)
}

fn answer(finished: &Finished) -> Value {
    assert_eq!(
        (finished.code, finished.stderr.as_str()),
        (Some(0), ""),
        "{finished:?}"
    );
    serde_json::from_str(&finished.stdout).expect("one JSON object")
}

#[test]
fn reach_lists_nodes_with_their_times() {
    let site = site();
    street(&site);
    let from = place(249.0, 10.0);
    let args = [
        "reach",
        "--network",
        "street.net",
        "--from",
        &from,
        "--minutes",
        "2",
        "--json",
    ];
    let told = answer(&anlin(&site, &args).run().expect("runs"));
    let nodes: Vec<(i64, f64)> = told["nodes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|node| {
            (
                node["osm_id"].as_i64().expect("an id"),
                node["ms"].as_f64().expect("a time"),
            )
        })
        .collect();
    // At 1 m/s: 10 m to the street, then 49 m and 51 m; the next nodes are 159 s and 161 s away.
    assert_eq!(
        nodes.iter().map(|node| node.0).collect::<Vec<_>>(),
        [1002, 1003]
    );
    assert!(
        nodes.iter().all(|node| (node.1 - 60_000.0).abs() < 1_020.0),
        "{nodes:?}"
    );
    let origin = &told["origin"];
    assert!(
        (origin["snap_m"].as_f64().expect("metres") - 10.0).abs() < 0.01,
        "{origin}"
    );
    assert_eq!(origin["component"], 0);
    assert!((origin["lon"].as_f64().expect("degrees") - 249.0 * METRE).abs() < 1e-8);
    // Twice as fast reaches two nodes more to each side.
    let faster = [&args[..], &["--speed", "2"]].concat();
    let told = answer(&anlin(&site, &faster).run().expect("runs"));
    assert_eq!(told["nodes"].as_array().map(Vec::len), Some(4));
    let plain = anlin(&site, &args[..args.len() - 1]).run().expect("runs");
    assert_eq!(
        (plain.code, plain.stdout.lines().count()),
        (Some(0), 3),
        "{plain:?}"
    );
}

#[test]
fn far_from_any_street_nothing_is_known() {
    let site = site();
    street(&site);
    let from = place(250.0, 501.0);
    let told = answer(
        &anlin(
            &site,
            &[
                "reach",
                "--network",
                "street.net",
                "--from",
                &from,
                "--json",
            ],
        )
        .run()
        .expect("runs"),
    );
    assert_eq!(told["nodes"].as_array().map(Vec::len), Some(0));
    assert_eq!(told["origin"]["status"], "unknown");
}

#[test]
fn nearest_ranks_the_eligible() {
    let site = site();
    street(&site);
    let rows = format!(
        "id,lon,lat,eligible\nfar,{}\nlost,{}\nbarred,{}\nnear,{}\n",
        place(1_000.0, 0.0) + ",1",
        place(500.0, 900.0) + ",1",
        place(100.0, 0.0) + ",0",
        place(400.0, -12.0) + ",1",
    );
    std::fs::write(site.folder().join("places.csv"), rows).expect("a file");
    let from = place(0.0, 0.0);
    let args = [
        "nearest",
        "--network",
        "street.net",
        "--from",
        &from,
        "--among",
        "places.csv",
    ];
    let args = [&args[..], &["--speed", "1.2", "--json"]].concat();
    let told = answer(&anlin(&site, &args).run().expect("runs"));
    let rows = told["results"].as_array().expect("a list");
    let named: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {}", row["id"], row["status"]))
        .collect();
    assert_eq!(
        named,
        [r#""near" "ok""#, r#""far" "ok""#, r#""lost" "unknown""#]
    );
    assert!((rows[0]["metres"].as_f64().expect("metres") - 412.0).abs() < 0.05);
    assert!((rows[0]["ms"].as_f64().expect("a time") - 412.0 / 1.2 * 1000.0).abs() < 50.0);
    assert!((rows[0]["snap_m"].as_f64().expect("metres") - 12.0).abs() < 0.01);
    assert!(rows[2]["ms"].is_null() && rows[2]["metres"].is_null());
    let one = [&args[..], &["--k", "1"]].concat();
    let told = answer(&anlin(&site, &one).run().expect("runs"));
    assert_eq!(told["results"].as_array().map(Vec::len), Some(1));
}

#[test]
fn wrong_calls_are_one_line_and_exit_2() {
    let site = site();
    street(&site);
    let on = ["--network", "street.net"];
    for (args, part) in [
        (&["--from", "0,0"][..], "--network"),
        (&[on[0], on[1]], "--from"),
        (&[on[0], on[1], "--from", "nowhere"], "LON,LAT"),
        (&[on[0], on[1], "--from", "0,91"], "latitude"),
        (&[on[0], on[1], "--from", "NaN,0"], "finite"),
        (
            &[on[0], on[1], "--from", "0,0", "--minutes", "-1"],
            "0 to 60000",
        ),
        (&[on[0], on[1], "--from", "0,0", "--speed", "0"], "above 0"),
        (
            &[on[0], on[1], "--from", "0,0", "--speed", "inf"],
            "above 0",
        ),
    ] {
        let args = [&["reach"][..], args].concat();
        assert_complains(&anlin(&site, &args).run().expect("runs"), 2, part);
    }
    let both = ["import-osm", "a.pbf", "--dry-run", "--network", "b.net"];
    assert_complains(&anlin(&site, &both).run().expect("runs"), 2, "--network");
}

#[test]
fn files_that_cannot_be_used_are_one_line_and_exit_1() {
    let site = site();
    street(&site);
    std::fs::write(site.folder().join("text.net"), "no network").expect("a file");
    std::fs::write(site.folder().join("bad.csv"), "id,lon,lat\na,1,x\n").expect("a file");
    for (network, among, part) in [
        ("missing.net", "bad.csv", "missing.net"),
        ("text.net", "bad.csv", "text.net"),
        ("street.net", "missing.csv", "missing.csv"),
        ("street.net", "bad.csv", "line 2"),
    ] {
        let args = [
            "nearest",
            "--network",
            network,
            "--from",
            "-0.001,0",
            "--among",
            among,
        ];
        assert_complains(&anlin(&site, &args).run().expect("runs"), 1, part);
    }
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |known| known.len())
}

#[test]
fn an_extract_becomes_a_network_file_and_a_bare_graph_without_a_database() {
    let Some(map) = data("baoshan-dachang-shu.osm.pbf") else {
        return;
    };
    let site = site();
    let map = map.to_string_lossy();
    let args = [
        "import-osm",
        &map,
        "--network",
        "town.net",
        "--export-graph",
        "graph",
    ];
    let finished = anlin(&site, &args).run().expect("runs");
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(!site.sqlite_file().exists());
    let bytes = std::fs::read(site.folder().join("town.net")).expect("the network");
    let prepared = Prepared::from_bytes(&bytes).expect("a prepared network");
    assert_eq!(prepared.missing(Prepared::USUAL).count(), 0);
    assert!(finished.stderr.contains("100 %"), "{finished:?}");
    let summary = Network::from_bytes(&bytes).expect("a network").summary();
    assert_eq!((summary.nodes, summary.edges), (3397, 3727));
    let folder = site.folder().join("graph");
    let json = std::fs::read_to_string(folder.join("graph.json")).expect("counts");
    let counts: Value = serde_json::from_str(&json).expect("JSON");
    let count = |name: &str| counts[name].as_u64().expect("a count");
    assert_eq!(size(&folder.join("graph.nodes.f64")), 16 * count("nodes"));
    assert_eq!(size(&folder.join("graph.edges.u32")), 12 * count("edges"));
    assert_eq!(size(&folder.join("graph.osmid.i64")), 8 * count("nodes"));
    assert!(count("nodes") > 500 && count("nodes") < 1_000, "{counts}");
}
