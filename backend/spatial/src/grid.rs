use crate::LonLat;

mod four;
mod question;

use four::Four;
pub(crate) use four::Segment;

/// Degrees (0.1 mm) by which edges are listed too widely and distances taken too short, so that
/// the rounding of cell borders cannot hide an edge.
const SLACK: f64 = 1e-9;

/// Edges for which a cell has room on average: four cells mostly hold the nearest then, and little
/// else.
const EDGES: f64 = 2.0;

/// Degrees a lattice may span for coordinates of one end to be subtracted from those of the other
/// in whole 1e-7 degrees, and from those of a position that is not too far off.
const WIDE: f64 = 90.0;

/// Which edges pass through which cell of a lattice over the network.
///
/// Cells are about square on the ground. Their size follows from the edges, so that memory stays
/// linear in their number whatever their shape: few cells for few edges, large cells for long ones.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Grid {
    west: f64,
    south: f64,
    /// Size of a cell in degrees, and how many of them make a degree.
    width: f64,
    height: f64,
    per_lon: f64,
    per_lat: f64,
    columns: i64,
    rows: i64,
    /// Degrees that the longest segment spans in one direction; infinite on a lattice wider than
    /// [`WIDE`].
    longest: f64,
    /// How many segments come before those of a cell; one entry more than cells.
    first: Vec<u32>,
    /// Segments cell by cell, row by row.
    fours: Vec<Four>,
}

impl Grid {
    /// Lists segments in every cell they pass through.
    pub(crate) fn build(segments: &[Segment]) -> Self {
        let Some(mut grid) = Self::lattice(segments) else {
            return Self::default();
        };
        let mut listed: Vec<(u32, u32)> = Vec::with_capacity(segments.len() * 3);
        for (place, segment) in (0u32..).zip(segments) {
            // The lattice has fewer cells than a network may have edges: 32 bits are enough.
            grid.cells_along(segment.a, segment.b, |cell| {
                listed.push((cell as u32, place))
            });
        }
        listed.sort_unstable();
        grid.file(segments, &listed);
        grid
    }

    /// Files segments, listed by rising cell, one after the other.
    fn file(&mut self, segments: &[Segment], listed: &[(u32, u32)]) {
        let cells = (self.columns * self.rows) as usize;
        self.first = vec![0; cells + 1];
        for &(cell, _) in listed {
            self.first[cell as usize + 1] += 1;
        }
        for cell in 0..cells {
            self.first[cell + 1] += self.first[cell];
        }
        let four = |some: &[(u32, u32)]| {
            let at = |lane: usize| some[lane.min(some.len() - 1)].1;
            Four::pack(std::array::from_fn(|lane| segments[at(lane) as usize]))
        };
        self.fours = listed.chunks(4).map(four).collect();
    }

    /// The empty lattice that suits these segments; None without any.
    fn lattice(segments: &[Segment]) -> Option<Self> {
        let first = segments.first()?.a;
        let (min, max) = segments
            .iter()
            .fold((first, first), |(min, max), &Segment { a, b, .. }| {
                (min.lower(a).lower(b), max.upper(a).upper(b))
            });
        let (west, south, east, north) = (min.lon(), min.lat(), max.lon(), max.lat());
        // Near the poles a degree of longitude shrinks to nothing; cells stay of finite width.
        let squeeze = f64::midpoint(south, north).to_radians().cos().max(0.01);
        let (across, up) = ((east - west) * squeeze, north - south);
        let count = segments.len() as f64;
        let spans = segments
            .iter()
            .map(|&Segment { a, b, .. }| ((b.lon() - a.lon()).abs(), (b.lat() - a.lat()).abs()));
        let extents = spans.clone().map(|(lon, lat)| lon * squeeze + lat);
        let longest = if (east - west).max(north - south) < WIDE {
            spans.fold(0.0, |most: f64, (lon, lat)| most.max(lon).max(lat))
        } else {
            f64::INFINITY
        };
        let side = (EDGES * across * up / count)
            .sqrt()
            .max(across.max(up) / count)
            .max(extents.sum::<f64>() / count)
            .max(1e-6);
        let (width, height) = (side / squeeze, side);
        Some(Self {
            west,
            south,
            width,
            height,
            per_lon: 1.0 / width,
            per_lat: 1.0 / height,
            columns: ((east - west) / width) as i64 + 1,
            rows: (up / height) as i64 + 1,
            longest,
            ..Self::default()
        })
    }

    /// Calls `list` with every cell a piece passes through, row by row.
    fn cells_along(&self, a: LonLat, b: LonLat, mut list: impl FnMut(usize)) {
        let (low, high) = if a.lat() <= b.lat() { (a, b) } else { (b, a) };
        let rise = high.lat() - low.lat();
        let lon_at = |lat: f64| {
            let part = if rise > 0.0 {
                ((lat - low.lat()) / rise).clamp(0.0, 1.0)
            } else {
                0.0
            };
            low.lon() + part * (high.lon() - low.lon())
        };
        for row in self.row(low.lat() - SLACK)..=self.row(high.lat() + SLACK) {
            let (mut from, mut to) = (low.lon(), high.lon());
            if rise > SLACK {
                let bottom = self.south + row as f64 * self.height;
                from = lon_at(bottom - SLACK);
                to = lon_at(bottom + self.height + SLACK);
            }
            let first = self.column(from.min(to) - SLACK);
            for column in first..=self.column(from.max(to) + SLACK) {
                list((row * self.columns + column) as usize);
            }
        }
    }

    // Cutting towards zero differs from rounding down only below zero, where both end at zero.
    #[inline]
    fn column(&self, lon: f64) -> i64 {
        (((lon - self.west) * self.per_lon) as i64).clamp(0, self.columns - 1)
    }

    #[inline]
    fn row(&self, lat: f64) -> i64 {
        (((lat - self.south) * self.per_lat) as i64).clamp(0, self.rows - 1)
    }
}

#[cfg(test)]
mod tests;
