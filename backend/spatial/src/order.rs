//! The order in which junctions are contracted: nested dissection on their positions.
//!
//! A part of the graph is cut in two by few junctions, which come last; then each half is cut in
//! turn. Parts too small to be worth a cut are ordered by least fill, counting the junctions
//! around them that stay. One order serves every profile and closure: lengths only decide which
//! junction of a separator comes last, which makes labels shorter and leaves the arcs as they are.

use crate::junctions::{JunctionGraph, NONE};
use crate::network::Network;
use crate::weights::Weights;

mod cut;
mod fill;
mod flow;
mod traffic;

/// Parts of at most so many junctions are not cut any further.
const SMALL: usize = 300;

/// A graph without weights, loops or parallel arcs; heads are sorted.
#[derive(Debug, Default)]
struct Plain {
    first: Vec<u32>,
    heads: Vec<u32>,
}

impl Plain {
    fn of(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.heads[self.first[node] as usize..self.first[node + 1] as usize]
    }

    fn len(&self) -> usize {
        self.first.len() - 1
    }
}

impl JunctionGraph {
    /// Junctions in the order of their contraction, the least important first.
    ///
    /// Deterministic; about n log n with a large constant (inertial flow in several directions).
    pub fn order(&self, network: &Network) -> Vec<u32> {
        let mut whole = Plain {
            first: vec![0],
            heads: Vec::new(),
        };
        for junction in 0..self.len() as u32 {
            let begin = whole.heads.len();
            for arc in self.arcs_of(junction) {
                if whole.heads[begin..].last() != Some(&arc.head) {
                    whole.heads.push(arc.head);
                }
            }
            whole.first.push(whole.heads.len() as u32);
        }
        let squeeze = network.bounds().0.lat().to_radians().cos();
        let place = |&node: &u32| {
            let at = network.node_at(node);
            (at.lon() * squeeze, at.lat())
        };
        let places = self.nodes().iter().map(place).collect();
        let mut dissection = Dissection {
            local: vec![NONE; self.len()],
            whole,
            places,
            walks: traffic::through(self, Weights::level(network, self).chains()),
            order: Vec::with_capacity(self.len()),
        };
        dissection.split((0..self.len() as u32).collect());
        dissection.order
    }
}

struct Dissection {
    whole: Plain,
    /// Positions in degrees of latitude, longitudes squeezed.
    places: Vec<(f64, f64)>,
    /// How many walks run through each junction.
    walks: Vec<u64>,
    /// Number of a junction in the part at hand; NONE for those outside it.
    local: Vec<u32>,
    order: Vec<u32>,
}

impl Dissection {
    /// Orders each connected piece of a sorted list of junctions.
    fn split(&mut self, part: Vec<u32>) {
        for &node in &part {
            self.local[node as usize] = 0;
        }
        let mut pieces = Vec::new();
        for &start in &part {
            if self.local[start as usize] == NONE {
                continue;
            }
            self.local[start as usize] = NONE;
            let mut piece = vec![start];
            let mut done = 0;
            while done < piece.len() {
                for &head in self.whole.of(piece[done]) {
                    if self.local[head as usize] != NONE {
                        self.local[head as usize] = NONE;
                        piece.push(head);
                    }
                }
                done += 1;
            }
            piece.sort_unstable();
            pieces.push(piece);
        }
        drop(part);
        for piece in pieces {
            self.connected(&piece);
        }
    }

    /// Orders a connected piece: both halves, then what separates them.
    fn connected(&mut self, piece: &[u32]) {
        if piece.len() <= SMALL {
            fill::order(&self.whole, piece, &mut self.order);
            return;
        }
        let part = self.excerpt(piece);
        let places: Vec<(f64, f64)> = piece
            .iter()
            .map(|&node| self.places[node as usize])
            .collect();
        let sides = cut::best(&part, &places);
        let side = |wanted: cut::Side| {
            let of_side =
                move |(&node, &side): (&u32, &cut::Side)| (side == wanted).then_some(node);
            piece
                .iter()
                .zip(&sides)
                .filter_map(of_side)
                .collect::<Vec<u32>>()
        };
        self.split(side(cut::Side::One));
        self.split(side(cut::Side::Other));
        let mut between = side(cut::Side::Between);
        between.sort_unstable_by_key(|&node| (self.walks[node as usize], node));
        self.order.extend(between);
    }

    /// The graph among a sorted list of junctions, renumbered.
    fn excerpt(&mut self, piece: &[u32]) -> Plain {
        for (new, &old) in (0u32..).zip(piece) {
            self.local[old as usize] = new;
        }
        let mut part = Plain {
            first: vec![0],
            heads: Vec::new(),
        };
        for &node in piece {
            let heads = self.whole.of(node).iter();
            part.heads.extend(
                heads
                    .map(|&head| self.local[head as usize])
                    .filter(|&head| head != NONE),
            );
            part.first.push(part.heads.len() as u32);
        }
        for &node in piece {
            self.local[node as usize] = NONE;
        }
        part
    }
}

#[cfg(test)]
mod tests {
    use crate::junctions::JunctionGraph;
    use crate::oracle::Dice;

    #[test]
    fn every_junction_is_ordered_once_and_always_the_same_way() {
        for seed in 0..20 {
            let network = Dice::new(seed).network(200 + seed as usize * 20, 400);
            let graph = JunctionGraph::build(&network);
            let order = graph.order(&network);
            assert_eq!(order, graph.order(&network));
            let mut sorted = order;
            sorted.sort_unstable();
            assert!(sorted.into_iter().eq(0..graph.len() as u32));
        }
    }

    #[test]
    fn all_at_one_point_is_still_cut() {
        let network = Dice::new(3).network_in(300, 600, 0.0, 0.0, 1.0);
        let graph = JunctionGraph::build(&network);
        assert_eq!(graph.order(&network).len(), graph.len());
    }
}
