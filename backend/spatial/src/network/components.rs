use super::{Arc, SNAPPABLE_NODES};

const UNSEEN: u32 = u32::MAX;

/// Component of each node and the size of each component, the largest first.
///
/// Equal sizes are ordered by their lowest node, so that numbers do not depend on luck.
pub(super) fn number(first: &[u32], arcs: &[Arc]) -> (Vec<u32>, Vec<u32>) {
    let nodes = first.len() - 1;
    let mut component = vec![UNSEEN; nodes];
    let mut sizes: Vec<u32> = Vec::new();
    let mut open = Vec::new();
    for start in 0..nodes {
        if component[start] != UNSEEN {
            continue;
        }
        let found = sizes.len() as u32;
        let mut size = 0;
        component[start] = found;
        open.push(start);
        while let Some(node) = open.pop() {
            size += 1;
            for arc in &arcs[first[node] as usize..first[node + 1] as usize] {
                let head = arc.head as usize;
                if component[head] == UNSEEN {
                    component[head] = found;
                    open.push(head);
                }
            }
        }
        sizes.push(size);
    }
    rank(component, sizes)
}

/// Renumbers components by falling size; they arrive in the order of their lowest nodes.
fn rank(mut component: Vec<u32>, sizes: Vec<u32>) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..sizes.len() as u32).collect();
    order.sort_by_key(|&found| std::cmp::Reverse(sizes[found as usize]));
    let mut ranks = vec![0; sizes.len()];
    for (rank, &found) in order.iter().enumerate() {
        ranks[found as usize] = rank as u32;
    }
    for number in &mut component {
        *number = ranks[*number as usize];
    }
    let sizes = order.iter().map(|&found| sizes[found as usize]).collect();
    (component, sizes)
}

/// How many components, from the largest on, may be snapped to; at least one.
pub(super) fn snappable(sizes: &[u32]) -> u32 {
    sizes
        .partition_point(|&nodes| nodes >= SNAPPABLE_NODES)
        .max(1) as u32
}
