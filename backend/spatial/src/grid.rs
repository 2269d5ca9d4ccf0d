use crate::LonLat;

/// Degrees (0.1 mm) by which edges are listed too widely and distances taken too short, so that
/// the rounding of cell borders cannot hide an edge.
const SLACK: f64 = 1e-9;

/// Which edges pass through which cell of a lattice over the network.
///
/// Cells are about square on the ground. Their size follows from the edges, so that memory stays
/// linear in their number whatever their shape: few cells for few edges, large cells for long ones.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Grid {
    west: f64,
    south: f64,
    width: f64,
    height: f64,
    columns: i64,
    rows: i64,
    /// Where the edges of a cell begin in `edges`; one entry more than cells.
    first: Vec<u32>,
    edges: Vec<u32>,
}

/// A cell by column and row; may lie outside the lattice.
#[derive(Debug, Clone, Copy)]
struct Cell {
    column: i64,
    row: i64,
}

impl Grid {
    /// Lists the edges that are `wanted`, by index, of those between these ends.
    pub(crate) fn build(lines: &[[LonLat; 2]], wanted: impl Fn(usize) -> bool) -> Self {
        let pieces: Vec<u32> = (0..lines.len())
            .filter(|&index| wanted(index))
            .map(|index| index as u32)
            .collect();
        let Some(mut grid) = Self::lattice(lines, &pieces) else {
            return Self::default();
        };
        let mut listed: Vec<(u32, u32)> = Vec::with_capacity(pieces.len() * 3);
        for edge in pieces {
            let [a, b] = lines[edge as usize];
            // The lattice has fewer cells than a network may have edges: 32 bits are enough.
            grid.cells_along(a, b, |cell| listed.push((cell as u32, edge)));
        }
        grid.file(&listed);
        grid
    }

    /// Files edges under their cells, edges of a cell in the order they come.
    fn file(&mut self, listed: &[(u32, u32)]) {
        self.first = vec![0; (self.columns * self.rows) as usize + 1];
        for &(cell, _) in listed {
            self.first[cell as usize + 1] += 1;
        }
        for cell in 1..self.first.len() {
            self.first[cell] += self.first[cell - 1];
        }
        let mut next = self.first.clone();
        self.edges = vec![0; listed.len()];
        for &(cell, edge) in listed {
            let place = &mut next[cell as usize];
            self.edges[*place as usize] = edge;
            *place += 1;
        }
    }

