use spatial::{EdgeAttributes, InputEdge, InputGraph, InputNode, Network};

use super::*;
use crate::maps::list::Place;

/// A street of 25 nodes eastward, 100 m apart, and one of 20 nodes 2 km north of it.
fn ways() -> Ways {
    let mut graph = InputGraph::default();
    for (street, nodes) in [(0u32, 25u32), (1, 20)] {
        for place in 0..nodes {
            let index = graph.nodes.len() as u32;
            graph.nodes.push(InputNode {
                id: i64::from(street * 100 + place),
                at: at(f64::from(place) * 100.0, f64::from(street) * 2_000.0),
            });
            if place > 0 {
                graph.edges.push(InputEdge {
                    a: index - 1,
                    b: index,
                    way_id: i64::from(street),
                    segment: place,
                    attributes: EdgeAttributes::default(),
                });
            }
        }
    }
    Ways::Level(Network::build(graph).expect("a network"))
}

fn at(east_m: f64, north_m: f64) -> LonLat {
    let degree = 111_195.08;
    LonLat::new(10.0 + east_m / degree, north_m / degree).expect("a place")
}

fn candidate(id: &str, east_m: f64, north_m: f64, eligible: bool) -> Candidate {
    let place = Place {
        id: id.to_owned(),
        at: at(east_m, north_m),
    };
    Candidate { place, eligible }
}

fn told(rows: &[Row<'_>]) -> Vec<String> {
    rows.iter()
        .map(|row| format!("{} {}", row.id, row.status))
        .collect()
}

#[test]
fn near_unreachable_and_unknown_are_three_answers() {
    let ways = ways();
    let candidates = [
        candidate("lost", 500.0, 5_000.0, true),
        candidate("north", 0.0, 2_000.0, true),
        candidate("far", 2_000.0, 10.0, true),
        candidate("barred", 300.0, 0.0, false),
        candidate("near", 400.0, -20.0, true),
    ];
    let origin = ways.snap(at(0.0, 5.0));
    let rows = ranked(&ways, origin, &candidates, 9, 1.0);
    assert_eq!(
        told(&rows),
        ["near ok", "far ok", "north unreachable", "lost unknown"]
    );
    let (ms, metres) = rows[0].walk.expect("a walk");
    assert!(ms.abs_diff(425_000) < 50 && (metres - 425.0).abs() < 0.05);
    assert!((rows[0].snap_m.expect("a street") - 20.0).abs() < 0.01);
    assert_eq!(
        told(&ranked(&ways, origin, &candidates, 1, 1.0)),
        ["near ok"]
    );
    assert!(ranked(&ways, origin, &candidates, 0, 1.0).is_empty());
}

#[test]
fn from_nowhere_everything_is_unknown() {
    let ways = ways();
    let candidates = [candidate("near", 400.0, 0.0, true)];
    let origin = ways.snap(at(0.0, -600.0));
    assert_eq!(
        told(&ranked(&ways, origin, &candidates, 3, 1.0)),
        ["near unknown"]
    );
    let empty = Ways::Level(Network::build(InputGraph::default()).expect("no street"));
    assert_eq!(
        told(&ranked(&empty, None, &candidates, 3, 1.0)),
        ["near unknown"]
    );
}
