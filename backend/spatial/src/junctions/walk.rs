use super::{Chain, Link, NONE};
use crate::network::Network;

/// Junctions and chains as found.
pub(super) struct Walked {
    pub(super) nodes: Vec<u32>,
    pub(super) chains: Vec<Chain>,
    pub(super) chain_first: Vec<u32>,
    pub(super) links: Vec<Link>,
}

/// Edges grouped by the nodes they touch.
struct Touching {
    first: Vec<u32>,
    edges: Vec<u32>,
}

impl Touching {
    fn new(network: &Network) -> Self {
        let nodes = network.ids.len();
        let mut first = vec![0u32; nodes + 1];
        for edge in &network.edges {
            first[edge.a as usize + 1] += 1;
            first[edge.b as usize + 1] += 1;
        }
        for node in 0..nodes {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        let mut edges = vec![0; network.edges.len() * 2];
        for (index, edge) in (0u32..).zip(&network.edges) {
            for end in [edge.a, edge.b] {
                edges[next[end as usize] as usize] = index;
                next[end as usize] += 1;
            }
        }
        Self { first, edges }
    }

    fn at(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.edges[self.first[node] as usize..self.first[node + 1] as usize]
    }
}

/// Follows every street from junction to junction.
pub(super) fn chains(network: &Network) -> Walked {
    let touching = Touching::new(network);
    let mut is_junction: Vec<bool> = (0..network.ids.len() as u32)
        .map(|node| touching.at(node).len() != 2)
        .collect();
    let mut walked = Walked {
        nodes: Vec::new(),
        chains: Vec::new(),
        chain_first: vec![0],
        links: Vec::with_capacity(network.edges.len()),
    };
    let mut seen = vec![false; network.edges.len()];
    let starts = is_junction.clone();
    for node in (0u32..)
        .zip(&starts)
        .filter_map(|(node, &is)| is.then_some(node))
    {
        from(
            network,
            &touching,
            &is_junction,
            node,
            &mut seen,
            &mut walked,
        );
    }
    // What is left are rings; their nodes come by rising number, so the first seen is the lowest.
    for node in 0..network.ids.len() as u32 {
        if touching.at(node).iter().any(|&edge| !seen[edge as usize]) {
            is_junction[node as usize] = true;
            from(
                network,
                &touching,
                &is_junction,
                node,
                &mut seen,
                &mut walked,
            );
        }
    }
    number(&is_junction, &mut walked);
    walked
}

/// Walks all chains that begin at a junction and were not walked from their other end.
fn from(
    network: &Network,
    touching: &Touching,
    is_junction: &[bool],
    start: u32,
    seen: &mut [bool],
    walked: &mut Walked,
) {
    for &out in touching.at(start) {
        if seen[out as usize] {
            continue;
        }
        let (mut node, mut index) = (start, out);
        loop {
            seen[index as usize] = true;
            let edge = &network.edges[index as usize];
            let backwards = edge.b == node;
            walked.links.push(Link {
                edge: index,
                backwards,
            });
            node = if backwards { edge.a } else { edge.b };
            if is_junction[node as usize] {
                break;
            }
            let [one, other] = touching.at(node) else {
                break;
            };
            index = if *one == index { *other } else { *one };
        }
        walked.chain_first.push(walked.links.len() as u32);
        walked.chains.push(Chain { a: start, b: node });
    }
}

/// Replaces node numbers in chains by junction numbers.
fn number(is_junction: &[bool], walked: &mut Walked) {
    let mut junction_of = vec![NONE; is_junction.len()];
    for (node, _) in (0u32..).zip(is_junction).filter(|(_, is)| **is) {
        junction_of[node as usize] = walked.nodes.len() as u32;
        walked.nodes.push(node);
    }
    for chain in &mut walked.chains {
        chain.a = junction_of[chain.a as usize];
        chain.b = junction_of[chain.b as usize];
    }
}
