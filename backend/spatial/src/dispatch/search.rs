use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Dispatch;
use super::best::{Best, key};
use crate::Class;
use crate::closures::Streets;
use crate::weights::{CLOSED, Position};

/// Working memory of a search over junctions.
#[derive(Debug, Default)]
pub(super) struct Search {
    round: u32,
    /// Round and least cost of each junction; void unless of the current round.
    marks: Vec<(u32, u32)>,
    heap: BinaryHeap<Reverse<u64>>,
    /// Ends of responders' chains: junction, cost from there, responder; sorted.
    ends: Vec<(u32, u32, u32)>,
}

impl Search {
    fn begin(&mut self, junctions: usize) {
        self.heap.clear();
        self.ends.clear();
        if self.marks.len() < junctions {
            self.marks.resize(junctions, (0, 0));
        }
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.marks.fill((0, 0));
            self.round = 1;
        }
    }

    fn improve(&mut self, junction: u32, cost: u32) {
        let mark = &mut self.marks[junction as usize];
        if cost < CLOSED && (mark.0 != self.round || cost < mark.1) {
            *mark = (self.round, cost);
            self.heap.push(Reverse(key(cost, junction)));
        }
    }
}

impl Dispatch {
    /// Answers by Dijkstra's algorithm from the origin, stopped when nobody can enter any more.
    ///
    /// Positions are taken from the snaps anew: the weights may have changed under them.
    #[inline(never)]
    pub(super) fn by_search(
        &self,
        streets: &Streets,
        origin: &Position,
        class: Class,
        search: &mut Search,
        best: &mut Best,
    ) {
        search.begin(streets.graph().len());
        for (responder, member) in (0u32..).zip(&self.members) {
            if !member.classes.contains(class) {
                continue;
            }
            let Some(position) = streets.weights().position(&member.snap) else {
                continue;
            };
            best.offer(key(origin.direct(&position), responder));
            let ends = position.ends.iter().filter(|&&(_, cost)| cost < CLOSED);
            search
                .ends
                .extend(ends.map(|&(junction, cost)| (junction, cost, responder)));
        }
        search.ends.sort_unstable();
        for (junction, cost) in origin.ends {
            search.improve(junction, cost);
        }
        while let Some(Reverse(reached)) = search.heap.pop() {
            let (cost, junction) = ((reached >> 32) as u32, reached as u32);
            if key(cost, 0) >= best.limit() {
                return;
            }
            if search.marks[junction as usize].1 < cost {
                continue;
            }
            let here = search.ends.partition_point(|&(end, ..)| end < junction);
            let there = search.ends[here..]
                .iter()
                .take_while(|&&(end, ..)| end == junction);
            there.for_each(|&(_, rest, responder)| best.offer(key(cost + rest, responder)));
            for arc in streets.graph().arcs_of(junction) {
                let through = cost + streets.weights().chains()[arc.chain as usize];
                search.improve(arc.head, through);
            }
        }
    }
}
