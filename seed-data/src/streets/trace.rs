//! From lines with stops to nodes and edges.

use super::sheet::{Line, Sheet};
use super::{Edge, Node, StreetKind, Streets, Surface};
use crate::draw::{Draw, Topic};
use crate::plane::Plane;

/// Walks every line and puts shape nodes between its stops.
pub(super) fn trace(sheet: &Sheet, seed: u64, plane: Plane) -> Streets {
    let mut draw = Draw::stream(seed, Topic::Shape, 0);
    let node = |spot| {
        let place = plane.place(spot);
        Node {
            lon: place.lon,
            lat: place.lat,
        }
    };
    let nodes = sheet.spots.iter().map(|&spot| node(spot)).collect();
    let mut streets = Streets {
        nodes,
        edges: Vec::new(),
    };
    for (way, line) in sheet.lines.iter().enumerate() {
        let first = streets.edges.len();
        let look = Look::of(line, &mut draw);
        for pair in line.stops.windows(2) {
            let ((from, a), (to, b)) = (pair[0], pair[1]);
            let length = sheet.spots[a as usize].distance(sheet.spots[b as usize]);
            let pieces = (length / draw.between(30.0, 62.0)).ceil().max(1.0);
            let mut last = a;
            for piece in 1..pieces as usize {
                let at = from + (to - from) * piece as f64 / pieces;
                let mut wobble = || draw.between(-1.5, 1.5);
                let spot = sheet.at(line, at).moved(wobble(), wobble());
                streets.nodes.push(node(spot));
                let next = (streets.nodes.len() - 1) as u32;
                streets.edges.push(look.edge(last, next, way));
                last = next;
            }
            streets.edges.push(look.edge(last, b, way));
        }
        streets.edges[first].gate = look.gate;
    }
    streets
}

/// What all pieces of one street share, and whether a gate closes its first piece.
struct Look {
    kind: StreetKind,
    surface: Surface,
    steps: bool,
    gate: bool,
}

impl Look {
    fn of(line: &Line, draw: &mut Draw) -> Self {
        let surfaces: &[Surface] = match line.kind {
            StreetKind::Primary | StreetKind::Secondary | StreetKind::Tertiary => {
                &[Surface::Asphalt]
            }
            StreetKind::Residential | StreetKind::Service => {
                &[Surface::Asphalt, Surface::Concrete, Surface::Concrete]
            }
            StreetKind::Footway => &[Surface::PavingStones, Surface::Concrete],
            StreetKind::Path => &[Surface::Ground],
        };
        Self {
            kind: line.kind,
            surface: *draw.pick(surfaces),
            steps: line.kind == StreetKind::Footway && draw.chance(0.06),
            gate: line.kind == StreetKind::Service && draw.chance(0.05),
        }
    }

    fn edge(&self, a: u32, b: u32, way: usize) -> Edge {
        Edge {
            a,
            b,
            way: way as u32,
            kind: self.kind,
            steps: self.steps,
            gate: false,
            surface: self.surface,
        }
    }
}
