//! The walking network: arterial roads, streets between them, paths that end.
//!
//! Each block between four arterial roads is cut in two again and again until its pieces are as
//! small as their own "grain"; the cuts are streets. Densities are drawn at every cut, so lengths
//! spread like a product of random factors, which is how the real network's lengths spread.

mod fill;
mod sheet;
mod trace;

use serde::Serialize;

use crate::draw::{Draw, Topic};
use crate::plane::{Plane, Spot};
use crate::words::words;
use sheet::{Piece, Sheet, Side};

words! {
    /// What a street is, in the words of the real maps.
    pub enum StreetKind {
        /// Arterial road.
        Primary = "primary",
        /// Arterial road of less weight.
        Secondary = "secondary",
        /// Road between arterial roads.
        Tertiary = "tertiary",
        /// Street with dwellings.
        Residential = "residential",
        /// Way inside a compound.
        Service = "service",
        /// Paved path for people on foot.
        Footway = "footway",
        /// Unpaved path.
        Path = "path",
    }
}

words! {
    /// What is underfoot.
    pub enum Surface {
        /// Asphalt.
        Asphalt = "asphalt",
        /// Concrete.
        Concrete = "concrete",
        /// Paving stones.
        PavingStones = "paving_stones",
        /// Bare ground.
        Ground = "ground",
    }
}

/// A point of the network, WGS-84 degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Node {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

/// A straight piece of street between two nodes, walkable both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// Index of one end in [`Streets::nodes`].
    pub a: u32,
    /// Index of the other end.
    pub b: u32,
    /// Number of the street it belongs to.
    pub way: u32,
    /// What the street is.
    pub kind: StreetKind,
    /// A flight of steps.
    pub steps: bool,
    /// A gate stands on it.
    pub gate: bool,
    /// What is underfoot.
    pub surface: Surface,
}

/// The walking network, one connected piece.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Streets {
    /// Junctions, dead ends and the points that give streets their shape.
    pub nodes: Vec<Node>,
    /// Pieces of street.
    pub edges: Vec<Edge>,
}

impl Streets {
    /// How many edges meet at each node.
    pub fn degrees(&self) -> Vec<u32> {
        let mut degrees = vec![0; self.nodes.len()];
        for edge in &self.edges {
            degrees[edge.a as usize] += 1;
            degrees[edge.b as usize] += 1;
        }
        degrees
    }

    /// How many nodes join three or more edges.
    pub fn junctions(&self) -> usize {
        self.degrees()
            .into_iter()
            .filter(|&degree| degree >= 3)
            .count()
    }
}

/// Distance between arterial roads, metres.
pub(crate) const BLOCK_M: f64 = 1_600.0;

/// A rectangle of blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    pub(crate) plane: Plane,
}

impl Extent {
    pub(crate) fn blocks(self) -> usize {
        self.columns * self.rows
    }

    /// The place of a block's fraction (0..1, 0..1) on the plane.
    pub(crate) fn spot(self, column: usize, row: usize, along: f64, up: f64) -> Spot {
        Spot {
            x: (column as f64 + along - self.columns as f64 / 2.0) * BLOCK_M,
            y: (row as f64 + up - self.rows as f64 / 2.0) * BLOCK_M,
        }
    }
}

/// Draws the network; `done` is told after each block.
pub(crate) fn draw(seed: u64, extent: Extent, done: &mut dyn FnMut(usize)) -> Streets {
    let mut sheet = Sheet::default();
    let grid = Arterials::lay(&mut sheet, seed, extent);
    for row in 0..extent.rows {
        for column in 0..extent.columns {
            let block = row * extent.columns + column;
            let mut draw = Draw::stream(seed, Topic::Block, block as u32);
            let rect = grid.block(extent, column, row);
            fill::fill(&mut sheet, &mut draw, rect);
            done(block + 1);
        }
    }
    trace::trace(&sheet, seed, extent.plane)
}

/// The streets between the crossings of arterial roads.
struct Arterials {
    across: Vec<Side>,
    upward: Vec<Side>,
}

impl Arterials {
    fn lay(sheet: &mut Sheet, seed: u64, extent: Extent) -> Self {
        let mut draw = Draw::stream(seed, Topic::Corners, 0);
        let stride = extent.columns + 1;
        for row in 0..=extent.rows {
            for column in 0..=extent.columns {
                let jitter = |draw: &mut Draw| draw.between(-0.12, 0.12) * BLOCK_M;
                let (dx, dy) = (jitter(&mut draw), jitter(&mut draw));
                sheet.add_spot(extent.spot(column, row, 0.0, 0.0).moved(dx, dy));
            }
        }
        let mut road = |a: usize, b: usize, number: usize| {
            let weighty = number % 3 == 1;
            let kind = if weighty {
                StreetKind::Primary
            } else {
                StreetKind::Secondary
            };
            sheet.add_line(&mut draw, (a as u32, b as u32), kind)
        };
        let mut grid = Self {
            across: Vec::new(),
            upward: Vec::new(),
        };
        for row in 0..=extent.rows {
            for column in 0..extent.columns {
                let a = row * stride + column;
                grid.across.push(road(a, a + 1, row));
            }
        }
        for row in 0..extent.rows {
            for column in 0..=extent.columns {
                let a = row * stride + column;
                grid.upward.push(road(a, a + stride, column));
            }
        }
        grid
    }

    fn block(&self, extent: Extent, column: usize, row: usize) -> Piece {
        let across = row * extent.columns + column;
        let upward = row * (extent.columns + 1) + column;
        Piece {
            bottom: self.across[across],
            top: self.across[across + extent.columns],
            left: self.upward[upward],
            right: self.upward[upward + 1],
        }
    }
}

#[cfg(test)]
mod tests;
