//! Invented streets in network files, and what is common to asking them.

use integration::process::{Finished, Site};
use serde_json::Value;
use spatial::{
    EdgeAttributes, GateHours, Hours, InputEdge, InputGraph, InputNode, LonLat, Network,
};

use crate::anlin;

/// Degrees in a metre, at the equator in both directions.
pub(crate) const METRE: f64 = 1.0 / 111_195.08;

/// Adds a street eastward, nodes 100 m apart, with ids from `first_id`.
fn add_street(graph: &mut InputGraph, nodes: u32, north_m: f64, first_id: i64) {
    for place in 0..nodes {
        let index = graph.nodes.len() as u32;
        graph.nodes.push(InputNode {
            id: first_id + i64::from(place),
            at: LonLat::new(f64::from(place) * 100.0 * METRE, north_m * METRE).expect("a place"),
        });
        if place > 0 {
            add_edge(graph, index - 1, index, first_id);
        }
    }
}

fn add_edge(graph: &mut InputGraph, a: u32, b: u32, way_id: i64) {
    graph.edges.push(InputEdge {
        a,
        b,
        way_id,
        segment: graph.edges.len() as u32,
        attributes: EdgeAttributes::default(),
    });
}

fn write(site: &Site, name: &str, graph: InputGraph) {
    let network = Network::build(graph).expect("a network");
    std::fs::write(site.folder().join(name), network.to_bytes()).expect("a file");
}

/// `street.net`: 30 nodes along the equator, 100 m apart, with node ids from 1000.
pub(crate) fn street(site: &Site) {
    let mut graph = InputGraph::default();
    add_street(&mut graph, 30, 0.0, 1000);
    write(site, "street.net", graph);
}

/// `town.net`: eight streets of eight nodes, 100 m apart and joined at both ends and in the
/// middle; ids 1000 to 1007, 2000 to 2007 and so on northward. And, 3 km to the north, a street
/// of 25 nodes with ids from 9000 that no way leads to.
pub(crate) fn town(site: &Site) {
    let mut graph = InputGraph::default();
    for row in 0..8u32 {
        add_street(
            &mut graph,
            8,
            f64::from(row) * 100.0,
            1000 * i64::from(row + 1),
        );
        for column in [0, 4, 7].into_iter().filter(|_| row > 0) {
            let here = row * 8 + column;
            add_edge(&mut graph, here - 8, here, 100 + i64::from(column));
        }
    }
    add_street(&mut graph, 25, 3_000.0, 9000);
    write(site, "town.net", graph);
}

/// `empty.net` without anything, `lonely.net` with two nodes and no street.
pub(crate) fn nothing(site: &Site) {
    write(site, "empty.net", InputGraph::default());
    let mut graph = InputGraph::default();
    add_street(&mut graph, 1, 0.0, 1);
    add_street(&mut graph, 1, 100.0, 2);
    write(site, "lonely.net", graph);
}

/// A position so many metres east and north of the first node.
pub(crate) fn place(east_m: f64, north_m: f64) -> String {
    format!("{:.9},{:.9}", east_m * METRE, north_m * METRE)
}

/// A list as a file; each line is begun by an id and ended by its position.
pub(crate) fn list(site: &Site, file: &str, head: &str, lines: &[(&str, f64, f64)]) {
    let mut text = format!("{head},lon,lat\n");
    for (id, east_m, north_m) in lines {
        text += &format!("{id},{}\n", place(*east_m, *north_m));
    }
    std::fs::write(site.folder().join(file), text).expect("a file");
}

/// Runs a command that has to succeed without a word on standard error.
pub(crate) fn told(site: &Site, args: &[&str]) -> String {
    let finished = anlin(site, args).run().expect("runs");
    assert_eq!(
        (finished.code, finished.stderr.as_str()),
        (Some(0), ""),
        "{finished:?}"
    );
    finished.stdout
}

/// The one JSON object that was printed.
pub(crate) fn answer(finished: &Finished) -> Value {
    assert_eq!(
        (finished.code, finished.stderr.as_str()),
        (Some(0), ""),
        "{finished:?}"
    );
    serde_json::from_str(&finished.stdout).expect("one JSON object")
}

/// Runs a command with `--json`.
pub(crate) fn asked(site: &Site, args: &[&str]) -> Value {
    let args = [args, &["--json"]].concat();
    answer(&anlin(site, &args).run().expect("runs"))
}

/// `court.net`: nodes 1 to 4 around a court, 40 m wide and 100 m long. From 1 east to 2 by stairs,
/// from 1 north to 3 and from 2 north to 4 on the level, from 3 to 4 through a gate that is open
/// from 6 to 22 o'clock and not on Sundays.
pub(crate) fn court(site: &Site) {
    let mut hours = GateHours::default();
    let open = hours.entry(Hours::parse("Mo-Sa 06:00-22:00"));
    let mut graph = InputGraph::default();
    for (id, east_m, north_m) in [
        (1, 0.0, 0.0),
        (2, 40.0, 0.0),
        (3, 0.0, 100.0),
        (4, 40.0, 100.0),
    ] {
        let at = LonLat::new(east_m * METRE, north_m * METRE).expect("a place");
        graph.nodes.push(InputNode { id, at });
    }
    for (way_id, (a, b)) in (1..).zip([(0, 1), (0, 2), (1, 3), (2, 3)]) {
        add_edge(&mut graph, a, b, way_id);
    }
    graph.edges[0].attributes.steps = true;
    graph.edges[3].attributes.hours = Some(open);
    let network = Network::build(graph).expect("a network");
    let bytes = network.with_gate_hours(hours).to_bytes();
    std::fs::write(site.folder().join("court.net"), bytes).expect("a file");
}
