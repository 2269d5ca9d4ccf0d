use super::cell::Cell;
use super::{Coverage, NodePlaces, Served, lane_of, within};

/// Coverage of every network node, in memory that can be used again.
#[derive(Debug, Clone, Default)]
pub struct NodeCoverage {
    cells: Vec<Cell>,
    first_category: u32,
    over: u32,
}

impl Coverage {
    /// The nearest facilities from every network node; linear in the nodes.
    pub fn nodes(&self, places: &NodePlaces, found: &mut NodeCoverage) {
        found.first_category = self.first_category;
        found.over = self.over;
        let nothing = Cell::beyond(self.over);
        found.cells.resize(places.places().len(), nothing);
        for (place, cell) in places.places().iter().zip(&mut found.cells) {
            *cell = place.as_ref().map_or(nothing, |at| self.cell(at));
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
        self.cells.is_empty()
    }

    /// The nearest facility from a node; None beyond the limit or for another pass' category.
    ///
    /// Panics for a node that is not there.
    pub fn at(&self, node: u32, category: u32) -> Option<Served> {
        let lane = lane_of(category, self.first_category)?;
        within(self.cells[node as usize].served(lane), self.over)
    }
}
