//! Passes over a row of costs in fixed lanes, in the form the compiler vectorises: plain loops
//! over arrays, one pass for one purpose.

/// Costs looked at together; rows are filled up to a multiple of it.
pub(super) const LANES: usize = 8;

/// Some costs, prices or distances side by side.
pub(super) type Block = [i32; LANES];

/// The least of costs less duals and the next, which may be equal; `i32::MAX` for none.
pub(super) fn two_least(costs: &[Block], duals: &[Block]) -> (i32, i32) {
    let duals = &duals[..costs.len()];
    let (mut first, mut second) = ([i32::MAX; LANES], [i32::MAX; LANES]);
    for at in 0..costs.len() {
        for lane in 0..LANES {
            let reduced = costs[at][lane] - duals[at][lane];
            second[lane] = second[lane].min(first[lane].max(reduced));
            first[lane] = first[lane].min(reduced);
        }
    }
    let (mut least, mut next) = (i32::MAX, i32::MAX);
    for reduced in first.into_iter().chain(second) {
        next = next.min(least.max(reduced));
        least = least.min(reduced);
    }
    (least, next)
}

/// The first column from `from` on whose cost less its dual is `wanted`.
pub(super) fn place(costs: &[Block], duals: &[Block], wanted: i32, from: usize) -> Option<usize> {
    let duals = &duals[..costs.len()];
    for at in from / LANES..costs.len() {
        let mut any = 0;
        for lane in 0..LANES {
            any |= i32::from(costs[at][lane] - duals[at][lane] == wanted);
        }
        if any != 0 {
            for lane in 0..LANES {
                let column = at * LANES + lane;
                if column >= from && costs[at][lane] - duals[at][lane] == wanted {
                    return Some(column);
                }
            }
        }
    }
    None
}

/// Shortens distances by way of a row of costs; returns the least distance.
pub(super) fn relax(costs: &[Block], duals: &[Block], offset: i32, distances: &mut [Block]) -> i32 {
    let duals = &duals[..costs.len()];
    let distances = &mut distances[..costs.len()];
    let mut least = [i32::MAX; LANES];
    for at in 0..costs.len() {
        for lane in 0..LANES {
            let distance = costs[at][lane] - duals[at][lane] - offset;
            distances[at][lane] = distances[at][lane].min(distance);
            least[lane] = least[lane].min(distances[at][lane]);
        }
    }
    let mut all = i32::MAX;
    for distance in least {
        all = all.min(distance);
    }
    all
}

/// The first column at a distance.
pub(super) fn at_distance(distances: &[Block], wanted: i32) -> Option<usize> {
    for (at, block) in distances.iter().enumerate() {
        let mut any = 0;
        for &distance in block {
            any |= i32::from(distance == wanted);
        }
        if any != 0 {
            let lane = block.iter().position(|&distance| distance == wanted)?;
            return Some(at * LANES + lane);
        }
    }
    None
}
