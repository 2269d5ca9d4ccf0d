//! The generator's streets as a walking network.

use seed_data::{StreetKind, Streets, Surface as Underfoot};
use spatial::{
    EdgeAttributes, InputEdge, InputGraph, InputNode, LonLat, Network, Surface, WayKind,
};

use super::SeedError;

/// Builds the network of drawn streets.
pub(super) fn network(streets: &Streets) -> Result<Network, SeedError> {
    let node = |(id, node): (usize, &seed_data::Node)| {
        let at = LonLat::new(node.lon, node.lat).map_err(spatial::NetworkError::from)?;
        Ok(InputNode { id: id as i64, at })
    };
    let nodes = streets
        .nodes
        .iter()
        .enumerate()
        .map(node)
        .collect::<Result<_, SeedError>>()?;
    Ok(Network::build(InputGraph {
        nodes,
        edges: edges(&streets.edges),
    })?)
}

/// Pieces of one street come one after another; each gets its place in it.
fn edges(drawn: &[seed_data::Edge]) -> Vec<InputEdge> {
    let mut edges: Vec<InputEdge> = Vec::with_capacity(drawn.len());
    let mut pieces = std::collections::HashMap::<u32, u32>::new();
    for edge in drawn {
        let segment = pieces.entry(edge.way).or_default();
        edges.push(InputEdge {
            a: edge.a,
            b: edge.b,
            way_id: i64::from(edge.way),
            segment: *segment,
            attributes: attributes(edge),
        });
        *segment += 1;
    }
    edges
}

fn attributes(edge: &seed_data::Edge) -> EdgeAttributes {
    EdgeAttributes {
        kind: kind(edge.kind),
        steps: edge.steps,
        gate: edge.gate,
        surface: surface(edge.surface),
        ..EdgeAttributes::default()
    }
}

fn kind(kind: StreetKind) -> WayKind {
    match kind {
        StreetKind::Primary => WayKind::Primary,
        StreetKind::Secondary => WayKind::Secondary,
        StreetKind::Tertiary => WayKind::Tertiary,
        StreetKind::Residential => WayKind::Residential,
        StreetKind::Service => WayKind::Service,
        StreetKind::Footway => WayKind::Footway,
        StreetKind::Path => WayKind::Path,
    }
}

fn surface(surface: Underfoot) -> Surface {
    match surface {
        Underfoot::Asphalt => Surface::Asphalt,
        Underfoot::Concrete => Surface::Concrete,
        Underfoot::PavingStones => Surface::PavingStones,
        Underfoot::Ground => Surface::Ground,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(a: u32, b: u32, way: u32) -> seed_data::Edge {
        seed_data::Edge {
            a,
            b,
            way,
            kind: StreetKind::Path,
            steps: a == 0,
            gate: b == 3,
            surface: Underfoot::Ground,
        }
    }

    #[test]
    fn drawn_streets_become_a_network_with_their_attributes() {
        let node = |lon| seed_data::Node { lon, lat: 31.0 };
        let streets = Streets {
            nodes: [121.0, 121.001, 121.002, 121.003].map(node).to_vec(),
            edges: vec![edge(0, 1, 7), edge(1, 2, 7), edge(2, 3, 5)],
        };
        let segments: Vec<u32> = edges(&streets.edges)
            .iter()
            .map(|edge| edge.segment)
            .collect();
        assert_eq!(segments, [0, 1, 0]);
        let network = network(&streets).expect("a network");
        let summary = network.summary();
        assert_eq!(
            (summary.nodes, summary.edges, summary.components),
            (4, 3, 1)
        );
        assert!((summary.metres - 286.0).abs() < 2.0, "{}", summary.metres);
        // Edges are renumbered by way: the single piece of way 5 comes first.
        let first = network.edge_attributes(0).expect("an edge");
        assert!(first.gate && !first.steps);
        assert_eq!(
            (first.kind, first.surface),
            (WayKind::Path, Surface::Ground)
        );
    }

    #[test]
    fn an_edge_to_nowhere_is_refused() {
        let streets = Streets {
            nodes: Vec::new(),
            edges: vec![edge(0, 1, 1)],
        };
        assert!(matches!(network(&streets), Err(SeedError::Network(_))));
    }
}
