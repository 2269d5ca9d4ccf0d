use super::*;
use proptest::prelude::*;

const NOTHING: &str = r#"{"type":"MultiPolygon","coordinates":[]}"#;

fn anywhere() -> Snap {
    Snap {
        edge: 0,
        fraction: 0.5,
        at: LonLat::ORIGIN,
        snap_m: 0.0,
        component: 0,
    }
}

/// Everything there is to ask; returns the number of reached nodes.
fn ask(network: &Network, origin: &Snap, limits_ms: &[u32], speed_m_s: f64) -> usize {
    let map = Isochrones::build(network);
    let mut scratch = IsochroneScratch::new();
    let areas = map.areas(&mut scratch, origin, limits_ms, speed_m_s);
    assert_eq!(areas.len(), limits_ms.len());
    areas.for_each(areas::check_rings);
    let most_ms = limits_ms.iter().copied().max().unwrap_or(0);
    for part in map.partly_reached(&mut scratch, origin, most_ms, speed_m_s) {
        assert!(
            part.from >= 0.0 && part.from < part.to && part.to <= 1.0,
            "{part:?}"
        );
    }
    map.reach(&mut scratch, origin, most_ms, speed_m_s).len()
}

#[test]
fn nothing_is_reached_where_there_is_nothing() {
    let empty = Network::build(InputGraph::default()).unwrap();
    assert_eq!(ask(&empty, &anywhere(), &[900_000], 1.0), 0);
    let lonely = Network::build(InputGraph {
        nodes: vec![InputNode {
            id: 1,
            at: LonLat::ORIGIN,
        }],
        edges: vec![],
    })
    .unwrap();
    assert_eq!(ask(&lonely, &anywhere(), &[900_000], 1.0), 0);
    let map = Isochrones::build(&empty);
    let mut scratch = IsochroneScratch::new();
    let texts: Vec<String> = map
        .areas(&mut scratch, &anywhere(), &[0, 1], 1.0)
        .map(|area| area.geojson())
        .collect();
    assert_eq!(texts, [NOTHING; 2]);
}

#[test]
fn an_answer_does_not_outlive_its_question() {
    let network = Dice::new(3).network(80, 140);
    let map = Isochrones::build(&network);
    let origin = network.snap(network.node_at(0)).unwrap();
    let mut scratch = IsochroneScratch::new();
    assert!(
        !map.areas(&mut scratch, &origin, &[900_000], 1.0)
            .next()
            .unwrap()
            .is_empty()
    );
    for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            map.areas(&mut scratch, &origin, &[900_000], speed)
                .next()
                .unwrap()
                .is_empty()
        );
        assert!(map.reach(&mut scratch, &origin, 900_000, speed).is_empty());
    }
    let nowhere = Snap {
        edge: u32::MAX,
        ..origin
    };
    assert!(
        map.areas(&mut scratch, &nowhere, &[900_000], 1.0)
            .next()
            .unwrap()
            .is_empty()
    );
    assert!(
        map.partly_reached(&mut scratch, &nowhere, 900_000, 1.0)
            .is_empty()
    );
}

#[test]
fn limits_may_repeat_or_be_absent() {
    let network = Dice::new(4).network(80, 140);
    let map = Isochrones::build(&network);
    let origin = network.snap(network.node_at(0)).unwrap();
    let mut scratch = IsochroneScratch::new();
    let areas: Vec<f64> = map
        .areas(&mut scratch, &origin, &[600_000; 3], 1.0)
        .map(|area| area.square_metres())
        .collect();
    assert!(areas[0] > 0.0 && areas.iter().all(|&area| area == areas[0]));
    assert_eq!(map.areas(&mut scratch, &origin, &[], 1.0).len(), 0);
}

#[test]
fn all_nodes_at_one_point_are_one_round_area() {
    let network = Network::build(InputGraph {
        nodes: (0..50)
            .map(|id| InputNode {
                id,
                at: LonLat::new(121.0, 31.0).unwrap(),
            })
            .collect(),
        edges: (0..49)
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
    let origin = network.snap(network.node_at(7)).unwrap();
    assert_eq!(ask(&network, &origin, &[0, 900_000], 1.0), 50);
    let map = Isochrones::build(&network);
    let mut scratch = IsochroneScratch::new();
    let area = map
        .areas(&mut scratch, &origin, &[0], 1.0)
        .next()
        .unwrap()
        .square_metres();
    assert!(
        (area / (40.0 * 40.0 * std::f64::consts::PI) - 1.0).abs() < 0.2,
        "{area}"
    );
}

#[test]
fn the_ends_of_the_earth_are_answered() {
    for (lon, lat) in [
        (0.0, 89.9999),
        (180.0, 0.0),
        (-180.0, -90.0),
        (179.9999, 60.0),
    ] {
        let place = |east: f64, north: f64| {
            LonLat::new(
                (lon + east).clamp(-180.0, 180.0),
                (lat + north).clamp(-90.0, 90.0),
            )
        };
        let nodes = [(0.0, 0.0), (0.001, 0.0), (0.0, -0.001), (-359.0, 0.0)];
        let nodes = (0..).zip(nodes).map(|(id, (east, north))| InputNode {
            id,
            at: place(east, north).unwrap(),
        });
        let network = Network::build(InputGraph {
            nodes: nodes.collect(),
            edges: [(0, 1), (1, 2), (2, 3)]
                .map(|(a, b)| InputEdge {
                    a,
                    b,
                    way_id: 1,
                    segment: a,
                    attributes: EdgeAttributes::default(),
                })
                .to_vec(),
        })
        .unwrap();
        let origin = network.snap(network.node_at(0)).unwrap();
        let map = Isochrones::build(&network);
        let mut scratch = IsochroneScratch::new();
        // Cut off where degrees end, so the rings may touch themselves there.
        let whole = |area: Area<'_>| area.rings().all(|(_, ring)| ring.len() >= 3);
        let limits_ms = [1_000, 900_000, u32::MAX];
        assert!(map.areas(&mut scratch, &origin, &limits_ms, 1.0).all(whole));
        assert!(!map.reach(&mut scratch, &origin, 1_000, 1.0).is_empty());
    }
}

proptest! {
    #[test]
    fn any_origin_limit_and_speed_is_answered(
        seed in 0u64..20,
        edge in prop_oneof![0u32..120, Just(u32::MAX)],
        fraction in prop_oneof![0.0..=1.0, Just(f64::NAN), Just(-3.0), Just(7.0)],
        snap_m in prop_oneof![0.0..600.0, Just(f64::NAN), Just(-1.0), Just(f64::INFINITY)],
        limits_ms in prop::collection::vec(prop_oneof![0u32..2_000_000, Just(u32::MAX)], 0..4),
        speed_m_s in prop_oneof![0.1..5.0, Just(f64::NAN), Just(0.0), Just(1e300), Just(1e-300)],
    ) {
        let network = Dice::new(seed).network(60, 110);
        let at = network.node_at(0);
        let origin = Snap { edge, fraction, at, snap_m, component: 0 };
        ask(&network, &origin, &limits_ms, speed_m_s);
    }
}
