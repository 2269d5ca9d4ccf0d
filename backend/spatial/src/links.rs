//! Streets between junctions in the order in which they lie on the ground.

use crate::junctions::JunctionGraph;
use crate::network::Network;

/// What a piece of street is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) link: u32,
    /// Length along the link at which the edge's `a` end lies.
    pub(crate) a_um: u64,
    /// Length along the link at which the edge's `b` end lies.
    pub(crate) b_um: u64,
}

impl Place {
    /// Of an edge that is no part of any link.
    const NOWHERE: Self = Self {
        link: u32::MAX,
        a_um: 0,
        b_um: 0,
    };

    pub(crate) fn length_um(self) -> u64 {
        self.a_um.abs_diff(self.b_um)
    }

    /// Length along the link of a point so far along the edge.
    pub(crate) fn along_um(self, from_a_um: u64) -> u64 {
        if self.a_um <= self.b_um {
            self.a_um + from_a_um
        } else {
            self.a_um - from_a_um
        }
    }
}

/// A way from one junction to another, or back to the same one, without a junction between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    /// Junctions at both ends, by their place in [`Links::junctions`].
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) length_um: u64,
    /// Where the pieces of the link begin in [`Links::pieces`].
    first_piece: u32,
}

/// One edge of a link, in the direction from the link's `a` end to its `b` end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) edge: u32,
    /// The node in which the piece ends.
    pub(crate) node: u32,
    /// Length along the link at which it ends.
    pub(crate) along_um: u64,
}

/// A network seen from its junctions ([`JunctionGraph`]), laid out for walks through one area:
/// what is near on the ground is near in memory, and every point of a street has its length.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    /// Node of each junction, along a curve on which neighbours in number are near on the ground.
    pub(crate) junctions: Vec<u32>,
    /// By the lower of both ends.
    pub(crate) links: Vec<Link>,
    pieces: Vec<Piece>,
    /// What each edge of the network is part of; see [`Links::place`].
    pub(crate) places: Vec<Place>,
}

impl Links {
    /// Linear in the network, but for sorting its junctions and links.
    pub(crate) fn build(network: &Network) -> Self {
        let graph = JunctionGraph::build(network);
        let graph = graph.renumbered(&along_curve(network, graph.nodes()));
        let mut order: Vec<(u32, u32)> = (0u32..)
            .zip(graph.chains())
            .map(|(chain, ends)| (ends.a.min(ends.b), chain))
            .collect();
        order.sort_unstable();
        let mut links = Self {
            junctions: graph.nodes().to_vec(),
            places: vec![Place::NOWHERE; network.edges.len()],
            ..Self::default()
        };
        for (_, chain) in order {
            links.add(network, &graph, chain);
        }
        links
    }

    /// Adds a chain as the next link.
    fn add(&mut self, network: &Network, graph: &JunctionGraph, chain: u32) {
        let link = self.links.len() as u32;
        let first_piece = self.pieces.len() as u32;
        let mut along_um = 0u64;
        for piece in graph.links(chain) {
            let edge = &network.edges[piece.edge as usize];
            let end_um = along_um + edge.length_um;
            let (a_um, b_um, node) = if piece.backwards {
                (end_um, along_um, edge.a)
            } else {
                (along_um, end_um, edge.b)
            };
            self.places[piece.edge as usize] = Place { link, a_um, b_um };
            along_um = end_um;
            self.pieces.push(Piece {
                edge: piece.edge,
                node,
                along_um,
            });
        }
        let ends = graph.chains()[chain as usize];
        self.links.push(Link {
            a: ends.a,
            b: ends.b,
            length_um: along_um,
            first_piece,
        });
    }

    /// What an edge is part of; None for an edge that is not there.
    pub(crate) fn place(&self, edge: u32) -> Option<Place> {
        let place = self.places.get(edge as usize).copied();
        place.filter(|place| place.link != Place::NOWHERE.link)
    }

    /// Gives edges the numbers of another network, of so many edges, that holds them all.
    pub(crate) fn name_edges(&mut self, names: &[u32], edges: usize) {
        for piece in &mut self.pieces {
            piece.edge = names[piece.edge as usize];
        }
        let mut places = vec![Place::NOWHERE; edges];
        for (place, &name) in self.places.iter().zip(names) {
            places[name as usize] = *place;
        }
        self.places = places;
    }

    /// The edges of a link, from its `a` end to its `b` end; never none.
    pub(crate) fn pieces(&self, link: u32) -> &[Piece] {
        let first = self.links[link as usize].first_piece as usize;
        let end = self
            .links
            .get(link as usize + 1)
            .map_or(self.pieces.len(), |next| next.first_piece as usize);
        &self.pieces[first..end]
    }
}

/// Places of nodes in the list, along a Morton curve over the box of the network.
fn along_curve(network: &Network, nodes: &[u32]) -> Vec<u32> {
    let (min, max) = network.bounds();
    let part = |value: f64, low: f64, high: f64| {
        ((value - low) / (high - low).max(1e-9) * 65_535.0) as u64
    };
    let mut order: Vec<(u64, u32)> = (0u32..)
        .zip(nodes)
        .map(|(place, &node)| {
            let at = network.node_at(node);
            let across = spread(part(at.lon(), min.lon(), max.lon()));
            let up = spread(part(at.lat(), min.lat(), max.lat()));
            (across << 1 | up, place)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, place)| place).collect()
}

/// The low 16 bits with a gap after each.
fn spread(bits: u64) -> u64 {
    let bits = (bits | bits << 8) & 0x00ff_00ff;
    let bits = (bits | bits << 4) & 0x0f0f_0f0f;
    let bits = (bits | bits << 2) & 0x3333_3333;
    (bits | bits << 1) & 0x5555_5555
}

#[cfg(test)]
mod tests;
