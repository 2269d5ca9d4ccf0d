use std::cmp::Reverse;

use super::Work;
use crate::assignment::{OPEN, UNSERVED};

/// The best end of a path so far: a free column or [`UNSERVED`], and the request before it.
#[derive(Debug, Clone, Copy)]
struct Best {
    distance: i32,
    column: u32,
    request: u32,
}

impl Work<'_> {
    /// Decides a request by the shortest path to a free column or to staying unserved.
    pub(super) fn augment(&mut self, request: u32) {
        let mut best = Best {
            distance: i32::MAX,
            column: UNSERVED,
            request,
        };
        self.scratch.heap.clear();
        self.scratch.touched.clear();
        self.relax(request, 0, &mut best);
        while let Some(Reverse((distance, number))) = self.scratch.heap.pop() {
            if distance >= best.distance {
                break;
            }
            let column = self.scratch.columns[number as usize];
            if column.distance == distance {
                self.relax(column.owner, self.offset(column.owner), &mut best);
            }
        }
        self.shift(request, best);
        // What the path passed becomes dearer by how much earlier than the end it was reached.
        for &number in &self.scratch.touched {
            let column = &mut self.scratch.columns[number as usize];
            column.dual += (column.distance - best.distance).min(0);
            column.distance = i32::MAX;
        }
    }

    /// Gives the end of a path to the request before it, what that had to the one before, and so
    /// on back to the request that was undecided.
    fn shift(&mut self, start: u32, end: Best) {
        let (mut request, mut column) = (end.request, end.column);
        loop {
            let before = std::mem::replace(&mut self.chosen[request as usize], column);
            if let Some(taken) = self.scratch.columns.get_mut(column as usize) {
                taken.owner = request;
                let own = self.lists.of(request).iter();
                let costs = own.filter(|&&(of, _)| of == column).map(|&(_, cost)| cost);
                self.scratch.paid[request as usize] = costs.min().unwrap_or(0);
            }
            if request == start {
                return;
            }
            column = before;
            request = self.scratch.columns[column as usize].previous;
        }
    }

    /// What a request that a path has reached saves by leaving its column, less the path there.
    fn offset(&self, request: u32) -> i32 {
        let had = self.chosen[request as usize];
        match self.scratch.columns.get(had as usize) {
            Some(column) => self.scratch.paid[request as usize] - column.dual - column.distance,
            None => 0,
        }
    }

    /// Looks along the candidates of a request that a path has reached.
    fn relax(&mut self, request: u32, offset: i32, best: &mut Best) {
        let unserved = self.lists.unserved[request as usize] - offset;
        if unserved < best.distance {
            *best = Best {
                distance: unserved,
                column: UNSERVED,
                request,
            };
        }
        for &(number, cost) in self.lists.of(request) {
            // Prices only add to a cost, so most candidates are ruled out without a look at them.
            if cost - offset >= best.distance {
                continue;
            }
            let column = &mut self.scratch.columns[number as usize];
            let distance = cost - column.dual - offset;
            if distance >= best.distance || distance >= column.distance {
                continue;
            }
            if column.owner == OPEN {
                *best = Best {
                    distance,
                    column: number,
                    request,
                };
                continue;
            }
            if column.distance == i32::MAX {
                self.scratch.touched.push(number);
            }
            column.distance = distance;
            column.previous = request;
            self.scratch.heap.push(Reverse((distance, number)));
        }
    }
}
