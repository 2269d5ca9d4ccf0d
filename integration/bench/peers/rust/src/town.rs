//! The networks that ours and theirs are asked about.

use std::path::Path;
use std::sync::Arc;

use seed_data::{Options, Scale};
use spatial::{
    CLOSED, EdgeAttributes, InputEdge, InputGraph, InputNode, LonLat, Network, Snap, Streets,
};

use crate::Fault;
use crate::dice::Dice;
use crate::tiles::tiled;

/// Metres in a degree of latitude.
pub(crate) const DEGREE_M: f64 = 111_195.0;

/// A network ready for our questions, and as the bare graph every peer gets.
pub(crate) struct Town {
    /// Ours, with labels.
    pub(crate) streets: Streets,
    /// Junction, junction, cost in tenths of a millimetre: each pair once, shortest kept.
    pub(crate) edges: Vec<[u32; 3]>,
    /// Position of each junction.
    pub(crate) at: Vec<LonLat>,
}

impl Town {
    /// Prepares a network by name: `district`, or an extract in the folder of test data.
    pub(crate) fn load(name: &str, folder: &Path) -> Result<Self, Fault> {
        let extract = |name: &str| -> Result<InputGraph, Fault> {
            let file = std::fs::File::open(folder.join(format!("{name}.osm.pbf")))?;
            Ok(spatial::osm::read(file, &mut |_| {})?.graph)
        };
        let graph = match name.strip_suffix("-x16") {
            Some(name) => tiled(&extract(name)?, 4)?,
            None if name == "district" => district()?,
            None => extract(name)?,
        };
        let streets = Streets::level(Arc::new(Network::build(graph)?));
        let junctions = streets.graph().nodes().iter();
        let at = junctions
            .map(|&node| streets.network().node_at(node))
            .collect();
        let edges = bare(&streets);
        Ok(Self { streets, edges, at })
    }

    /// Both directions of every edge: tails, heads, costs.
    pub(crate) fn arcs(&self) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
        let ends = |one: usize, two: usize| {
            let there = self.edges.iter().map(move |edge| edge[one]);
            there
                .chain(self.edges.iter().map(move |edge| edge[two]))
                .collect()
        };
        (ends(0, 1), ends(1, 0), ends(2, 2))
    }

    /// Positions up to 50 m beside junctions of the largest component, known to its streets.
    pub(crate) fn places(&self, dice: &mut Dice, count: usize) -> Vec<LonLat> {
        let network = self.streets.network();
        let junctions = network.junctions_in_largest();
        let mut places = Vec::with_capacity(count);
        while places.len() < count {
            let near = network.node_at(junctions[dice.below(junctions.len())]);
            let mut aside = |degree_m: f64| (dice.unit() - 0.5) * 100.0 / degree_m;
            let lon = near.lon() + aside(DEGREE_M * near.lat().to_radians().cos());
            let lat = near.lat() + aside(DEGREE_M);
            let Ok(at) = LonLat::new(lon, lat) else {
                continue;
            };
            if network
                .snap(at)
                .is_some_and(|snap| snap.component == 0 && snap.is_known())
            {
                places.push(at);
            }
        }
        places
    }

    /// Random junctions of the largest component.
    pub(crate) fn junctions(&self, dice: &mut Dice, count: usize) -> Vec<u32> {
        let (network, nodes) = (self.streets.network(), self.streets.graph().nodes());
        let largest: std::collections::HashSet<u32> =
            network.junctions_in_largest().into_iter().collect();
        let junctions: Vec<u32> = (0u32..)
            .zip(nodes)
            .filter_map(|(junction, node)| largest.contains(node).then_some(junction))
            .collect();
        (0..count)
            .map(|_| junctions[dice.below(junctions.len())])
            .collect()
    }

    /// A snap that lies exactly on a junction.
    pub(crate) fn snap_at(&self, junction: u32) -> Option<Snap> {
        self.streets.network().snap(self.at[junction as usize])
    }

    /// One line about the network.
    pub(crate) fn describe(&self) -> String {
        let summary = self.streets.network().summary();
        format!(
            "{} junctions, {} arcs, {:.0} km",
            self.at.len(),
            self.edges.len() * 2,
            summary.metres / 1000.0
        )
    }
}

fn bare(streets: &Streets) -> Vec<[u32; 3]> {
    let costs = streets.weights().chains().iter();
    let mut edges: Vec<[u32; 3]> = streets
        .graph()
        .chains()
        .iter()
        .zip(costs)
        .filter(|&(chain, &cost)| chain.a != chain.b && cost < CLOSED)
        .map(|(chain, &cost)| [chain.a.min(chain.b), chain.a.max(chain.b), cost])
        .collect();
    edges.sort_unstable();
    edges.dedup_by_key(|edge| [edge[0], edge[1]]);
    edges
}

/// The synthetic district, every street level.
fn district() -> Result<InputGraph, Fault> {
    let options = Options {
        seed: 1,
        scale: Scale::District,
    };
    let drawn = seed_data::district(&options, &mut |_| {}).streets;
    let mut graph = InputGraph::default();
    for (id, node) in (0i64..).zip(&drawn.nodes) {
        let at = LonLat::new(node.lon, node.lat)?;
        graph.nodes.push(InputNode { id, at });
    }
    for (segment, edge) in (0u32..).zip(&drawn.edges) {
        graph.edges.push(InputEdge {
            a: edge.a,
            b: edge.b,
            way_id: i64::from(edge.way),
            segment,
            attributes: EdgeAttributes::default(),
        });
    }
    Ok(graph)
}
