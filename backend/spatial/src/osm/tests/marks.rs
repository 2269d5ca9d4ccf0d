//! What stands at nodes, on the edges that meet there.

use super::*;
use crate::{Crossing, EdgeAttributes, EdgeEnds, Hours};

/// A footway over a road, a gate with hours, a lift, a kerb; positions are invented.
fn town() -> PbfMap {
    let node = |id, column: i32, tags| (id, 100_000_000 + column * 1_000, 500_000_000, tags);
    PbfMap {
        nodes: vec![
            node(1, 0, ""),
            node(2, 1, "highway=crossing crossing=traffic_signals"),
            node(3, 2, "kerb=raised"),
            node(4, 5, "barrier=gate opening_hours=06:00-22:00"),
            node(5, 6, "highway=elevator"),
            node(6, 9, ""),
            node(7, 9, "barrier=gate opening_hours=08:00-20:00"),
            node(8, 20, "opening_hours=10:00-11:00"),
        ],
        ways: vec![
            (10, vec![1, 2, 3], "highway=footway footway=crossing"),
            (11, vec![3, 4, 5, 6], "highway=path incline=-4%"),
            (12, vec![2, 8], "highway=residential"),
            (
                13,
                vec![6, 7, 8],
                "highway=service foot:conditional=no@(22:00-07:00)",
            ),
            (14, vec![5, 8], "highway=elevator"),
            (
                15,
                vec![1, 8],
                "highway=footway footway=crossing crossing=unmarked",
            ),
        ],
        feature: "DenseNodes",
        ..PbfMap::default()
    }
}

fn attributes(extract: &OsmExtract, way: i64) -> Vec<EdgeAttributes> {
    let of_way = extract.graph.edges.iter().filter(|edge| edge.way_id == way);
    of_way.map(|edge| edge.attributes).collect()
}

#[test]
fn edges_know_what_stands_at_their_ends() {
    let extract = read_bytes(&town().bytes()).unwrap();
    let [first, second] = attributes(&extract, 10)[..] else {
        panic!("two edges")
    };
    for half in [first, second] {
        assert_eq!(
            (half.crossing, half.crossing_halves),
            (Crossing::Signals, 1)
        );
    }
    assert!(!first.kerb && second.kerb);
    let [to_gate, to_lift, onward] = attributes(&extract, 11)[..] else {
        panic!("three edges")
    };
    assert!(to_gate.kerb && to_gate.gate && !to_gate.lift);
    assert!(to_lift.gate && to_lift.lift && onward.lift && !onward.gate);
    assert_eq!(onward.incline, Some(-40));
    // A road passes its crossings; a lift that is a way of its own is not walked.
    assert_eq!(attributes(&extract, 12)[0].crossing, Crossing::None);
    assert!(attributes(&extract, 14).is_empty());
    let [whole] = attributes(&extract, 15)[..] else {
        panic!("one edge")
    };
    assert_eq!(
        (whole.crossing, whole.crossing_halves),
        (Crossing::Unmarked, 2)
    );
}

#[test]
fn hours_are_on_all_but_the_longest_edge_of_a_gate() {
    let network = read_bytes(&town().bytes()).unwrap().network().unwrap();
    let hours: Vec<Option<&Hours>> = (0..network.summary().edges as u32)
        .map(|edge| network.edge_hours(edge))
        .collect();
    let day = Hours::parse("06:00-22:00");
    let way = Hours::parse("07:00-22:00");
    let both = way.and(&Hours::parse("08:00-20:00"));
    let expected = [
        None,
        None,
        None,
        Some(&day),
        None,
        None,
        Some(&both),
        Some(&way),
        None,
    ];
    assert_eq!(hours, expected);
    let at = |edge| network.edge_attributes(edge).unwrap().hours_at;
    // At the gate's end; hours of a whole way hold at both.
    assert_eq!(at(3), EdgeEnds::First);
    assert_eq!([at(6), at(7)], [EdgeEnds::Both; 2]);
    assert_eq!(network.closed_at(0, 12 * 60), [0u32; 0]);
    assert_eq!(network.closed_at(0, 7 * 60), [6]);
    assert_eq!(network.closed_at(3, 23 * 60), [3, 6, 7]);
    assert_eq!(network.next_change(0, 12 * 60), Some(8 * 60));
    assert_eq!(network.next_change(6, 23 * 60), Some(7 * 60));
}

#[test]
fn hours_that_are_not_understood_stay_open_and_are_told() {
    let mut town = town();
    town.nodes[3].3 = "barrier=gate opening_hours=dawn-dusk";
    let network = read_bytes(&town.bytes()).unwrap().network().unwrap();
    assert_eq!(network.edge_hours(3), Some(&Hours::Unknown));
    assert!(!network.closed_at(0, 180).contains(&3));
}
