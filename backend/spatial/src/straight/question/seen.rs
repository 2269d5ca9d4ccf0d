use crate::straight::cells::LANES;

/// What a search has seen: blocks, and the squares of the plane distances to their points.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) squares: Vec<[f32; LANES]>,
    pub(super) blocks: Vec<u32>,
}

impl Seen {
    pub(super) fn clear(&mut self) {
        self.squares.clear();
        self.blocks.clear();
    }

    /// How many points are within a square.
    pub(super) fn count(&self, most: f32) -> usize {
        let mut lanes = [0u32; LANES];
        for squares in &self.squares {
            for lane in 0..LANES {
                lanes[lane] += u32::from(squares[lane] <= most);
            }
        }
        let mut count = 0;
        for within in lanes {
            count += within;
        }
        count as usize
    }

    /// A square that at least `k` points are within and few more, if at least `k` are in `most`.
    ///
    /// In the plane the number of points grows about as the square does, so a few counts in
    /// proportion come near; counting takes the place of sorting and never mispredicts.
    pub(super) fn holding(&self, k: usize, guess: f32, most: f32) -> f32 {
        let wanted = k as f32 + 1.0;
        let (mut low, mut high, mut square) = (0.0, most, guess);
        for _ in 0..8 {
            if !(square > low && square < high) {
                square = f32::midpoint(low, high);
            }
            let count = self.count(square);
            if count < k {
                low = square;
            } else {
                high = square;
                if count <= k + 2 + k / 8 {
                    break;
                }
            }
            square *= wanted / (count as f32).max(0.5);
        }
        high
    }

    /// Calls `take` with the slot of every point within a square.
    pub(super) fn within(&self, most: f32, mut take: impl FnMut(u32)) {
        for at in 0..self.squares.len() {
            let first = self.blocks[at] * LANES as u32;
            let mut rest = mask(&self.squares[at], most);
            while rest != 0 {
                take(first + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }
}

/// A bit for each lane within a square, the first lane's lowest.
#[inline]
fn mask(squares: &[f32; LANES], most: f32) -> u32 {
    let mut bits = [0u32; LANES];
    for lane in 0..LANES {
        bits[lane] = u32::from(squares[lane] <= most) << lane;
    }
    bits[0] | bits[1] | bits[2] | bits[3] | bits[4] | bits[5] | bits[6] | bits[7]
}