    /// The empty lattice that suits these pieces; None without pieces.
    fn lattice(lines: &[[LonLat; 2]], pieces: &[u32]) -> Option<Self> {
        let ends = |&edge: &u32| lines[edge as usize];
        let [first, _] = pieces.first().map(ends)?;
        let (min, max) = pieces
            .iter()
            .map(ends)
            .fold((first, first), |(min, max), [a, b]| {
                (min.lower(a).lower(b), max.upper(a).upper(b))
            });
        let (west, south, east, north) = (min.lon(), min.lat(), max.lon(), max.lat());
        // Near the poles a degree of longitude shrinks to nothing; cells stay of finite width.
        let squeeze = f64::midpoint(south, north).to_radians().cos().max(0.01);
        let (across, up) = ((east - west) * squeeze, north - south);
        let count = pieces.len() as f64;
        let extent =
            |[a, b]: [LonLat; 2]| (b.lon() - a.lon()).abs() * squeeze + (b.lat() - a.lat()).abs();
        let mean_extent = pieces.iter().map(ends).map(extent).sum::<f64>() / count;
        let side = (across * up / count)
            .sqrt()
            .max(across.max(up) / count)
            .max(mean_extent)
            .max(1e-6);
        let (width, height) = (side / squeeze, side);
        let columns = ((east - west) / width) as i64 + 1;
        let rows = (up / height) as i64 + 1;
        Some(Self {
            west,
            south,
            width,
            height,
            columns,
            rows,
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
    fn column(&self, lon: f64) -> i64 {
        (((lon - self.west) / self.width) as i64).clamp(0, self.columns - 1)
    }

    fn row(&self, lat: f64) -> i64 {
        (((lat - self.south) / self.height) as i64).clamp(0, self.rows - 1)
    }

    /// Offers edges ring by ring around a position, an edge perhaps more than once.
    ///
    /// `offer` returns the square of the distance beyond which edges no longer matter, measured
    /// in degrees of latitude with longitudes squeezed by `squeeze`.
    pub(crate) fn outwards(&self, at: LonLat, squeeze: f64, mut offer: impl FnMut(u32) -> f64) {
        if self.edges.is_empty() {
            return;
        }
        let centre = Cell {
            column: ((at.lon() - self.west) / self.width).floor() as i64,
            row: ((at.lat() - self.south) / self.height).floor() as i64,
        };
        let beyond = |place: i64, count: i64| (-place).max(place - (count - 1)).max(0);
        let mut ring = beyond(centre.column, self.columns).max(beyond(centre.row, self.rows));
        let mut matters = f64::INFINITY;
        loop {
            self.ring(centre, ring, |edge| matters = offer(edge));
            let Some(unseen) = self.unseen(at, squeeze, centre, ring) else {
                return;
            };
            if unseen > 0.0 && unseen * unseen > matters {
                return;
            }
            ring += 1;
        }
    }

    /// Edges of the cells whose distance from the centre, in cells, is exactly `ring`.
    fn ring(&self, centre: Cell, ring: i64, mut offer: impl FnMut(u32)) {
        let rows = (centre.row - ring).max(0)..=(centre.row + ring).min(self.rows - 1);
        let columns = (centre.column - ring).max(0)..=(centre.column + ring).min(self.columns - 1);
        for row in rows {
            if (row - centre.row).abs() == ring {
                columns
                    .clone()
                    .for_each(|column| self.cell(row, column, &mut offer));
                continue;
            }
            for column in [centre.column - ring, centre.column + ring] {
                if columns.contains(&column) {
                    self.cell(row, column, &mut offer);
                }
            }
        }
    }

    fn cell(&self, row: i64, column: i64, offer: &mut impl FnMut(u32)) {
        let cell = (row * self.columns + column) as usize;
        let edges = self.first[cell] as usize..self.first[cell + 1] as usize;
        self.edges[edges].iter().for_each(|&edge| offer(edge));
    }

    /// A lower bound of the distance to all cells beyond a ring; None if there are none.
    fn unseen(&self, at: LonLat, squeeze: f64, centre: Cell, ring: i64) -> Option<f64> {
        let border = |from: f64, place: i64, size: f64| from + place as f64 * size;
        let (low, high) = (centre.column - ring, centre.column + ring + 1);
        let (bottom, top) = (centre.row - ring, centre.row + ring + 1);
        let west = (low > 0).then(|| at.lon() - border(self.west, low, self.width));
        let east = (high < self.columns).then(|| border(self.west, high, self.width) - at.lon());
        let south = (bottom > 0).then(|| at.lat() - border(self.south, bottom, self.height));
        let north = (top < self.rows).then(|| border(self.south, top, self.height) - at.lat());
        let sideways = [west, east]
            .into_iter()
            .flatten()
            .map(|degrees| degrees * squeeze);
        let upright = [south, north].into_iter().flatten();
        sideways
            .chain(upright)
            .map(|degrees| degrees - SLACK)
            .reduce(f64::min)
    }
}

#[cfg(test)]
mod tests {
    use crate::network::Network;
    use crate::oracle::Dice;

    fn listed(network: &Network) -> usize {
        network.grid.edges.len()
    }

    #[test]
    fn memory_stays_linear_for_long_thin_and_scattered_edges() {
        for (width, height, reach) in [
            (1.0, 1.0, 2.0),
            (3.0, 0.0, 0.001),
            (0.0, 2.0, 0.5),
            (40.0, 40.0, 0.0001),
        ] {
            let network = Dice::new(7).network_in(500, 900, width, height, reach);
            let edges = network.summary().edges;
            assert!(
                listed(&network) <= edges * 8,
                "{} of {edges}",
                listed(&network)
            );
            assert!(network.grid.first.len() <= edges * 4);
        }
    }

    #[test]
    fn every_edge_is_listed_where_its_points_are() {
        let network = Dice::new(8).network_in(200, 400, 0.3, 0.2, 0.1);
        let grid = &network.grid;
        for (index, edge) in (0u32..).zip(&network.edges) {
            if network.component[edge.a as usize] != 0 {
                continue;
            }
            let (a, b) = (network.node_at(edge.a), network.node_at(edge.b));
            for step in 0..=50 {
                let point = a.towards(b, f64::from(step) / 50.0);
                let mut seen = false;
                grid.cell(
                    grid.row(point.lat()),
                    grid.column(point.lon()),
                    &mut |listed| {
                        seen |= listed == index;
                    },
                );
                assert!(seen);
            }
        }
    }
}
