//! Slow and plain versions of every question, and random networks to ask them on.

use crate::network::SNAPPABLE_NODES;
use crate::snap::Plane;
use crate::{
    Crossing, EdgeAttributes, EdgeEnds, InputEdge, InputGraph, InputNode, LonLat, Network, Snap,
    Surface, WayKind, haversine_m,
};

mod differences;

/// Seeded dice (splitmix64), so that a failure can be repeated.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, most: usize) -> usize {
        (self.roll() % most as u64) as usize
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A position in the box that `network_in` fills, and a bit around it.
    pub(crate) fn position(&mut self, width: f64, height: f64) -> LonLat {
        let lon = 20.0 + width * (self.unit() * 1.4 - 0.2);
        LonLat::new(lon, 50.0 + height * (self.unit() * 1.4 - 0.2)).unwrap()
    }

    /// A random network of about 2 km by 2 km in several components.
    pub(crate) fn network(&mut self, nodes: usize, edges: usize) -> Network {
        self.network_in(nodes, edges, 0.03, 0.02, 0.006)
    }

    /// A random network in a box, with edges that span at most `reach` degrees.
    pub(crate) fn network_in(
        &mut self,
        nodes: usize,
        edges: usize,
        width: f64,
        height: f64,
        reach: f64,
    ) -> Network {
        let mut graph = InputGraph::default();
        for id in 0..nodes as i64 {
            let at = LonLat::new(20.0 + width * self.unit(), 50.0 + height * self.unit()).unwrap();
            graph.nodes.push(InputNode { id, at });
        }
        for _ in 0..edges * 20 {
            let (a, b) = (self.below(nodes), self.below(nodes));
            let (from, to) = (graph.nodes[a].at, graph.nodes[b].at);
            let near =
                (from.lon() - to.lon()).abs() < reach && (from.lat() - to.lat()).abs() < reach;
            if a != b && near && graph.edges.len() < edges {
                graph.edges.push(InputEdge {
                    a: a as u32,
                    b: b as u32,
                    way_id: self.below(edges) as i64,
                    segment: self.below(9) as u32,
                    attributes: EdgeAttributes::default(),
                });
            }
        }
        Network::build(graph).unwrap()
    }

    /// The same streets with attributes thrown by dice, so that every profile differs.
    pub(crate) fn furnished(&mut self, network: &Network) -> Network {
        let nodes = network.ids.iter().zip(&network.at);
        let nodes = nodes.map(|(&id, &at)| InputNode { id, at }).collect();
        let edges = network.edges.iter().map(|edge| InputEdge {
            a: edge.a,
            b: edge.b,
            way_id: edge.way_id,
            segment: edge.segment,
            attributes: self.attributes(),
        });
        let edges = edges.collect();
        Network::build(InputGraph { nodes, edges }).unwrap()
    }

    fn attributes(&mut self) -> EdgeAttributes {
        let mut one_in = |most| self.below(most) == 0;
        let [steps, ramp, gate, lift, kerb] = [8, 3, 8, 12, 12].map(&mut one_in);
        EdgeAttributes {
            kind: WayKind::ALL[self.below(WayKind::ALL.len())],
            steps,
            ramp,
            gate,
            lift,
            kerb,
            surface: Surface::ALL[self.below(Surface::ALL.len())],
            crossing: Crossing::ALL[self.below(Crossing::ALL.len())],
            crossing_halves: self.below(3) as u8,
            incline: (self.below(3) == 0).then(|| self.below(301) as i16 - 150),
            hours: None,
            hours_at: EdgeEnds::Both,
        }
    }
}

/// A scan over all edges with the rule written out once more.
pub(crate) fn snap(network: &Network, at: LonLat) -> Option<Snap> {
    let enough = network
        .sizes
        .first()
        .map_or(0, |&largest| largest.min(SNAPPABLE_NODES));
    let allowed = |component: u32| {
        component == 0 || (network.sizes[component as usize] >= enough && enough == SNAPPABLE_NODES)
    };
    let mut best: Option<(f64, i64, u32, usize)> = None;
    for (index, edge) in network.edges.iter().enumerate() {
        if !allowed(network.component[edge.a as usize]) {
            continue;
        }
        let (a, b) = network.ends(edge);
        let square = Plane::new(at).foot(a, b).square;
        let found = (square, edge.way_id, edge.segment, index);
        if best.is_none_or(|best| found < best) {
            best = Some(found);
        }
    }
    best.map(|(.., index)| network.snap_to(Plane::new(at), index as u32))
}

/// Metres between all pairs of these snaps by Floyd and Warshall, on a graph in which every edge
/// is split at its snaps and every snap has a node at the asked position; also to every node.
pub(crate) struct Table {
    metres: Vec<Vec<f64>>,
    /// Where the positions begin.
    nodes: usize,
    snaps: usize,
}

impl Table {
    pub(crate) fn new(network: &Network, snaps: &[Snap]) -> Self {
        let nodes = network.ids.len();
        // Network nodes first, then the point of each snap, then the position of each snap.
        let size = nodes + 2 * snaps.len();
        let mut metres = vec![vec![f64::INFINITY; size]; size];
        for (index, row) in metres.iter_mut().enumerate() {
            row[index] = 0.0;
        }
        let mut join = |a: usize, b: usize, length: f64| {
            metres[a][b] = metres[a][b].min(length);
            metres[b][a] = metres[b][a].min(length);
        };
        for (index, edge) in network.edges.iter().enumerate() {
            let (a, b) = network.ends(edge);
            let length = haversine_m(a, b);
            let mut stops = vec![(0.0, edge.a as usize), (1.0, edge.b as usize)];
            for (place, snap) in snaps.iter().enumerate() {
                if snap.edge as usize == index {
                    stops.push((snap.fraction, nodes + place));
                }
            }
            stops.sort_by(|a, b| a.0.total_cmp(&b.0));
            for pair in stops.windows(2) {
                join(pair[0].1, pair[1].1, (pair[1].0 - pair[0].0) * length);
            }
        }
        for (place, snap) in snaps.iter().enumerate() {
            join(nodes + place, nodes + snaps.len() + place, snap.snap_m);
        }
        close(&mut metres);
        Self {
            metres,
            nodes: nodes + snaps.len(),
            snaps: snaps.len(),
        }
    }

    /// Metres between two positions, by their places in the list of snaps.
    ///
    /// Also from a position to itself the way leads to the street and back.
    pub(crate) fn between(&self, from: usize, to: usize) -> f64 {
        if from == to {
            return 2.0 * self.metres[self.nodes + from][self.nodes + from - self.snaps];
        }
        self.metres[self.nodes + from][self.nodes + to]
    }

    /// Metres from a position to a node.
    pub(crate) fn to_node(&self, from: usize, node: u32) -> f64 {
        self.metres[self.nodes + from][node as usize]
    }
}

/// Floyd and Warshall.
fn close(metres: &mut [Vec<f64>]) {
    for via in 0..metres.len() {
        let onward = metres[via].clone();
        for row in metres.iter_mut() {
            let first = row[via];
            if first.is_finite() {
                for (known, rest) in row.iter_mut().zip(&onward) {
                    *known = known.min(first + rest);
                }
            }
        }
    }
}
