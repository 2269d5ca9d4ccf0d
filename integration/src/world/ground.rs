//! The drawn streets, in metres from a corner in the open sea, where no real street is.

use domain::geo::{Coordinate, Datum};
use spatial::{EdgeAttributes, InputEdge, InputGraph, InputNode, LonLat, Network, WayKind};

/// The corner: open sea.
const ORIGIN: (f64, f64) = (123.5, 30.5);
/// Metres in a degree of latitude on the sphere that `spatial` uses.
const METRES_PER_DEGREE: f64 = 111_195.08;
/// Between neighbouring crossings.
const STEP_M: f64 = 100.0;
/// Crossings in a row, and rows.
const COLUMNS: u32 = 8;
const ROWS: u32 = 4;
/// The river flows north of this row.
const RIVER_ROW: u32 = 1;

/// A place on the drawn map: metres east and north of the corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot(pub f64, pub f64);

impl Spot {
    fn degrees(self) -> (f64, f64) {
        let shrink = ORIGIN.1.to_radians().cos();
        let lon = ORIGIN.0 + self.0 / (METRES_PER_DEGREE * shrink);
        (lon, ORIGIN.1 + self.1 / METRES_PER_DEGREE)
    }

    /// As the domain knows places.
    ///
    /// # Panics
    /// Never for a spot on the drawn map.
    pub fn coordinate(self) -> Coordinate {
        let (lon, lat) = self.degrees();
        Coordinate::declared(lon, lat, Datum::Wgs84).expect("a spot on the map is a place")
    }

    /// As the network knows places.
    ///
    /// # Panics
    /// Never for a spot on the drawn map.
    pub fn lonlat(self) -> LonLat {
        let (lon, lat) = self.degrees();
        LonLat::new(lon, lat).expect("a spot on the map is a place")
    }
}

/// The walking network: four rows of eight crossings, a river with one bridge at the east end.
///
/// # Panics
/// Never: the drawing is sound.
pub fn network() -> Network {
    let mut graph = InputGraph::default();
    for row in 0..ROWS {
        for column in 0..COLUMNS {
            let spot = Spot(f64::from(column) * STEP_M, f64::from(row) * STEP_M);
            let id = i64::from(row * COLUMNS + column);
            graph.nodes.push(InputNode {
                id,
                at: spot.lonlat(),
            });
        }
    }
    for row in 0..ROWS {
        for column in 0..COLUMNS {
            let here = row * COLUMNS + column;
            if column + 1 < COLUMNS {
                graph.edges.push(street(here, here + 1, row));
            }
            let bridge = row != RIVER_ROW || column + 1 == COLUMNS;
            if row + 1 < ROWS && bridge {
                graph.edges.push(street(here, here + COLUMNS, 100 + column));
            }
        }
    }
    Network::build(graph).expect("the drawing is sound")
}

fn street(a: u32, b: u32, way: u32) -> InputEdge {
    let attributes = EdgeAttributes {
        kind: WayKind::Residential,
        ..EdgeAttributes::default()
    };
    InputEdge {
        a,
        b,
        way_id: i64::from(way),
        segment: a,
        attributes,
    }
}
