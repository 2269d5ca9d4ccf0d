use crate::junctions::JunctionGraph;
use crate::network::Network;
use crate::snap::Snap;
use crate::weights::{Position, Weights};

/// Where each node of the network lies between junctions, shape nodes included.
///
/// Depends on the weights: a closure needs new ones. About 56 bytes a node.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodePlaces {
    places: Vec<Option<Position>>,
}

impl NodePlaces {
    /// Places of all nodes for one set of weights; linear in nodes and edges.
    ///
    /// All three must be of one network. A node without a street has no place.
    pub fn new(network: &Network, graph: &JunctionGraph, weights: &Weights) -> Self {
        let mut places: Vec<Option<Position>> = vec![None; network.ids.len()];
        for chain in 0..graph.chains().len() as u32 {
            for link in graph.links(chain) {
                let edge = &network.edges[link.edge as usize];
                let ends = [(edge.a, 0.0), (edge.b, 1.0)];
                for ((node, fraction), open) in ends.into_iter().zip(weights.ways_out(link.edge)) {
                    let place = &mut places[node as usize];
                    // A node is left by any of its streets that is open there.
                    if place.is_none() || open {
                        *place = weights.position(&Snap {
                            edge: link.edge,
                            fraction,
                            at: network.at[node as usize],
                            snap_m: 0.0,
                            component: network.component[node as usize],
                        });
                    }
                }
            }
        }
        Self { places }
    }

    /// Place of each node; None for a node without a street.
    pub fn places(&self) -> &[Option<Position>] {
        &self.places
    }
}
