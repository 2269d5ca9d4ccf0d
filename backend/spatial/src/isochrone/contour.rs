//! The border of what is near: marching squares over a field, traced to closed rings.
//!
//! Every crossing of a lattice edge keeps a tenth of the edge from both its ends. Pieces of border
//! that do not share a crossing are then at least a seventh of a cell apart, which is what allows
//! the rings to be simplified without ever touching (`rings.rs`).

use super::field::Lattice;
use super::rings::Rings;

/// How near a crossing may come to a lattice point, in cells.
const CLEAR: f32 = 0.1;

const NOWHERE: u32 = u32::MAX;

/// Eight cells with all corners inside.
const ALL_INSIDE: u64 = 0x0f0f_0f0f_0f0f_0f0f;

/// The pieces of border in a cell by which of its corners are inside (south-west 1, south-east 2,
/// north-east 4, north-west 8): from side, to side, with the inside on the left.
///
/// Sides are 0 south, 1 east, 2 north, 3 west. Opposite corners (5 and 10) are joined or not,
/// according to the middle of the cell; joined they are 16 and 17.
const PIECES: [&[(u8, u8)]; 18] = [
    &[],
    &[(0, 3)],
    &[(1, 0)],
    &[(1, 3)],
    &[(2, 1)],
    &[(0, 3), (2, 1)],
    &[(2, 0)],
    &[(2, 3)],
    &[(3, 2)],
    &[(0, 2)],
    &[(1, 0), (3, 2)],
    &[(1, 2)],
    &[(3, 1)],
    &[(0, 1)],
    &[(3, 0)],
    &[],
    &[(0, 1), (2, 3)],
    &[(3, 0), (1, 2)],
];

/// Working memory of a contour.
///
/// A lattice edge is named by its first point: twice the point's number for the edge to the east,
/// one more for the edge to the north.
#[derive(Debug, Default)]
pub(super) struct Contour {
    inside: Vec<u8>,
    cells: Vec<u8>,
    /// The crossing after each crossing; all are nowhere between two contours.
    next: Vec<u32>,
    /// The ring that crosses each edge to the east; void where nothing crosses.
    ring_at: Vec<u32>,
    /// Crossed edges to the east, row by row.
    starts: Vec<u32>,
}

impl Contour {
    /// Adds the rings around all lattice points whose square is at most 1.
    ///
    /// Linear in the lattice, with a small factor, and in the length of the border.
    pub(super) fn trace(&mut self, lattice: &Lattice, squares: &[f32], rings: &mut Rings) {
        let points = lattice.points();
        self.inside.clear();
        self.inside
            .extend(squares.iter().map(|&square| u8::from(square <= 1.0)));
        self.next.resize(self.next.len().max(points * 2), NOWHERE);
        self.ring_at.resize(self.ring_at.len().max(points), NOWHERE);
        self.starts.clear();
        for row in 0..lattice.rows - 1 {
            self.row(lattice, squares, row);
        }
        let first_ring = rings.begin_limit();
        for place in 0..self.starts.len() {
            let start = self.starts[place];
            if self.next[start as usize] != NOWHERE {
                self.follow(lattice, squares, start, rings);
            }
        }
        for ring in first_ring..rings.len() {
            if rings.is_hole(ring) {
                // Its first crossing is the most western one of the southernmost line it crosses.
                rings.put_into(ring, self.beside(rings.start(ring)));
            }
        }
    }

    /// Links the crossings of one row of cells.
    fn row(&mut self, lattice: &Lattice, squares: &[f32], row: usize) {
        let columns = lattice.columns;
        let south = &self.inside[row * columns..][..columns];
        let north = &self.inside[(row + 1) * columns..][..columns];
        self.cells.clear();
        let corners = south
            .iter()
            .zip(&south[1..])
            .zip(north.iter().zip(&north[1..]));
        self.cells
            .extend(corners.map(|((sw, se), (nw, ne))| sw | se << 1 | ne << 2 | nw << 3));
        // Whole groups of cells, most of which are wholly outside or wholly inside.
        self.cells.resize(self.cells.len().next_multiple_of(8), 0);
        let cells = std::mem::take(&mut self.cells);
        for (group, eight) in cells.as_chunks::<8>().0.iter().enumerate() {
            if matches!(u64::from_ne_bytes(*eight), 0 | ALL_INSIDE) {
                continue;
            }
            for (place, &cell) in eight.iter().enumerate() {
                if cell != 0 && cell != 15 {
                    self.cell(columns, squares, row * columns + group * 8 + place, cell);
                }
            }
        }
        self.cells = cells;
    }

    /// Links the crossings of one cell, named by its south-western point.
    fn cell(&mut self, columns: usize, squares: &[f32], point: usize, cell: u8) {
        let mut kind = cell as usize;
        if kind == 5 || kind == 10 {
            let corners = [point, point + 1, point + columns, point + columns + 1];
            // Beyond two cells nothing is known but that it is far.
            let sum: f32 = corners
                .map(|corner| squares[corner].sqrt().min(2.0))
                .iter()
                .sum();
            if sum <= 4.0 {
                kind = if kind == 5 { 16 } else { 17 };
            }
        }
        let side = |side: u8| match side {
            0 => 2 * point,
            1 => 2 * (point + 1) + 1,
            2 => 2 * (point + columns),
            _ => 2 * point + 1,
        };
        for &(from, to) in PIECES[kind] {
            self.next[side(from)] = side(to) as u32;
        }
        // Every ring crosses edges to the east; each is the southern side of one cell.
        if (cell ^ cell >> 1) & 1 == 1 {
            self.starts.push(side(0) as u32);
        }
    }

    /// Walks one ring and takes its links away.
    fn follow(&mut self, lattice: &Lattice, squares: &[f32], start: u32, rings: &mut Rings) {
        let ring = rings.begin(start);
        let mut edge = start;
        loop {
            let point = edge as usize / 2;
            let (column, row) = (point % lattice.columns, point / lattice.columns);
            let (column, row) = (column as f32, row as f32);
            let place = if edge & 1 == 0 {
                self.ring_at[point] = ring;
                [column + crossing(squares[point], squares[point + 1]), row]
            } else {
                [
                    column,
                    row + crossing(squares[point], squares[point + lattice.columns]),
                ]
            };
            rings.push(place);
            edge = std::mem::replace(&mut self.next[edge as usize], NOWHERE);
            if edge == start || edge == NOWHERE {
                break;
            }
        }
        rings.finish(lattice);
    }

    /// The ring that is crossed next when going west from a crossed edge to the east.
    fn beside(&self, start: u32) -> u32 {
        let mut point = start as usize / 2;
        while point > 0 {
            point -= 1;
            if self.inside[point] != self.inside[point + 1] {
                return self.ring_at[point];
            }
        }
        NOWHERE
    }
}

/// Where between two lattice points, one inside and one outside, the border lies.
fn crossing(near: f32, far: f32) -> f32 {
    let (from, to) = (near.sqrt(), far.sqrt());
    // Distances change by no more than a cell from point to point; unknown ones by just that.
    let (from, to) = (from.min(to + 1.0), to.min(from + 1.0));
    ((1.0 - from) / (to - from)).clamp(CLEAR, 1.0 - CLEAR)
}
