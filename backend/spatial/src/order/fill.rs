use super::Plain;

/// Appends the junctions of a small piece, always the one that adds fewest arcs when contracted.
///
/// Junctions around the piece count as neighbours but stay: they belong to separators. Among
/// equals goes the one with fewest neighbours, then the lowest.
pub(super) fn order(whole: &Plain, piece: &[u32], order: &mut Vec<u32>) {
    let mut names: Vec<u32> = piece
        .iter()
        .flat_map(|&node| whole.of(node))
        .copied()
        .collect();
    names.extend(piece);
    names.sort_unstable();
    names.dedup();
    let local = |node: &u32| names.binary_search(node).unwrap_or_default();
    let mut around: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
    for node in piece {
        let tail = local(node);
        for head in whole.of(*node).iter().map(local) {
            around[tail].push(head);
            around[head].push(tail);
        }
    }
    for heads in &mut around {
        heads.sort_unstable();
        heads.dedup();
    }
    let mut left: Vec<usize> = piece.iter().map(local).collect();
    let mut prices: Vec<(usize, usize)> =
        (0..names.len()).map(|node| price(&around, node)).collect();
    let mut changed = Vec::new();
    while let Some(place) = (0..left.len()).min_by_key(|&place| (prices[left[place]], left[place]))
    {
        let node = left.swap_remove(place);
        order.push(names[node]);
        let neighbours = contract(&mut around, node);
        changed.clear();
        changed.extend(
            neighbours
                .iter()
                .flat_map(|&one| around[one].iter().copied()),
        );
        changed.extend(neighbours);
        changed.sort_unstable();
        changed.dedup();
        for &node in &changed {
            prices[node] = price(&around, node);
        }
    }
}

/// Arcs that contracting a node would add, then its neighbours.
fn price(around: &[Vec<usize>], node: usize) -> (usize, usize) {
    let heads = &around[node];
    let missing = |place: usize| {
        let known = &around[heads[place]];
        let others = heads[place + 1..].iter();
        others
            .filter(|other| known.binary_search(other).is_err())
            .count()
    };
    ((0..heads.len()).map(missing).sum(), heads.len())
}

/// Joins all neighbours of a node and takes the node away; returns the neighbours.
fn contract(around: &mut [Vec<usize>], node: usize) -> Vec<usize> {
    let neighbours = std::mem::take(&mut around[node]);
    for &one in &neighbours {
        let heads = &mut around[one];
        heads.extend(&neighbours);
        heads.sort_unstable();
        heads.dedup();
        heads.retain(|&head| head != one && head != node);
    }
    neighbours
}
