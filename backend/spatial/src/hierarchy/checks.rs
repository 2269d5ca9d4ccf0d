//! Plain Dijkstra over chains, and the real extracts where they are present.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::junctions::JunctionGraph;
use crate::weights::CLOSED;

/// Cost from a junction to every other.
pub(crate) fn junction_costs(graph: &JunctionGraph, chains: &[u32], from: u32) -> Vec<u32> {
    let mut costs = vec![CLOSED; graph.len()];
    costs[from as usize] = 0;
    let mut heap = BinaryHeap::from([Reverse((0u32, from))]);
    while let Some(Reverse((cost, junction))) = heap.pop() {
        if cost > costs[junction as usize] {
            continue;
        }
        for arc in graph.arcs_of(junction) {
            let through = cost + chains[arc.chain as usize];
            if through < costs[arc.head as usize] {
                costs[arc.head as usize] = through;
                heap.push(Reverse((through, arc.head)));
            }
        }
    }
    costs
}

/// A real network; None, and a line that says so, where it is not present.
#[cfg(feature = "osm")]
pub(crate) fn real(name: &str) -> Option<crate::Network> {
    use std::io::Write as _;
    use std::path::PathBuf;

    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = std::env::var_os("ANLIN_TEST_DATA").map_or_else(beside, PathBuf::from);
    let Ok(file) = std::fs::File::open(path.join(name)) else {
        let _ = writeln!(std::io::stdout().lock(), "\nskipped: no data");
        return None;
    };
    let extract = crate::osm::read(file, &mut |_| {}).unwrap();
    Some(crate::Network::build(extract.graph).unwrap())
}
