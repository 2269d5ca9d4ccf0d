use super::Network;
use crate::input::{EdgeAttributes, InputEdge, InputGraph, InputNode};
use crate::{LonLat, Snap};

/// The edges that a profile can pass at all: where somebody may stand who asks for it.
///
/// A wheelchair at the corner beside the stairs stands on the street, though the stairs end there
/// too. What is closed for a time is still stood on: whoever lives there is behind the closure.
#[derive(Debug, Clone)]
pub struct Passable {
    network: Network,
    /// Edge and component in the whole network of each edge here.
    own: Vec<(u32, u32)>,
}

impl Network {
    /// Lists the edges that have a cost; None if all have one, as [`Network::snap`] serves then.
    ///
    /// About as long as [`Network::build`].
    pub fn passable(
        &self,
        cost_um: impl Fn(EdgeAttributes, u64) -> Option<u64>,
    ) -> Option<Passable> {
        let passes = |edge: &&super::Edge| cost_um(edge.attributes, edge.length_um).is_some();
        if self.edges.iter().all(|edge| passes(&edge)) {
            return None;
        }
        let own = (0u32..).zip(&self.edges).filter(|(_, edge)| passes(edge));
        let own = own.map(|(index, edge)| (index, self.component[edge.a as usize]));
        let edges = self.edges.iter().filter(passes).map(|edge| InputEdge {
            a: edge.a,
            b: edge.b,
            way_id: edge.way_id,
            segment: edge.segment,
            attributes: edge.attributes,
        });
        let nodes = self.ids.iter().zip(&self.at);
        let graph = InputGraph {
            nodes: nodes.map(|(&id, &at)| InputNode { id, at }).collect(),
            edges: edges.collect(),
        };
        // Edges of a network make a network, in the same order.
        let network = Self::build(graph).ok()?;
        Some(Passable {
            network,
            own: own.collect(),
        })
    }
}

impl Passable {
    /// [`Network::snap`] to these edges only, in the numbers of the whole network.
    pub fn snap(&self, at: LonLat) -> Option<Snap> {
        let snap = self.network.snap(at)?;
        let (edge, component) = *self.own.get(snap.edge as usize)?;
        Some(Snap {
            edge,
            component,
            ..snap
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::Costing;
    use crate::drawn::Drawn;
    use crate::oracle::Dice;

    #[test]
    fn beside_the_stairs_is_on_the_street() {
        let map = Drawn::new(
            "
            a--b
            |  |
            c--d
            ",
        );
        let mut network = map.network();
        assert!(network.passable(|_, um| Some(um)).is_none());
        let at_a = network.snap(map.at('a')).unwrap();
        network.edges[at_a.edge as usize].attributes.steps = true;
        let cost = |attributes, um| Costing::Wheelchair.cost_um(attributes, um);
        let passable = network.passable(cost).unwrap();
        let snap = passable.snap(map.at('a')).unwrap();
        assert_ne!(snap.edge, at_a.edge);
        assert_eq!((snap.at, snap.snap_m), (map.at('a'), 0.0));
        assert_eq!(snap.component, at_a.component);
        assert!(
            network
                .passable(|_, _| None)
                .unwrap()
                .snap(map.at('a'))
                .is_none()
        );
    }

    #[test]
    fn the_nearest_of_the_passable_edges_is_met() {
        for seed in 0..20 {
            let mut dice = Dice::new(seed);
            let network = dice.network(60, 80);
            let network = dice.furnished(&network);
            let cost = |attributes, um| Costing::Wheelchair.cost_um(attributes, um);
            let passable = network.passable(cost).unwrap();
            for _ in 0..50 {
                let at = dice.position(0.03, 0.02);
                let found = passable.snap(at).unwrap();
                let edge = &network.edges[found.edge as usize];
                assert!(cost(edge.attributes, edge.length_um).is_some());
                let whole = network.snap(at).unwrap();
                let same = found.edge == whole.edge;
                assert!(same || found.snap_m > whole.snap_m - 1e-6 || whole.component > 0);
                if same {
                    assert_eq!(found, whole);
                }
                let (a, b) = network.ends(edge);
                assert_eq!(found.at, a.towards(b, found.fraction));
            }
        }
    }
}
