use crate::grid::Grid;
use crate::hours::GateHours;
use crate::input::{EdgeAttributes, InputGraph};
use crate::lonlat::haversine_of;
use crate::pace::{to_metres, to_um};
use crate::{CoordinateError, LonLat};

mod components;
mod gates;

/// Components with fewer nodes are scraps of mapping that nobody should be snapped to.
pub(crate) const SNAPPABLE_NODES: u32 = 20;

/// A prepared walking network: immutable, made only to be asked.
///
/// Node indices are those of the input; edges are renumbered by way id and segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    pub(crate) ids: Vec<i64>,
    pub(crate) at: Vec<LonLat>,
    /// Component of each node; numbered by falling size, so 0 is the largest.
    pub(crate) component: Vec<u32>,
    /// Nodes in each component.
    pub(crate) sizes: Vec<u32>,
    pub(crate) edges: Vec<Edge>,
    /// Both ends of each edge once more, for snapping: one look instead of three.
    pub(crate) lines: Vec<[LonLat; 2]>,
    /// Where the arcs of a node begin in `arcs`; one entry more than nodes.
    first: Vec<u32>,
    arcs: Vec<Arc>,
    pub(crate) grid: Grid,
    pub(crate) gate_hours: GateHours,
}

/// An edge as kept: its ends, its origin, its length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Edge {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) way_id: i64,
    pub(crate) segment: u32,
    pub(crate) attributes: EdgeAttributes,
    pub(crate) length_um: u64,
}

/// One direction of an edge, as the search walks it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Arc {
    pub(crate) head: u32,
    pub(crate) edge: u32,
    pub(crate) length_um: u64,
}

/// What a network consists of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Nodes.
    pub nodes: usize,
    /// Undirected edges.
    pub edges: usize,
    /// Parts that are not connected with each other.
    pub components: usize,
    /// Nodes of the largest component.
    pub largest: usize,
    /// Length of all edges together.
    pub metres: f64,
}

/// Why a graph or a file is no network.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NetworkError {
    /// An edge names a node that is not there.
    #[error("edge {edge} names a node that does not exist")]
    NoSuchNode {
        /// Place of the edge in the input.
        edge: usize,
    },
    /// Both ends of an edge are the same node.
    #[error("edge {edge} begins and ends at the same node")]
    Loop {
        /// Place of the edge in the input.
        edge: usize,
    },
    /// More nodes or edges than 32-bit indices can name.
    #[error("the network has too many nodes or edges")]
    TooLarge,
    /// The bytes do not begin like a network file.
    #[error("not a network file")]
    NotANetwork,
    /// A network file of another version.
    #[error("network file of version {found}, this program reads version {expected}")]
    Version {
        /// Version in the file.
        found: u32,
        /// Version that can be read.
        expected: u32,
    },
    /// Cut short, or with something behind its end.
    #[error("network file of the wrong length")]
    Length,
    /// Damaged.
    #[error("network file is damaged: its checksum does not match")]
    Checksum,
    /// A table of opening hours that is none.
    #[error("the opening hours in the network file make no sense")]
    Hours,
    /// An attribute code that this version does not know.
    #[error("edge {edge} has unknown attributes")]
    Attributes {
        /// Place of the edge in the file.
        edge: usize,
    },
    /// A node that is nowhere on earth.
    #[error("a node has no position on earth: {0}")]
    Position(#[from] CoordinateError),
}

impl Network {
    /// Prepares a graph for questions; slow compared with any question.
    ///
    /// A node without edges is kept as a component of its own.
    pub fn build(input: InputGraph) -> Result<Self, NetworkError> {
        check(&input)?;
        let at: Vec<LonLat> = input.nodes.iter().map(|node| node.at.rounded()).collect();
        // Worked out once a node, not once for each end of an edge.
        let squeezes: Vec<f64> = at.iter().map(|at| at.squeeze()).collect();
        let known = |node: u32| (at[node as usize], squeezes[node as usize]);
        let mut edges: Vec<Edge> = input
            .edges
            .iter()
            .map(|edge| Edge {
                a: edge.a,
                b: edge.b,
                way_id: edge.way_id,
                segment: edge.segment,
                attributes: edge.attributes,
                length_um: to_um(haversine_of(known(edge.a), known(edge.b))),
            })
            .collect();
        // In this order a lower index is exactly the winner of a tie between snaps.
        edges.sort_by_key(|edge| (edge.way_id, edge.segment));
        let (first, arcs) = adjacency(at.len(), &edges);
        let (component, sizes) = components::number(&first, &arcs);
        let snappable = components::snappable(&sizes);
        let line = |edge: &Edge| [at[edge.a as usize], at[edge.b as usize]];
        let lines: Vec<_> = edges.iter().map(line).collect();
        let wanted = |edge: usize| component[edges[edge].a as usize] < snappable;
        let grid = Grid::build(&lines, wanted);
        let ids = input.nodes.iter().map(|node| node.id).collect();
        Ok(Self {
            ids,
            at,
            component,
            sizes,
            edges,
            lines,
            first,
            arcs,
            grid,
            gate_hours: GateHours::default(),
        })
    }

    /// Counts nodes, edges, components and length.
    pub fn summary(&self) -> Summary {
        Summary {
            nodes: self.ids.len(),
            edges: self.edges.len(),
            components: self.sizes.len(),
            largest: self.sizes.first().map_or(0, |&nodes| nodes as usize),
            metres: to_metres(self.edges.iter().map(|edge| edge.length_um).sum()),
        }
    }

