use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::junctions::JunctionGraph;
use crate::weights::CLOSED;

/// Trees of shortest walks that are looked at; six times as many give the same labels.
const TREES: usize = 8;

/// How many shortest walks run through each junction, counted over a sample of origins.
pub(super) fn through(graph: &JunctionGraph, chains: &[u32]) -> Vec<u64> {
    let count = graph.len();
    let mut walks = vec![0u64; count];
    let trees = TREES.min(count);
    for tree in 0..trees {
        add_tree(graph, chains, (tree * count / trees) as u32, &mut walks);
    }
    walks
}

/// Adds the walks from one origin to everywhere.
fn add_tree(graph: &JunctionGraph, chains: &[u32], origin: u32, walks: &mut [u64]) {
    let mut costs = vec![(CLOSED, origin); graph.len()];
    costs[origin as usize].0 = 0;
    let mut heap = BinaryHeap::from([Reverse(u64::from(origin))]);
    let mut settled = Vec::new();
    while let Some(Reverse(reached)) = heap.pop() {
        let (cost, junction) = ((reached >> 32) as u32, reached as u32);
        if costs[junction as usize].0 < cost {
            continue;
        }
        settled.push(junction);
        for arc in graph.arcs_of(junction) {
            let through = cost + chains[arc.chain as usize];
            if through < costs[arc.head as usize].0 {
                costs[arc.head as usize] = (through, junction);
                heap.push(Reverse(u64::from(through) << 32 | u64::from(arc.head)));
            }
        }
    }
    let mut beyond = vec![1u64; graph.len()];
    for &junction in settled.iter().rev() {
        let own = beyond[junction as usize];
        walks[junction as usize] += own;
        if junction != origin {
            beyond[costs[junction as usize].1 as usize] += own;
        }
    }
}
