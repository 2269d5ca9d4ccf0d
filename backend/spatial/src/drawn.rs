//! Maps drawn in characters, for tests: `a--b` is a street of 30 m between two nodes.
//!
//! A letter is a node, `-` and `|` are streets, `+` is where two streets cross without meeting,
//! as on a bridge. A column is 10 m wide, a line 10 m high.

use crate::{EdgeAttributes, InputEdge, InputGraph, InputNode, LonLat, Network};

/// Degrees of latitude in 10 m; at the equator degrees of longitude are as long.
const TEN_METRES: f64 = 10.0 / crate::DEGREE_M;

/// A drawn map; nodes are numbered in reading order and have their letter as id.
pub(crate) struct Drawn {
    letters: Vec<char>,
    graph: InputGraph,
}

impl Drawn {
    pub(crate) fn new(drawing: &str) -> Self {
        let rows: Vec<Vec<char>> = drawing.lines().map(|line| line.chars().collect()).collect();
        let cell = |row: usize, column: usize| {
            rows.get(row)
                .and_then(|cells| cells.get(column))
                .copied()
                .unwrap_or(' ')
        };
        let mut map = Self {
            letters: Vec::new(),
            graph: InputGraph::default(),
        };
        let mut places = Vec::new();
        for (row, cells) in rows.iter().enumerate() {
            for (column, &letter) in cells.iter().enumerate() {
                if letter.is_alphabetic() {
                    places.push((row, column));
                    map.letters.push(letter);
                    let at = position(row as f64, column as f64);
                    map.graph.nodes.push(InputNode {
                        id: i64::from(u32::from(letter)),
                        at,
                    });
                }
            }
        }
        for (a, &(row, column)) in (0u32..).zip(&places) {
            for (stroke, down, right) in [('-', 0, 1), ('|', 1, 0)] {
                let mut end = (row + down, column + right);
                let begun = cell(end.0, end.1) == stroke;
                while [stroke, '+'].contains(&cell(end.0, end.1)) {
                    end = (end.0 + down, end.1 + right);
                }
                if let (true, Some(b)) = (begun, places.iter().position(|&place| place == end)) {
                    map.street(a, b as u32);
                }
            }
        }
        map
    }

    fn street(&mut self, a: u32, b: u32) {
        let way_id = self.graph.edges.len() as i64;
        let attributes = EdgeAttributes::default();
        self.graph.edges.push(InputEdge {
            a,
            b,
            way_id,
            segment: 0,
            attributes,
        });
    }

    pub(crate) fn network(&self) -> Network {
        Network::build(self.graph.clone()).unwrap()
    }

    /// Index of the node with this letter.
    pub(crate) fn node(&self, letter: char) -> u32 {
        self.letters
            .iter()
            .position(|&other| other == letter)
            .unwrap() as u32
    }

    /// Position of the node with this letter, as the network holds it.
    pub(crate) fn at(&self, letter: char) -> LonLat {
        self.graph.nodes[self.node(letter) as usize].at.rounded()
    }

    /// A position so many metres east and north of a node.
    pub(crate) fn beside(&self, letter: char, east_m: f64, north_m: f64) -> LonLat {
        let at = self.at(letter);
        let (east, north) = (east_m / 10.0 * TEN_METRES, north_m / 10.0 * TEN_METRES);
        LonLat::new(at.lon() + east, at.lat() + north).unwrap()
    }

    /// Letters of nodes, in order.
    pub(crate) fn names(&self, nodes: &[u32]) -> String {
        nodes
            .iter()
            .map(|&node| self.letters[node as usize])
            .collect()
    }
}

fn position(row: f64, column: f64) -> LonLat {
    LonLat::new(column * TEN_METRES, -row * TEN_METRES).unwrap()
}
