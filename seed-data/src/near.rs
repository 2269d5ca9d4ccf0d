//! Buckets of points, to find those close to a spot.

use crate::plane::Spot;

/// Points sorted into square cells; the order inside a cell is the order they came in.
pub(crate) struct Buckets {
    cell_m: f64,
    low: Spot,
    columns: usize,
    rows: usize,
    starts: Vec<u32>,
    members: Vec<u32>,
    spots: Vec<Spot>,
}

impl Buckets {
    pub(crate) fn new(spots: Vec<Spot>, cell_m: f64) -> Self {
        let mut low = Spot {
            x: f64::INFINITY,
            y: f64::INFINITY,
        };
        let mut high = Spot {
            x: f64::NEG_INFINITY,
            y: f64::NEG_INFINITY,
        };
        for spot in &spots {
            low = Spot {
                x: low.x.min(spot.x),
                y: low.y.min(spot.y),
            };
            high = Spot {
                x: high.x.max(spot.x),
                y: high.y.max(spot.y),
            };
        }
        let cells = |length: f64| (length.max(0.0) / cell_m) as usize + 1;
        let (columns, rows) = (cells(high.x - low.x), cells(high.y - low.y));
        let mut buckets = Self {
            cell_m,
            low,
            columns,
            rows,
            starts: vec![0; columns * rows + 1],
            members: vec![0; spots.len()],
            spots,
        };
        buckets.sort();
        buckets
    }

    /// Counting sort by cell.
    fn sort(&mut self) {
        let homes: Vec<usize> = self.spots.iter().map(|&spot| self.cell(spot)).collect();
        for &home in &homes {
            self.starts[home + 1] += 1;
        }
        for cell in 1..self.starts.len() {
            self.starts[cell] += self.starts[cell - 1];
        }
        let mut next = self.starts.clone();
        for (point, &home) in homes.iter().enumerate() {
            self.members[next[home] as usize] = point as u32;
            next[home] += 1;
        }
    }

    fn cell(&self, spot: Spot) -> usize {
        self.row(spot.y) * self.columns + self.column(spot.x)
    }

    fn column(&self, x: f64) -> usize {
        (((x - self.low.x) / self.cell_m).max(0.0) as usize).min(self.columns - 1)
    }

    fn row(&self, y: f64) -> usize {
        (((y - self.low.y) / self.cell_m).max(0.0) as usize).min(self.rows - 1)
    }

    /// The points within `radius_m`, in a fixed order.
    pub(crate) fn within(&self, spot: Spot, radius_m: f64) -> Vec<u32> {
        let mut found = Vec::new();
        let columns = self.column(spot.x - radius_m)..=self.column(spot.x + radius_m);
        for row in self.row(spot.y - radius_m)..=self.row(spot.y + radius_m) {
            let from = self.starts[row * self.columns + columns.start()];
            let to = self.starts[row * self.columns + columns.end() + 1];
            let members = &self.members[from as usize..to as usize];
            found.extend(
                members
                    .iter()
                    .filter(|&&point| self.spots[point as usize].distance(spot) <= radius_m),
            );
        }
        found
    }

    pub(crate) fn spot(&self, point: u32) -> Spot {
        self.spots[point as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Draw, Topic};

    #[test]
    fn finds_exactly_what_a_full_search_finds() {
        let mut draw = Draw::stream(3, Topic::Block, 0);
        let mut spot = || Spot {
            x: draw.between(-500.0, 900.0),
            y: draw.between(0.0, 700.0),
        };
        let spots: Vec<Spot> = (0..400).map(|_| spot()).collect();
        let buckets = Buckets::new(spots.clone(), 90.0);
        for centre in [
            spots[0],
            Spot {
                x: -800.0,
                y: 200.0,
            },
            Spot { x: 5_000.0, y: 0.0 },
        ] {
            let mut found = buckets.within(centre, 333.0);
            found.sort_unstable();
            let all = 0..spots.len() as u32;
            let full: Vec<u32> = all
                .filter(|&i| spots[i as usize].distance(centre) <= 333.0)
                .collect();
            assert_eq!(found, full);
        }
    }

    #[test]
    fn no_points_is_no_answer() {
        let buckets = Buckets::new(Vec::new(), 90.0);
        assert!(buckets.within(Spot { x: 0.0, y: 0.0 }, 1e6).is_empty());
    }
}
