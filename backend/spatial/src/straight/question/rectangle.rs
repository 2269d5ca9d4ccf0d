/// Cells from a column and row to another, both included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rectangle {
    pub(super) west: i64,
    pub(super) east: i64,
    pub(super) south: i64,
    pub(super) north: i64,
}

impl Rectangle {
    pub(super) const NOTHING: Self = Self {
        west: 0,
        east: -1,
        south: 0,
        north: -1,
    };

    #[inline]
    pub(super) fn around(column: i64, row: i64, reach: i64, columns: i64, rows: i64) -> Self {
        Self {
            west: (column - reach).max(0),
            east: (column + reach).min(columns - 1),
            south: (row - reach).max(0),
            north: (row + reach).min(rows - 1),
        }
    }

    #[inline]
    pub(super) fn within(self, other: Self) -> bool {
        self.west >= other.west
            && self.east <= other.east
            && self.south >= other.south
            && self.north <= other.north
    }

    #[inline]
    pub(super) fn cells(self) -> i64 {
        (self.east - self.west + 1) * (self.north - self.south + 1)
    }
}
