use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::dense::DenseScratch;
use super::returns::{self, ReturnScratch};
use super::{Assignment, CandidateLists, OPEN, UNSERVED};

mod bids;
mod paths;
mod shortage;
mod turned;

use shortage::Shortage;
use turned::Turned;

/// Working memory of assignments: keep one per thread.
#[derive(Debug, Clone, Default)]
pub struct AssignmentScratch {
    columns: Vec<Column>,
    /// Cost of the pair each request is in.
    paid: Vec<i32>,
    undecided: Vec<u32>,
    later: Vec<u32>,
    heap: BinaryHeap<Reverse<(i32, u32)>>,
    touched: Vec<u32>,
    shortage: Shortage,
    turned: Turned,
    pub(super) returns: ReturnScratch,
    pub(super) dense: DenseScratch,
}

impl AssignmentScratch {
    /// Empty working memory.
    pub fn new() -> Self {
        Self::default()
    }
}

/// All a search has to know of a column, in one place because columns are met in no order.
#[derive(Debug, Clone, Copy)]
struct Column {
    /// Price with its sign turned; zero as long as the column is free.
    dual: i32,
    /// Request that has it, or [`OPEN`].
    owner: u32,
    /// Shortest path found; `i32::MAX` outside of a search and where none is known.
    distance: i32,
    /// Request before it on that path.
    previous: u32,
}

const FREE: Column = Column {
    dual: 0,
    owner: OPEN,
    distance: i32::MAX,
    previous: OPEN,
};

/// Every request bids for its best column, then shortest augmenting paths settle the rest.
///
/// Where bidding leaves many undecided, columns that cannot suffice are let go first: they find
/// their requests when the prices of free columns are lowered.
///
/// A path never leaves the requests and columns that are tied together by candidates, and only
/// what it touched is cleared after it, so separate neighbourhoods are solved separately without
/// being looked for. The column each request may take to stay unserved is implied: nobody else can
/// reach it, so it needs neither a place nor a price.
pub(super) fn assign(
    lists: &CandidateLists,
    scratch: &mut AssignmentScratch,
    assignment: &mut Assignment,
) {
    let mut work = Work {
        lists,
        chosen: &mut assignment.columns,
        scratch,
    };
    work.begin(&assignment.column_duals);
    work.bid();
    work.let_scarce_go();
    for at in 0..work.scratch.undecided.len() {
        work.augment(work.scratch.undecided[at]);
    }
    work.price(&mut assignment.request_duals, &mut assignment.cost);
    let duals = scratch.columns.iter().map(|column| column.dual);
    assignment.column_duals.clear();
    assignment.column_duals.extend(duals);
    if returns::priced(assignment, &mut scratch.returns) {
        scratch.turned.fill(lists);
        returns::settle(assignment, &mut scratch.returns, &scratch.turned);
    }
}

struct Work<'a> {
    lists: &'a CandidateLists,
    chosen: &'a mut Vec<u32>,
    scratch: &'a mut AssignmentScratch,
}

impl Work<'_> {
    /// Notes what each request pays, and the sum.
    fn price(&self, request_duals: &mut Vec<i32>, sum: &mut u64) {
        request_duals.clear();
        *sum = 0;
        for (request, &column) in (0u32..).zip(&*self.chosen) {
            let (cost, dual) = match self.scratch.columns.get(column as usize) {
                Some(of) => (self.scratch.paid[request as usize], of.dual),
                None => (self.lists.unserved[request as usize], 0),
            };
            *sum += cost as u64;
            request_duals.push(cost - dual);
        }
    }

    /// Keeps of an earlier answer what is still the best choice at its prices.
    fn begin(&mut self, duals: &[i32]) {
        let (requests, columns) = (self.lists.requests(), self.lists.columns);
        let scratch = &mut *self.scratch;
        scratch.columns.clear();
        scratch.columns.resize(columns, FREE);
        scratch.paid.clear();
        scratch.paid.resize(requests, 0);
        let warm = self.chosen.len() == requests && duals.len() == columns && requests > 0;
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
        for (column, &dual) in self.scratch.columns.iter_mut().zip(duals) {
            column.dual = dual;
        }
        for request in 0..self.chosen.len() as u32 {
            let chosen = self.chosen[request as usize];
            let holds = chosen != OPEN && self.holds(request, chosen);
            match self.scratch.columns.get_mut(chosen as usize) {
                Some(column) if holds => column.owner = request,
                _ if holds => {}
                _ => self.chosen[request as usize] = OPEN,
            }
        }
    }

    /// Whether a request still has no better choice; notes its cost.
    fn holds(&mut self, request: u32, chosen: u32) -> bool {
        let unserved = self.lists.unserved[request as usize];
        let mut best = unserved;
        let mut own = if chosen == UNSERVED {
            unserved
        } else {
            i32::MAX
        };
        for &(column, cost) in self.lists.of(request) {
            let reduced = cost - self.scratch.columns[column as usize].dual;
            best = best.min(reduced);
            if column == chosen && reduced < own {
                own = reduced;
                self.scratch.paid[request as usize] = cost;
            }
        }
        own == best
    }
}
