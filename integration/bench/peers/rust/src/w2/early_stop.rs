//! Dijkstra of the crate `pathfinding`, stopped as soon as the answer is certain.

use pathfinding::prelude::{dijkstra_partial, dijkstra_reach};
use spatial::{CLOSED, LonLat, Position};

use super::best::Best;
use super::scene::{Beside, Scene};
use super::{K, Peer};
use crate::town::Town;

/// Arcs of each junction.
fn adjacency(town: &Town) -> Vec<Vec<(u32, u32)>> {
    let mut arcs = vec![Vec::new(); town.at.len()];
    for &[a, b, cost] in &town.edges {
        arcs[a as usize].push((b, cost));
        arcs[b as usize].push((a, cost));
    }
    arcs
}

fn starts(origin: &Position) -> Vec<(u32, u32)> {
    origin
        .ends
        .into_iter()
        .filter(|&(_, cost)| cost < CLOSED)
        .collect()
}

/// `dijkstra_reach`: responders are looked up at every junction that is settled.
pub(crate) struct Reach {
    arcs: Vec<Vec<(u32, u32)>>,
    /// Responders with the cost to them, by junction.
    waiting: Vec<Vec<(u32, u32)>>,
    beside: Beside,
}

impl Reach {
    pub(crate) fn new(scene: &Scene<'_>, class: usize) -> Self {
        let mut waiting = vec![Vec::new(); scene.town.at.len()];
        for (number, one) in scene.eligible(class) {
            for (junction, cost) in starts(&one.position) {
                waiting[junction as usize].push((number, cost));
            }
        }
        Self {
            arcs: adjacency(scene.town),
            waiting,
            beside: scene.by_chain(class),
        }
    }
}

impl Peer for Reach {
    fn nearest(&mut self, scene: &Scene<'_>, at: LonLat, best: &mut Best) {
        best.clear();
        let Some(origin) = scene.origin(at) else {
            return;
        };
        self.beside.offer(scene, &origin, best);
        let (arcs, start) = (&self.arcs, self.arcs.len() as u32);
        let first: [_; 2] = origin.ends;
        let successors = |&node: &u32| {
            let list = if node == start {
                &first[..]
            } else {
                &arcs[node as usize][..]
            };
            list.iter().copied()
        };
        for reached in dijkstra_reach(&start, successors) {
            if reached.total_cost >= best.bound() {
                break;
            }
            if reached.node != start {
                for &(number, cost) in &self.waiting[reached.node as usize] {
                    best.offer(reached.total_cost + cost, number);
                }
            }
        }
    }
}

/// `dijkstra_partial`: responders are nodes, and the eighth that is settled ends the search.
pub(crate) struct Partial {
    /// Junctions first, then responders; arcs lead only to responders.
    arcs: Vec<Vec<(u32, u32)>>,
    junctions: u32,
    beside: Beside,
}

impl Partial {
    pub(crate) fn new(scene: &Scene<'_>, class: usize) -> Self {
        let mut arcs = adjacency(scene.town);
        let junctions = arcs.len() as u32;
        for (number, one) in scene.eligible(class) {
            for (junction, cost) in starts(&one.position) {
                arcs[junction as usize].push((junctions + number, cost));
            }
        }
        Self {
            arcs,
            junctions,
            beside: scene.by_chain(class),
        }
    }
}

impl Peer for Partial {
    fn nearest(&mut self, scene: &Scene<'_>, at: LonLat, best: &mut Best) {
        best.clear();
        let Some(origin) = scene.origin(at) else {
            return;
        };
        let mut first = starts(&origin);
        self.beside.offer(scene, &origin, best);
        let direct = std::mem::take(best);
        first.extend(
            direct
                .pairs()
                .map(|(cost, number)| (self.junctions + number, cost)),
        );
        let (arcs, start) = (&self.arcs, u32::MAX);
        let successors = |&node: &u32| {
            let list = match node {
                _ if node == start => &first[..],
                _ => arcs.get(node as usize).map_or(&[][..], |list| &list[..]),
            };
            list.iter().copied()
        };
        let mut settled = [start; K];
        let mut count = 0;
        let junctions = self.junctions;
        let (reached, _) = dijkstra_partial(&start, successors, |&node| {
            if node >= junctions && node != start && count < K && !settled[..count].contains(&node)
            {
                settled[count] = node;
                count += 1;
            }
            count == K
        });
        for node in &settled[..count] {
            best.offer(reached[node].1, node - junctions);
        }
    }
}
