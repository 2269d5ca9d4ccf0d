use crate::LonLat;
use crate::network::Edge;

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
    /// Lists the edges that are `wanted`.
    pub(crate) fn build(at: &[LonLat], edges: &[Edge], wanted: impl Fn(&Edge) -> bool) -> Self {
        let pieces: Vec<(u32, LonLat, LonLat)> = (0u32..)
            .zip(edges)
            .filter(|(_, edge)| wanted(edge))
            .map(|(index, edge)| (index, at[edge.a as usize], at[edge.b as usize]))
            .collect();
        let Some(mut grid) = Self::lattice(&pieces) else {
            return Self::default();
        };
        let mut listed: Vec<(usize, u32)> = Vec::new();
        for &(edge, a, b) in &pieces {
            grid.cells_along(a, b, |cell| listed.push((cell, edge)));
        }
        listed.sort_unstable();
        grid.first = vec![0; (grid.columns * grid.rows) as usize + 1];
        for &(cell, _) in &listed {
            grid.first[cell + 1] += 1;
        }
        for cell in 1..grid.first.len() {
            grid.first[cell] += grid.first[cell - 1];
        }
        grid.edges = listed.into_iter().map(|(_, edge)| edge).collect();
        grid
    }

    /// The empty lattice that suits these pieces; None without pieces.
    fn lattice(pieces: &[(u32, LonLat, LonLat)]) -> Option<Self> {
        if pieces.is_empty() {
            return None;
        }
        let ends = || pieces.iter().flat_map(|&(_, a, b)| [a, b]);
        let west = ends().map(LonLat::lon).fold(f64::INFINITY, f64::min);
        let east = ends().map(LonLat::lon).fold(f64::NEG_INFINITY, f64::max);
        let south = ends().map(LonLat::lat).fold(f64::INFINITY, f64::min);
        let north = ends().map(LonLat::lat).fold(f64::NEG_INFINITY, f64::max);
        // Near the poles a degree of longitude shrinks to nothing; cells stay of finite width.
        let squeeze = f64::midpoint(south, north).to_radians().cos().max(0.01);
        let (across, up) = ((east - west) * squeeze, north - south);
        let count = pieces.len() as f64;
        let extent = |&(_, a, b): &(u32, LonLat, LonLat)| {
            (b.lon() - a.lon()).abs() * squeeze + (b.lat() - a.lat()).abs()
        };
        let mean_extent = pieces.iter().map(extent).sum::<f64>() / count;
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

    fn column(&self, lon: f64) -> i64 {
        (((lon - self.west) / self.width).floor() as i64).clamp(0, self.columns - 1)
    }

    fn row(&self, lat: f64) -> i64 {
        (((lat - self.south) / self.height).floor() as i64).clamp(0, self.rows - 1)
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
