use super::duals::{self, Unproved};
use super::lanes::{Block, LANES};
use super::returns::Askers;
use super::{
    Assignment, AssignmentError, AssignmentScratch, MOST_COST, MOST_PLACES, dense, returns,
};

/// The cost of every pair of request and column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostTable {
    pub(super) columns: usize,
    /// Request by request, rows filled up to whole blocks with what is never chosen.
    costs: Vec<i32>,
    /// Cost of staying unserved.
    pub(super) unserved: Vec<i32>,
}

impl CostTable {
    /// A table from costs request by request, and from what each costs unserved.
    pub fn new(
        columns: usize,
        costs: Vec<u32>,
        unserved: Vec<u32>,
    ) -> Result<Self, AssignmentError> {
        let requests = unserved.len();
        if columns >= MOST_PLACES || requests >= MOST_PLACES {
            return Err(AssignmentError::TooMany);
        }
        if requests.checked_mul(columns) != Some(costs.len()) {
            return Err(AssignmentError::Shape {
                costs: costs.len(),
                requests,
                columns,
            });
        }
        let refused = |place: usize, cost: u32| AssignmentError::Cost {
            request: place,
            cost,
        };
        if let Some(place) = costs.iter().position(|&cost| cost > MOST_COST) {
            return Err(refused(place / columns, costs[place]));
        }
        if let Some(place) = unserved.iter().position(|&cost| cost > MOST_COST) {
            return Err(refused(place, unserved[place]));
        }
        let signed = |costs: Vec<u32>| costs.into_iter().map(|cost| cost as i32).collect();
        let width = columns.next_multiple_of(LANES);
        let costs = if width == columns {
            signed(costs)
        } else {
            let mut filled = vec![MOST_COST as i32; width * requests];
            for (row, costs) in filled.chunks_mut(width).zip(costs.chunks(columns)) {
                for (place, cost) in row.iter_mut().zip(costs) {
                    *place = *cost as i32;
                }
            }
            filled
        };
        Ok(Self {
            columns,
            costs,
            unserved: signed(unserved),
        })
    }

    /// Number of requests.
    pub fn requests(&self) -> usize {
        self.unserved.len()
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Puts a cheapest assignment in `assignment`, beginning with what it holds.
    ///
    /// At worst requests x requests x columns; a fraction of that unless nearly all pairs matter.
    pub fn assign(&self, scratch: &mut AssignmentScratch, assignment: &mut Assignment) {
        dense::assign(self, &mut scratch.dense, assignment);
        if returns::priced(assignment, &mut scratch.returns) {
            returns::settle(assignment, &mut scratch.returns, self);
        }
    }

    /// Checks that an assignment is one for this table and that its prices prove it cheapest.
    ///
    /// Reads everything once and allocates; meant for tests and audits.
    pub fn prove(&self, assignment: &Assignment) -> Result<(), Unproved> {
        let cost = |request: usize, column: u32| Some(self.cost(request, column as usize));
        duals::prove(assignment, self.columns, &self.unserved, cost, |request| {
            let row = self.of(request).as_flattened();
            (0u32..).zip(row[..self.columns].iter().copied())
        })
    }

    pub(super) fn blocks(&self) -> usize {
        self.columns.div_ceil(LANES)
    }

    pub(super) fn of(&self, request: usize) -> &[Block] {
        let blocks = self.blocks();
        &self.costs.as_chunks().0[request * blocks..(request + 1) * blocks]
    }

    pub(super) fn cost(&self, request: usize, column: usize) -> i32 {
        self.of(request)[column / LANES][column % LANES]
    }
}

impl Askers for CostTable {
    fn each(&self, column: u32, mut visit: impl FnMut(u32, i32)) {
        for request in 0..self.requests() {
            visit(request as u32, self.cost(request, column as usize));
        }
    }
}