    /// The source's id of a node; panics for an index that this network never gave out.
    pub fn node_id(&self, node: u32) -> i64 {
        self.ids[node as usize]
    }

    /// Where a node lies; panics for an index that this network never gave out.
    pub fn node_at(&self, node: u32) -> LonLat {
        self.at[node as usize]
    }

    /// What is known about an edge, by the index a snap carries.
    pub fn edge_attributes(&self, edge: u32) -> Option<EdgeAttributes> {
        self.edges.get(edge as usize).map(|edge| edge.attributes)
    }

    /// Nodes of the largest component where three or more edges meet, by index.
    pub fn junctions_in_largest(&self) -> Vec<u32> {
        (0..self.ids.len() as u32)
            .filter(|&node| self.component[node as usize] == 0 && self.arcs_of(node).len() >= 3)
            .collect()
    }

    /// The two directions of every edge at a node.
    pub(crate) fn arcs_of(&self, node: u32) -> &[Arc] {
        let node = node as usize;
        &self.arcs[self.first[node] as usize..self.first[node + 1] as usize]
    }
}

/// Refuses what the preparation could not index.
fn check(input: &InputGraph) -> Result<(), NetworkError> {
    // An eighth of the range leaves room for two arcs an edge and for the cells of the grid.
    let most = (u32::MAX / 8) as usize;
    if input.nodes.len() > most || input.edges.len() > most {
        return Err(NetworkError::TooLarge);
    }
    for (index, edge) in input.edges.iter().enumerate() {
        if edge.a.max(edge.b) as usize >= input.nodes.len() {
            return Err(NetworkError::NoSuchNode { edge: index });
        }
        if edge.a == edge.b {
            return Err(NetworkError::Loop { edge: index });
        }
    }
    Ok(())
}

/// Arcs grouped by the node they leave.
fn adjacency(nodes: usize, edges: &[Edge]) -> (Vec<u32>, Vec<Arc>) {
    let mut first = vec![0u32; nodes + 1];
    for edge in edges {
        first[edge.a as usize + 1] += 1;
        first[edge.b as usize + 1] += 1;
    }
    for node in 0..nodes {
        first[node + 1] += first[node];
    }
    let mut next = first.clone();
    let mut arcs = vec![
        Arc {
            head: 0,
            edge: 0,
            length_um: 0
        };
        edges.len() * 2
    ];
    for (index, edge) in (0u32..).zip(edges) {
        for (tail, head) in [(edge.a, edge.b), (edge.b, edge.a)] {
            arcs[next[tail as usize] as usize] = Arc {
                head,
                edge: index,
                length_um: edge.length_um,
            };
            next[tail as usize] += 1;
        }
    }
    (first, arcs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;
    use crate::input::{InputEdge, InputNode};

    fn node(id: i64) -> InputNode {
        InputNode {
            id,
            at: LonLat::new(0.001 * id as f64, 45.0).unwrap(),
        }
    }

    fn edge(a: u32, b: u32) -> InputEdge {
        InputEdge {
            a,
            b,
            way_id: 1,
            segment: 0,
            attributes: EdgeAttributes::default(),
        }
    }

    #[test]
    fn bad_edges_are_refused() {
        let nodes = vec![node(1), node(2)];
        let missing = InputGraph {
            nodes: nodes.clone(),
            edges: vec![edge(0, 1), edge(0, 2)],
        };
        assert_eq!(
            Network::build(missing),
            Err(NetworkError::NoSuchNode { edge: 1 })
        );
        let looped = InputGraph {
            nodes,
            edges: vec![edge(1, 1)],
        };
        assert_eq!(Network::build(looped), Err(NetworkError::Loop { edge: 0 }));
    }

    #[test]
    fn the_empty_network_answers() {
        let network = Network::build(InputGraph::default()).unwrap();
        let summary = network.summary();
        assert_eq!(
            (summary.nodes, summary.edges, summary.components),
            (0, 0, 0)
        );
        assert_eq!((summary.largest, summary.metres), (0, 0.0));
        assert!(network.junctions_in_largest().is_empty());
        assert_eq!(network.snap(LonLat::new(1.0, 1.0).unwrap()), None);
    }

    #[test]
    fn nodes_without_edges_are_components_of_one() {
        let input = InputGraph {
            nodes: vec![node(1), node(2), node(3)],
            edges: vec![edge(1, 2)],
        };
        let network = Network::build(input).unwrap();
        let summary = network.summary();
        assert_eq!((summary.components, summary.largest), (2, 2));
        assert_eq!(network.component, [1, 0, 0]);
        let alone = InputGraph {
            nodes: vec![node(1)],
            edges: vec![],
        };
        let network = Network::build(alone).unwrap();
        assert_eq!(network.summary().components, 1);
        assert_eq!(network.snap(network.node_at(0)), None);
    }

    #[test]
    fn junctions_are_where_three_edges_meet_in_the_largest_part() {
        let map = Drawn::new(
            "
            a--b--c   x--y--z
               |         |
            d--e--f      w
            ",
        );
        let network = map.network();
        assert_eq!(map.names(&network.junctions_in_largest()), "be");
        assert_eq!(network.summary().largest, 6);
        let metres = 6.0 * 30.0 + 2.0 * 20.0;
        assert!((network.summary().metres - metres).abs() < 0.1);
    }
}
