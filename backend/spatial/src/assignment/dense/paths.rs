use super::{Settled, Work, get, set};
use crate::assignment::lanes::{self, LANES};
use crate::assignment::{OPEN, UNSERVED};

/// Instead of the dual of a settled column: with it no distance is below twice the largest cost.
const TOO_DEAR: i32 = -1 << 30;

impl Work<'_> {
    /// Decides a request by the shortest path to a free column or to staying unserved.
    pub(super) fn augment(&mut self, request: u32) {
        let scratch = &mut *self.scratch;
        scratch.distances.clear();
        scratch
            .distances
            .resize(self.table.blocks(), [i32::MAX; LANES]);
        scratch.open_duals.clone_from(&scratch.duals);
        scratch.settled.clear();
        let (mut reached, mut offset) = (request, 0);
        // The cheapest way so far to let a request on the path stay unserved.
        let mut giving_up = (i32::MAX, request);
        let (length, end) = loop {
            let unserved = self.table.unserved[reached as usize] - offset;
            giving_up = giving_up.min((unserved, reached));
            let costs = self.table.of(reached as usize);
            let distances = &mut scratch.distances;
            let least = lanes::relax(costs, &scratch.open_duals, offset, distances);
            if least >= giving_up.0 {
                break (giving_up.0, UNSERVED);
            }
            let Some(column) = lanes::at_distance(distances, least) else {
                break (giving_up.0, UNSERVED);
            };
            let owner = scratch.owners[column];
            if owner == OPEN {
                break (least, column as u32);
            }
            let column = column as u32;
            reached = owner;
            offset = self.table.cost(owner as usize, column as usize)
                - get(&scratch.duals, column)
                - least;
            scratch.settled.push(Settled {
                column,
                distance: least,
                offset,
            });
            set(&mut scratch.open_duals, column, TOO_DEAR);
            set(&mut scratch.distances, column, i32::MAX);
        };
        let last = match end {
            UNSERVED => giving_up.1,
            column => self.before(request, column, length, self.scratch.settled.len()),
        };
        self.shift(request, end, last);
        for &Settled {
            column, distance, ..
        } in &self.scratch.settled
        {
            self.scratch.duals[column as usize / LANES][column as usize % LANES] +=
                distance - length;
        }
    }

    /// The request through which a path first reached a column at its distance.
    ///
    /// Looking it up for the few columns of a path is cheaper than noting it for all.
    fn before(&self, start: u32, column: u32, distance: i32, settled: usize) -> u32 {
        let dual = get(&self.scratch.duals, column);
        let reduced = |request: u32| self.table.cost(request as usize, column as usize) - dual;
        if reduced(start) == distance {
            return start;
        }
        let owners = &self.scratch.owners;
        let through = self.scratch.settled[..settled].iter().find_map(|settled| {
            let request = owners[settled.column as usize];
            (reduced(request) - settled.offset == distance).then_some(request)
        });
        through.unwrap_or(start)
    }

    /// Gives the end of a path to the request before it, what that had to the one before, and so
    /// on back to the request that was undecided.
    fn shift(&mut self, start: u32, end: u32, before: u32) {
        let (mut request, mut column) = (before, end);
        let mut given = std::mem::take(&mut self.scratch.given);
        given.clear();
        loop {
            given.push((request, column));
            if request == start {
                break;
            }
            column = self.chosen[request as usize];
            let place = self
                .scratch
                .settled
                .iter()
                .position(|at| at.column == column);
            let place = place.unwrap_or(0);
            let distance = self.scratch.settled[place].distance;
            request = self.before(start, column, distance, place);
        }
        for &(request, column) in &given {
            self.chosen[request as usize] = column;
            if let Some(owner) = self.scratch.owners.get_mut(column as usize) {
                *owner = request;
            }
        }
        self.scratch.given = given;
    }
}
