//! The walking network: arterial roads, streets between them, paths that end.
//!
//! Each block between four arterial roads is cut in two again and again until its pieces are as
//! small as their own "grain"; the cuts are streets. Ratios are drawn at every cut, so lengths
//! spread like a product of random factors, which is how the real network's lengths spread.

mod sheet;
mod trace;

use serde::Serialize;

use crate::draw::{Draw, Topic};
use crate::plane::{Plane, Spot};
use crate::words::words;
use sheet::{Course, Piece, Sheet, Side};

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
            fill(&mut sheet, &mut draw, rect);
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

/// Area below which a piece of a typical block is left whole, square metres.
const GRAIN_M2: f64 = 225_000.0;
/// How much coarser or finer than typical a block is.
const BLOCK_GRAIN: [f64; 6] = [0.7, 0.85, 0.95, 1.05, 1.2, 1.45];
/// How much coarser one half of a cut is than the whole; the other is as much finer.
const HALF_GRAIN: [f64; 4] = [0.52, 0.77, 1.3, 1.92];
/// A side shorter than this is not cut, metres.
const SHORTEST_CUT_M: f64 = 52.0;

/// Cuts a block into pieces and leads paths into them.
fn fill(sheet: &mut Sheet, draw: &mut Draw, block: Piece) {
    let grain = GRAIN_M2 * draw.pick(&BLOCK_GRAIN);
    let mut pieces = vec![(block, grain)];
    while let Some((piece, grain)) = pieces.pop() {
        let (width, height) = (piece.width(), piece.height());
        if piece.area() < grain || width.max(height) < SHORTEST_CUT_M {
            lead_in(sheet, draw, piece);
            continue;
        }
        let upward = width > height * draw.between(0.25, 3.0);
        let upward = upward && width >= SHORTEST_CUT_M || height < SHORTEST_CUT_M;
        let course = if upward {
            Course::Upward
        } else {
            Course::Across
        };
        let [first, second] = sheet.cut(draw, piece, course, street_kind(piece.area()));
        // Density varies from place to place, its mean does not.
        let factor = draw.pick(&HALF_GRAIN);
        pieces.push((first, grain * factor));
        pieces.push((second, grain / factor));
    }
}

fn street_kind(area: f64) -> StreetKind {
    match area {
        a if a > 1.0e6 => StreetKind::Tertiary,
        a if a > 1.0e5 => StreetKind::Residential,
        _ => StreetKind::Service,
    }
}

/// How many paths lead into a piece from each of two opposite sides.
const PATHS: [usize; 4] = [0, 0, 0, 1];
/// A side shorter than this takes no path, metres.
const SHORTEST_SIDE_M: f64 = 26.0;
/// Two paths from one side keep this distance, metres.
const PATHS_APART_M: f64 = 15.0;
/// What a path that ends usually is.
const PATH_KINDS: [StreetKind; 8] = [
    StreetKind::Service,
    StreetKind::Service,
    StreetKind::Service,
    StreetKind::Service,
    StreetKind::Service,
    StreetKind::Footway,
    StreetKind::Footway,
    StreetKind::Path,
];

/// Adds the paths that end inside a piece.
fn lead_in(sheet: &mut Sheet, draw: &mut Draw, piece: Piece) {
    let course = if draw.chance(0.5) {
        Course::Upward
    } else {
        Course::Across
    };
    let (low, high) = piece.sides(course);
    if low.length().min(high.length()) < SHORTEST_SIDE_M {
        return;
    }
    for (near, far) in [(low, high), (high, low)] {
        let mut taken: Vec<f64> = Vec::new();
        for _ in 0..*draw.pick(&PATHS) {
            let at = sheet.path_start(draw, near);
            if taken.iter().any(|other| (other - at).abs() < PATHS_APART_M) {
                continue;
            }
            taken.push(at);
            let kind = *draw.pick(&PATH_KINDS);
            sheet.add_path(draw, (near, far), at, kind);
        }
    }
}

#[cfg(test)]
mod tests;
