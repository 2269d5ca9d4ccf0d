//! Moving points by straight-line distance: the answer when streets or a fix are missing.

use crate::LonLat;

mod angle;
mod cells;
mod class;
mod exact;
mod lattice;
mod question;

#[cfg(test)]
mod tests;

use angle::Angles;
use cells::ClassCells;
pub use class::{Class, Classes};
pub use question::StraightScratch;

/// Ids are places in tables, so they have to be small; 2^24 of them are allowed.
pub const POINT_IDS: u32 = 1 << 24;

/// A point and how far it is in a straight line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoundPoint {
    /// Id it was inserted with.
    pub id: u32,
    /// Great-circle distance in metres, rounded to whole millimetres.
    pub metres: f64,
}

/// Why a point was not inserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StraightError {
    /// Tables as long as the largest id would be too large.
    #[error("point id {0} is not below {POINT_IDS}")]
    Id(u32),
}

/// Moving points, asked for the nearest ones of a [`Class`].
///
/// Every class holds its points apart, in a lattice of its own whose cells fit the number of its
/// points: a question never meets a point that is not eligible, however rare the class. Positions
/// are held at 1e-7 degrees, as those of nodes. Points and questions may lie anywhere on earth;
/// the bounds only say where cells are laid out, and answers inside them are the fast ones.
///
/// Memory: 4 bytes for every class and id up to the largest, and about 70 bytes per point and
/// class.
#[derive(Debug, Clone)]
pub struct StraightIndex {
    /// Classes of every id; [`Classes::NONE`] for ids that are not held.
    classes: Vec<Classes>,
    cells: Vec<ClassCells>,
    bounds: (LonLat, LonLat),
}

impl StraightIndex {
    /// An empty index for points mostly between a south-west and a north-east corner.
    ///
    /// Bounds whose west lies east of their east cross the 180th meridian.
    pub fn new(bounds: (LonLat, LonLat), expected_points: usize) -> Self {
        Self {
            classes: Vec::with_capacity(expected_points.min(POINT_IDS as usize)),
            cells: Vec::new(),
            bounds,
        }
    }

    /// Puts a point in these classes, in place of the point that had its id.
    ///
    /// A point without any class is not held. O(classes of the point), amortised: a class that
    /// has doubled since its cells were laid out is laid out anew.
    pub fn insert(&mut self, id: u32, at: LonLat, classes: Classes) -> Result<(), StraightError> {
        if id >= POINT_IDS {
            return Err(StraightError::Id(id));
        }
        let angles = Angles::of(at);
        let held = self.classes_of(id);
        for class in held.without(classes).iter() {
            self.cells[class.index()].remove(id);
        }
        for class in classes.iter() {
            let cells = self.cells_of(class);
            if held.contains(class) {
                cells.move_to(id, angles);
            } else {
                cells.insert(id, angles);
            }
        }
        if self.classes.len() <= id as usize {
            self.classes.resize(id as usize + 1, Classes::NONE);
        }
        self.classes[id as usize] = classes;
        Ok(())
    }

    /// Moves a point within its classes; false if no such point is held. O(its classes).
    pub fn move_to(&mut self, id: u32, at: LonLat) -> bool {
        let held = self.classes_of(id);
        let angles = Angles::of(at);
        for class in held.iter() {
            self.cells[class.index()].move_to(id, angles);
        }
        held != Classes::NONE
    }

    /// Takes a point out; false if no such point is held. O(its classes).
    pub fn remove(&mut self, id: u32) -> bool {
        let held = self.classes_of(id);
        for class in held.iter() {
            self.cells[class.index()].remove(id);
        }
        if held != Classes::NONE {
            self.classes[id as usize] = Classes::NONE;
        }
        held != Classes::NONE
    }

    /// Classes a point is in; [`Classes::NONE`] if it is not held.
    pub fn classes_of(&self, id: u32) -> Classes {
        self.classes
            .get(id as usize)
            .copied()
            .unwrap_or(Classes::NONE)
    }

    /// Number of points in a class.
    pub fn count(&self, class: Class) -> usize {
        self.cells.get(class.index()).map_or(0, ClassCells::count)
    }

    /// The `k` points of a class with the shortest straight line, nearest first.
    ///
    /// Exact by [`crate::haversine_m`] to the held positions, in whole millimetres; equal
    /// distances come by rising id. Fewer than `k` when the class holds fewer. About O(k) where
    /// points lie evenly; O(points of the class) beyond 75 degrees of latitude, for answers over
    /// 90 km away, and when `k` takes in the whole class.
    pub fn nearest<'s>(
        &self,
        scratch: &'s mut StraightScratch,
        at: LonLat,
        class: Class,
        k: usize,
    ) -> &'s [FoundPoint] {
        match self.cells.get(class.index()) {
            Some(cells) => scratch.nearest(cells, at, k),
            None => scratch.nothing(),
        }
    }

    fn cells_of(&mut self, class: Class) -> &mut ClassCells {
        let bounds = self.bounds;
        if self.cells.len() <= class.index() {
            self.cells
                .resize_with(class.index() + 1, || ClassCells::new(bounds));
        }
        &mut self.cells[class.index()]
    }
}
