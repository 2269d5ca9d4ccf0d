use spatial::{EdgeAttributes, InputEdge, InputGraph, InputNode, LonLat, Network};

use crate::Fault;

/// Streets that join a tile to the next, on each side.
const SEAMS: usize = 40;

/// Shifted copies of a town, side by side and joined at the seams.
///
/// Streets keep their real shape and density; the size is made up.
pub(crate) fn tiled(town: &InputGraph, side: u32) -> Result<InputGraph, Fault> {
    let network = Network::build(town.clone())?;
    let (low, high) = network.bounds();
    let (wide, tall) = (
        high.lon() - low.lon() + 0.0005,
        high.lat() - low.lat() + 0.0005,
    );
    let seams = Seams::new(&network);
    let count = town.nodes.len() as u32;
    let mut graph = InputGraph::default();
    for tile in 0..side * side {
        let (column, row) = (tile % side, tile / side);
        for node in &town.nodes {
            let lon = node.at.lon() + f64::from(column) * wide;
            let lat = node.at.lat() + f64::from(row) * tall;
            let id = i64::from(tile) * i64::from(count) + graph.nodes.len() as i64;
            graph.nodes.push(InputNode {
                id,
                at: LonLat::new(lon, lat)?,
            });
        }
        let own = tile * count;
        for edge in &town.edges {
            let (a, b) = (edge.a + own, edge.b + own);
            graph.edges.push(InputEdge { a, b, ..*edge });
        }
        if column + 1 < side {
            join(&mut graph, own, &seams.east, own + count, &seams.west);
        }
        if row + 1 < side {
            join(
                &mut graph,
                own,
                &seams.north,
                own + side * count,
                &seams.south,
            );
        }
    }
    Ok(graph)
}

fn join(graph: &mut InputGraph, own: u32, from: &[Option<u32>], next: u32, to: &[Option<u32>]) {
    for (from, to) in from.iter().zip(to) {
        if let (&Some(from), &Some(to)) = (from, to) {
            graph.edges.push(InputEdge {
                a: own + from,
                b: next + to,
                way_id: 0,
                segment: graph.edges.len() as u32,
                attributes: EdgeAttributes::default(),
            });
        }
    }
}

/// The outermost junction of each band along each side.
struct Seams {
    east: Vec<Option<u32>>,
    west: Vec<Option<u32>>,
    north: Vec<Option<u32>>,
    south: Vec<Option<u32>>,
}

impl Seams {
    fn new(network: &Network) -> Self {
        let (low, high) = network.bounds();
        let part = |value: f64, low: f64, high: f64| {
            ((value - low) / (high - low) * SEAMS as f64) as usize
        };
        let band = |value: f64, low: f64, high: f64| part(value, low, high).min(SEAMS - 1);
        let row = |at: LonLat| band(at.lat(), low.lat(), high.lat());
        let column = |at: LonLat| band(at.lon(), low.lon(), high.lon());
        Self {
            east: outermost(network, row, |at| at.lon()),
            west: outermost(network, row, |at| -at.lon()),
            north: outermost(network, column, |at| at.lat()),
            south: outermost(network, column, |at| -at.lat()),
        }
    }
}

fn outermost(
    network: &Network,
    band: impl Fn(LonLat) -> usize,
    out: impl Fn(LonLat) -> f64,
) -> Vec<Option<u32>> {
    let mut found: Vec<Option<(f64, u32)>> = vec![None; SEAMS];
    for node in network.junctions_in_largest() {
        let at = network.node_at(node);
        let known = &mut found[band(at)];
        if known.is_none_or(|(farthest, _)| farthest < out(at)) {
            *known = Some((out(at), node));
        }
    }
    found
        .into_iter()
        .map(|one| one.map(|(_, node)| node))
        .collect()
}
