use super::angle::Angles;
use crate::LonLat;

/// Points a cell should hold in the mean: three by three cells then hold enough for most answers
/// in blocks that are mostly full. Measured best between 4 and 7.
const PER_CELL: f64 = 6.0;

/// Fewest points that cells are laid out for.
const LEAST: usize = 32;

/// Cells of a power of two parts each way over some bounds.
///
/// What lies beyond the bounds belongs to the border cells. The cell of a place never falls when
/// the place moves east or north, so all points between two places are between their cells.
#[derive(Debug, Clone)]
pub(super) struct Lattice {
    west: i32,
    width: u32,
    south: i32,
    shift_x: u32,
    shift_y: u32,
    pub(super) columns: i64,
    pub(super) rows: i64,
    /// Words of 64 bits a row of one bit per cell takes.
    pub(super) words: usize,
    /// Points it is laid out for.
    pub(super) planned: usize,
}

impl Lattice {
    pub(super) fn new(bounds: (LonLat, LonLat), points: usize) -> Self {
        let (low, high) = (Angles::of(bounds.0), Angles::of(bounds.1));
        let width = high.x.wrapping_sub(low.x) as u32;
        let height = high.y.saturating_sub(low.y).max(0) as u32;
        let middle = f64::midpoint(bounds.0.lat(), bounds.1.lat()).to_radians();
        let squeeze = middle.cos().max(0.01);
        let (across, up) = (
            (f64::from(width) * squeeze).max(1.0),
            f64::from(height).max(1.0),
        );
        let planned = points.max(LEAST);
        let wanted = planned as f64 / PER_CELL;
        // For long and thin bounds a row of cells is enough.
        let side = (across * up / wanted).sqrt().max(across.max(up) / wanted);
        let shift_y = side.log2().round().clamp(0.0, 30.0);
        let shift_x = (2.0 * side.log2() - shift_y - squeeze.log2())
            .round()
            .clamp(0.0, 31.0);
        let (shift_x, shift_y) = (shift_x as u32, shift_y as u32);
        let columns = i64::from(width >> shift_x) + 1;
        Self {
            west: low.x,
            width,
            south: low.y,
            shift_x,
            shift_y,
            columns,
            rows: i64::from(height >> shift_y) + 1,
            words: (columns as usize).div_ceil(64),
            planned,
        }
    }

    #[inline]
    pub(super) fn cells(&self) -> usize {
        (self.columns * self.rows) as usize
    }

    /// Square parts of a cell, parts of longitude as wide as those of latitude.
    #[inline]
    pub(super) fn cell_area(&self) -> f32 {
        (1u64 << (self.shift_x + self.shift_y)) as f32
    }

    /// How many cells to look each way for about twice `k` of so many points.
    pub(super) fn reach(&self, points: usize, k: usize) -> i64 {
        let wanted = 2 * k as i64 * self.columns * self.rows;
        let mut reach = 1;
        while (2 * reach + 1) * (2 * reach + 1) * (points as i64) < wanted {
            reach += 1 + reach / 4;
        }
        reach
    }

    /// Column and row of a position.
    #[inline]
    pub(super) fn cell(&self, at: Angles) -> (i64, i64) {
        (
            self.column(self.eastward(at.x)),
            self.row(self.northward(at.y)),
        )
    }

    #[inline]
    pub(super) fn number(&self, column: i64, row: i64) -> usize {
        (row * self.columns + column) as usize
    }

    /// Parts east of the western bound; at most half a turn from the middle of the bounds.
    #[inline]
    pub(super) fn eastward(&self, x: i32) -> i64 {
        let half = (self.width / 2) as i32;
        i64::from(x.wrapping_sub(self.west).wrapping_sub(half)) + i64::from(half)
    }

    /// Parts north of the southern bound.
    #[inline]
    pub(super) fn northward(&self, y: i32) -> i64 {
        i64::from(y) - i64::from(self.south)
    }

    /// Whether all places so far east or west are that far east or west as [`Self::eastward`]
    /// counts, which is cut half a turn from the middle.
    #[inline]
    pub(super) fn whole(&self, eastward: i64, reach: i64) -> bool {
        let from_middle = eastward - i64::from(self.width / 2);
        from_middle.abs() + reach < 1 << 31
    }

    #[inline]
    pub(super) fn column(&self, eastward: i64) -> i64 {
        (eastward >> self.shift_x).clamp(0, self.columns - 1)
    }

    #[inline]
    pub(super) fn row(&self, northward: i64) -> i64 {
        (northward >> self.shift_y).clamp(0, self.rows - 1)
    }

    /// Parts from a place to the nearest point that a row can hold.
    #[inline]
    pub(super) fn to_row(&self, northward: i64, row: i64) -> i64 {
        if row == self.row(northward) {
            // It may be a border row and the place, with other points, far beyond its border.
            return 0;
        }
        let south = row << self.shift_y;
        let north = south + (1 << self.shift_y) - 1;
        (south - northward).max(northward - north).max(0)
    }
}
