//! Two slow ways to the least cost that share nothing with the solvers.

/// The least cost by trying every choice of every request.
pub(super) fn try_everything(pairs: &[Vec<Option<u32>>], unserved: &[u32]) -> u64 {
    fn rest(pairs: &[Vec<Option<u32>>], unserved: &[u32], taken: u64) -> u64 {
        let (Some(row), Some(&alone)) = (pairs.first(), unserved.first()) else {
            return 0;
        };
        let mut least = u64::from(alone) + rest(&pairs[1..], &unserved[1..], taken);
        for (column, cost) in row.iter().enumerate() {
            if let (Some(cost), 0) = (cost, taken >> column & 1) {
                let others = rest(&pairs[1..], &unserved[1..], taken | 1 << column);
                least = least.min(u64::from(*cost) + others);
            }
        }
        least
    }
    rest(pairs, unserved, 0)
}

/// The least cost by the Hungarian method, row by row in 64 bits, on a matrix with a column of
/// its own for every request to stay unserved in.
pub(super) fn hungarian(pairs: &[Vec<Option<u32>>], unserved: &[u32], columns: usize) -> u64 {
    const NEVER: i64 = 1 << 40;
    let (rows, width) = (pairs.len(), columns + unserved.len());
    let cost = |row: usize, column: usize| match column.checked_sub(columns) {
        None => pairs[row][column].map_or(NEVER, i64::from),
        Some(own) if own == row => i64::from(unserved[row]),
        Some(_) => NEVER,
    };
    let (mut u, mut v) = (vec![0i64; rows + 1], vec![0i64; width + 1]);
    // Row in each column and column before it on the path; place 0 is the row being added.
    let (mut row_in, mut before) = (vec![0usize; width + 1], vec![0usize; width + 1]);
    for row in 1..=rows {
        row_in[0] = row;
        let mut at = 0;
        let mut least = vec![i64::MAX; width + 1];
        let mut done = vec![false; width + 1];
        while row_in[at] != 0 {
            done[at] = true;
            let from = row_in[at];
            let (mut delta, mut next) = (i64::MAX, 0);
            for column in (1..=width).filter(|&column| !done[column]) {
                let reduced = cost(from - 1, column - 1) - u[from] - v[column];
                if reduced < least[column] {
                    (least[column], before[column]) = (reduced, at);
                }
                if least[column] < delta {
                    (delta, next) = (least[column], column);
                }
            }
            for column in 0..=width {
                if done[column] {
                    u[row_in[column]] += delta;
                    v[column] -= delta;
                } else if column > 0 {
                    least[column] -= delta;
                }
            }
            at = next;
        }
        while at != 0 {
            row_in[at] = row_in[before[at]];
            at = before[at];
        }
    }
    let filled = (1..=width).filter(|&column| row_in[column] != 0);
    filled
        .map(|column| cost(row_in[column] - 1, column - 1) as u64)
        .sum()
}
