use super::lanes::{self, Block, LANES};
use super::{Assignment, CostTable, OPEN, UNSERVED};

mod paths;

/// Passes over undecided requests before shortest paths take over.
const BIDDING_PASSES: usize = 3;

/// Working memory of the dense solver, one entry per column.
#[derive(Debug, Clone, Default)]
pub(super) struct DenseScratch {
    duals: Vec<Block>,
    owners: Vec<u32>,
    distances: Vec<Block>,
    /// Duals, except that settled columns are too dear to be met again.
    open_duals: Vec<Block>,
    settled: Vec<Settled>,
    /// Requests of a path with the columns they get.
    given: Vec<(u32, u32)>,
    undecided: Vec<u32>,
    later: Vec<u32>,
}

/// A column whose shortest path is known.
#[derive(Debug, Clone, Copy)]
struct Settled {
    column: u32,
    distance: i32,
    /// What its owner saves by leaving it, less the path there.
    offset: i32,
}

/// The algorithm of Jonker and Volgenant (1987) from the side of the requests.
///
/// Requests take their best column and bid for it, then shortest augmenting paths settle the rest.
/// The original begins with the minimum of each column; here prices of free columns have to be
/// zero, because requests may stay unserved and columns unused, so it begins with that of each
/// request, which is the same step seen from the other side.
pub(super) fn assign(table: &CostTable, scratch: &mut DenseScratch, assignment: &mut Assignment) {
    let mut work = Work {
        table,
        chosen: &mut assignment.columns,
        scratch,
    };
    work.begin(&assignment.column_duals);
    work.bid();
    for at in 0..work.scratch.undecided.len() {
        work.augment(work.scratch.undecided[at]);
    }
    assignment.column_duals.clear();
    let duals = &work.scratch.duals.as_flattened()[..table.columns];
    assignment.column_duals.extend_from_slice(duals);
    assignment.request_duals.clear();
    assignment.cost = 0;
    for (request, &column) in assignment.columns.iter().enumerate() {
        let (cost, dual) = match assignment.column_duals.get(column as usize) {
            Some(&dual) => (table.cost(request, column as usize), dual),
            None => (table.unserved[request], 0),
        };
        assignment.cost += cost as u64;
        assignment.request_duals.push(cost - dual);
    }
}

struct Work<'a> {
    table: &'a CostTable,
    chosen: &'a mut Vec<u32>,
    scratch: &'a mut DenseScratch,
}

impl Work<'_> {
    /// Keeps of an earlier answer what is still the best choice at its prices.
    fn begin(&mut self, duals: &[i32]) {
        let (requests, columns) = (self.table.requests(), self.table.columns);
        let warm = self.chosen.len() == requests && duals.len() == columns && requests > 0;
        let scratch = &mut *self.scratch;
        scratch.owners.clear();
        scratch.owners.resize(columns, OPEN);
        scratch.duals.clear();
        scratch.duals.resize(self.table.blocks(), [0; LANES]);
        if warm {
            self.keep(duals);
        } else {
            self.chosen.clear();
            self.chosen.resize(requests, OPEN);
        }
        self.scratch.undecided.clear();
        let open = (0u32..).zip(&*self.chosen).filter(|&(_, &of)| of == OPEN);
        self.scratch
            .undecided
            .extend(open.map(|(request, _)| request));
    }

    /// Keeps all prices, and the choices that are still the best at them.
    fn keep(&mut self, duals: &[i32]) {
        let scratch = &mut *self.scratch;
        scratch.duals.as_flattened_mut()[..duals.len()].copy_from_slice(duals);
        for (request, chosen) in self.chosen.iter_mut().enumerate() {
            let costs = self.table.of(request);
            let unserved = self.table.unserved[request];
            let best = lanes::two_least(costs, &scratch.duals).0.min(unserved);
            match scratch.owners.get_mut(*chosen as usize) {
                Some(owner) if get(costs, *chosen) - get(&scratch.duals, *chosen) == best => {
                    *owner = request as u32;
                }
                None if *chosen == UNSERVED && unserved == best => {}
                _ => *chosen = OPEN,
            }
        }
    }

    fn bid(&mut self) {
        // Sending away in turns could go on for as long as prices are high.
        let mut steps = 8 * self.table.requests();
        for _ in 0..BIDDING_PASSES {
            let waiting = std::mem::take(&mut self.scratch.undecided);
            let mut later = std::mem::take(&mut self.scratch.later);
            later.clear();
            for &first in &waiting {
                let mut bidder = Some(first);
                while let Some(request) = bidder {
                    if steps == 0 {
                        later.push(request);
                        break;
                    }
                    steps -= 1;
                    bidder = self.bid_once(request, &mut later);
                }
            }
            self.scratch.later = waiting;
            self.scratch.undecided = later;
        }
    }

    /// One bid; returns who has to bid again at once.
    fn bid_once(&mut self, request: u32, later: &mut Vec<u32>) -> Option<u32> {
        let costs = self.table.of(request as usize);
        let unserved = self.table.unserved[request as usize];
        let scratch = &mut *self.scratch;
        let (least, second) = lanes::two_least(costs, &scratch.duals);
        if least >= unserved {
            self.chosen[request as usize] = UNSERVED;
            return None;
        }
        let mut column = lanes::place(costs, &scratch.duals, least, 0)?;
        let raise = second.min(unserved) - least;
        if raise == 0 && scratch.owners[column] != OPEN {
            match lanes::place(costs, &scratch.duals, least, column + 1) {
                Some(other) => column = other,
                None => {
                    // As good as this column is staying unserved.
                    self.chosen[request as usize] = UNSERVED;
                    return None;
                }
            }
        }
        scratch.duals[column / LANES][column % LANES] -= raise;
        self.chosen[request as usize] = column as u32;
        let sent_away = std::mem::replace(&mut scratch.owners[column], request);
        if sent_away == OPEN {
            return None;
        }
        self.chosen[sent_away as usize] = OPEN;
        if raise > 0 {
            return Some(sent_away);
        }
        later.push(sent_away);
        None
    }
}

fn get(blocks: &[Block], column: u32) -> i32 {
    blocks[column as usize / LANES][column as usize % LANES]
}

fn set(blocks: &mut [Block], column: u32, to: i32) {
    blocks[column as usize / LANES][column as usize % LANES] = to;
}
