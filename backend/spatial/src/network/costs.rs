use super::{Edge, Network, adjacency};
use crate::grid::Grid;

impl Network {
    /// The same nodes with every edge as long as it costs, and edges without a cost left out.
    ///
    /// Also the own edge behind each of its edges. Made for searches from snaps to this network:
    /// the other cannot snap, and its components are those of this one.
    pub(crate) fn at_costs(&self, cost_um: impl Fn(u32) -> Option<u64>) -> (Self, Vec<u32>) {
        let costed = |(index, edge): (u32, &Edge)| {
            let length_um = cost_um(index)?;
            Some((index, Edge { length_um, ..*edge }))
        };
        let kept = (0u32..).zip(&self.edges).filter_map(costed);
        let (own, edges): (Vec<u32>, Vec<Edge>) = kept.unzip();
        let lines = own.iter().map(|&edge| self.lines[edge as usize]).collect();
        let (first, arcs) = adjacency(self.ids.len(), &edges);
        let network = Self {
            edges,
            lines,
            first,
            arcs,
            grid: Grid::default(),
            ..self.clone()
        };
        (network, own)
    }
}
