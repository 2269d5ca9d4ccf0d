use super::cell::{Cells, beyond};
use super::{Coverage, NodePlaces, Served, lane_of, within};

/// Coverage of every network node, in memory that can be used again.
#[derive(Debug, Clone, Default)]
pub struct NodeCoverage {
    cells: Cells,
    first_category: u32,
    over: u32,
}

impl Coverage {
    /// The nearest facilities from every network node; linear in the nodes.
    pub fn nodes(&self, places: &NodePlaces, found: &mut NodeCoverage) {
        found.first_category = self.first_category;
        found.over = self.over;
        match self.cells.width() {
            0 | 1 => self.fill_nodes::<1>(places, &mut found.cells),
            2 => self.fill_nodes::<2>(places, &mut found.cells),
            3 => self.fill_nodes::<3>(places, &mut found.cells),
            _ => self.fill_nodes::<4>(places, &mut found.cells),
        }
    }

    fn fill_nodes<const QUADS: usize>(&self, places: &NodePlaces, found: &mut Cells) {
        let cells = found.room::<QUADS>(places.places().len());
        for (place, cell) in places.places().iter().zip(cells) {
            *cell = match place {
                Some(place) => self.cell(place),
                None => beyond(self.over),
            };
        }
    }
}

impl NodeCoverage {
    /// No nodes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nearest facility from a node; None beyond the limit or for another pass' category.
    ///
    /// Panics for a node that is not there.
    pub fn at(&self, node: u32, category: u32) -> Option<Served> {
        let lane = lane_of(category, self.first_category)?;
        within(self.cells.lane(node, lane)?, self.over)
    }
}
