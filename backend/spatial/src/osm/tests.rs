use proptest::prelude::*;

use super::pbf_writer::PbfMap;
use super::*;
use crate::{Network, Surface, WayKind};

mod marks;
pub(crate) mod real;

/// Five nodes in a row and one beside; positions are invented.
fn map() -> PbfMap {
    let node =
        |id, column: i32, row: i32, tags| (id, 100_000_000 + column, 500_000_000 + row, tags);
    PbfMap {
        nodes: vec![
            node(11, 0, 0, ""),
            node(12, 10_000, 0, "barrier=gate access=private"),
            node(13, 20_000, 0, "amenity=pharmacy name=A"),
            node(14, 30_000, 0, "na?e=x shop=bakery"),
            node(-5, 30_000, 10_000, "natural=tree"),
            node(16, 90_000, 0, "highway=bus_stop"),
        ],
        ways: vec![
            (
                70,
                vec![11, 12, 12, 13, 999, 14],
                "highway=footway surface=asphalt",
            ),
            (60, vec![13, 14], "highway=steps ramp=yes"),
            (61, vec![14, -5], "highway=service access=private"),
            (62, vec![14, -5], "highway=motorway"),
            (63, vec![13, 14, -5, 13], "landuse=residential"),
            (64, vec![998, 997], "landuse=residential"),
            (65, vec![998, 997], "highway=footway"),
        ],
        feature: "DenseNodes",
        ..PbfMap::default()
    }
}

fn read_bytes(bytes: &[u8]) -> Result<OsmExtract, OsmError> {
    read(bytes, &mut |_| {})
}

#[test]
fn streets_are_read_by_the_rule() {
    let graph = read_bytes(&map().bytes()).unwrap().graph;
    let ids: Vec<i64> = graph.nodes.iter().map(|node| node.id).collect();
    assert_eq!(ids, [11, 12, 13, 14]);
    let edges: Vec<_> = graph
        .edges
        .iter()
        .map(|edge| (edge.way_id, edge.segment, edge.a, edge.b))
        .collect();
    // Segments count all pairs of the way, also those that are dropped.
    assert_eq!(edges, [(60, 0, 2, 3), (70, 0, 0, 1), (70, 2, 1, 2)]);
    let [steps, footway, _] = graph.edges[..] else {
        panic!("three edges")
    };
    assert_eq!(steps.attributes.kind, WayKind::Steps);
    assert!(steps.attributes.steps && steps.attributes.ramp && !steps.attributes.gate);
    assert_eq!(footway.attributes.surface, Surface::Asphalt);
    assert!(footway.attributes.gate && !footway.attributes.steps);
    let network = Network::build(graph).unwrap();
    assert_eq!(network.node_at(1).to_e7(), (100_010_000, 500_000_000));
}

#[test]
fn order_of_objects_and_kind_of_nodes_do_not_matter() {
    let turned_round = PbfMap {
        turned_round: true,
        ..map()
    };
    let (straight, turned) = (
        read_bytes(&map().bytes()).unwrap(),
        read_bytes(&turned_round.bytes()).unwrap(),
    );
    assert_eq!(straight, turned);
}

#[test]
fn a_pair_used_by_two_ways_is_two_edges() {
    let mut map = map();
    map.ways.push((71, vec![12, 11], "highway=path"));
    assert_eq!(read_bytes(&map.bytes()).unwrap().graph.edges.len(), 4);
}

#[test]
fn places_come_with_their_tags() {
    let places = read_bytes(&map().bytes()).unwrap().places;
    let found: Vec<(OsmKind, i64)> = places.iter().map(|place| (place.kind, place.id)).collect();
    use OsmKind::{Node, Way};
    assert_eq!(found, [(Node, 13), (Node, 14), (Node, 16), (Way, 63)]);
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(
        places[0].tags,
        [pair("amenity", "pharmacy"), pair("name", "A")]
    );
    assert_eq!(
        places[1].tags,
        [pair("na\u{fffd}e", "x"), pair("shop", "bakery")]
    );
    let area = places[3].at;
    assert!((area.lon() - (10.0 + 0.008 / 3.0)).abs() < 1e-9);
    assert!((area.lat() - (50.0 + 0.001 / 3.0)).abs() < 1e-9);
}

#[test]
fn places_outside_the_files_box_are_left_out_and_streets_are_not() {
    let west_of_13 = [
        9_990_000_000,
        10_001_500_000,
        50_001_000_000,
        49_999_000_000,
    ];
    let inside = PbfMap {
        bounds: Some(west_of_13),
        ..map()
    };
    let extract = read_bytes(&inside.bytes()).unwrap();
    assert!(extract.places.is_empty());
    assert_eq!(extract.graph.edges.len(), 3);
    let (min, max) = extract.bounds.unwrap();
    assert_eq!(
        (min.to_e7(), max.to_e7()),
        ((99_900_000, 499_990_000), (100_015_000, 500_010_000))
    );
}

#[test]
fn progress_ends_at_the_size_of_the_file() {
    let bytes = map().bytes();
    let mut heard = Vec::new();
    read(bytes.as_slice(), &mut |count| heard.push(count)).unwrap();
    assert!(heard.is_sorted());
    assert_eq!(heard.last(), Some(&(bytes.len() as u64)));
}

#[test]
fn what_is_no_map_is_refused() {
    assert!(matches!(read_bytes(b""), Err(OsmError::NoHeader)));
    assert!(matches!(
        read_bytes(b"<?xml version=\"1.0\"?><osm/>"),
        Err(OsmError::Pbf(_))
    ));
    let history = PbfMap {
        feature: "HistoricalInformation",
        ..map()
    };
    assert!(matches!(
        read_bytes(&history.bytes()),
        Err(OsmError::Feature(_))
    ));
    let mut astray = map();
    astray.nodes[0].2 = 910_000_000;
    assert!(matches!(
        read_bytes(&astray.bytes()),
        Err(OsmError::Position { id: 11 })
    ));
}

proptest! {
    #[test]
    fn damage_never_makes_it_panic(
        cut in 0usize..700,
        place in 0usize..700,
        byte in any::<u8>(),
        noise in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let whole = map().bytes();
        let mut bytes = whole[..cut.min(whole.len())].to_vec();
        if let Some(damaged) = bytes.get_mut(place) {
            *damaged = byte;
        }
        for bytes in [&bytes, &noise] {
            if let Ok(extract) = read_bytes(bytes) {
                prop_assert!(Network::build(extract.graph).is_ok());
            }
        }
    }
}
