use super::{Edge, Network, adjacency};
use crate::grid::Grid;
use crate::weights::Weights;

impl Network {
    /// This network with every edge as long as it costs, and closed edges left out.
    ///
    /// Also the own edge behind each of its edges. Where a gate is shut at an end of an edge, that
    /// end is a node of its own: such nodes come behind all others. Made for searches from snaps
    /// to this network: the other cannot snap, and its components are those of this one.
    pub(crate) fn at_costs(&self, weights: &Weights) -> (Self, Vec<u32>) {
        let (mut ids, mut at) = (self.ids.clone(), self.at.clone());
        let mut component = self.component.clone();
        let mut end = |node: u32, is_open: bool| {
            if is_open {
                return node;
            }
            ids.push(ids[node as usize]);
            at.push(at[node as usize]);
            component.push(component[node as usize]);
            (ids.len() - 1) as u32
        };
        let (mut own, mut edges) = (Vec::new(), Vec::new());
        for (index, &edge) in (0u32..).zip(&self.edges) {
            if let Some(length_um) = weights.edge_um(index) {
                let [first, second] = weights.ways_out(index);
                own.push(index);
                edges.push(Edge {
                    a: end(edge.a, first),
                    b: end(edge.b, second),
                    length_um,
                    ..edge
                });
            }
        }
        let (first, arcs) = adjacency(ids.len(), &edges);
        let network = Self {
            ids,
            at,
            component,
            edges,
            first,
            arcs,
            grid: Grid::default(),
            ..self.clone()
        };
        (network, own)
    }
}
