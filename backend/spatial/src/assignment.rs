//! Which request gets which offer so that the sum of costs is least, with a proof.
//!
//! Rows are requests, columns are what they compete for. Every request may stay unserved at a cost
//! of its own, so an answer always exists. Costs are whole numbers up to [`MOST_COST`]; what makes
//! one request more urgent than another is for the caller to fold into them: multiply the times of
//! a request, and the cost of leaving it unserved, by its weight.
//!
//! [`CandidateLists`] holds a few candidates per request, [`CostTable`] every pair. Both leave
//! their answer in an [`Assignment`], which carries the prices that prove it and is where the next
//! batch begins.

mod dense;
mod duals;
mod lanes;
mod lists;
mod returns;
mod sparse;
mod table;

#[cfg(test)]
mod tests;

pub use duals::Unproved;
pub use lists::CandidateLists;
pub use sparse::AssignmentScratch;
pub use table::CostTable;

/// Largest cost allowed: sums of a few of them fit 32 bits with a sign.
///
/// In milliseconds this is three days.
pub const MOST_COST: u32 = 1 << 28;

/// Requests, columns and candidates there may be, so that a bit of 32 stays free.
const MOST_PLACES: usize = 1 << 31;

/// In place of a column: the request stays unserved.
const UNSERVED: u32 = u32::MAX;

/// In place of a column: not decided yet. In place of a request: the column is free.
const OPEN: u32 = u32::MAX - 1;

/// Why costs are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssignmentError {
    /// A cost, or the cost of staying unserved, so large that sums of costs could overflow.
    #[error("cost {cost} of request {request} is above {MOST_COST}")]
    Cost {
        /// Number of the request.
        request: usize,
        /// The cost as given.
        cost: u32,
    },
    /// A candidate that is no column.
    #[error("request {request} names column {column}, which does not exist")]
    Column {
        /// Number of the request.
        request: usize,
        /// The column as given.
        column: u32,
    },
    /// Numbers of costs and of requests times columns differ.
    #[error("{costs} costs do not fill {requests} requests times {columns} columns")]
    Shape {
        /// Number of costs.
        costs: usize,
        /// Number of requests.
        requests: usize,
        /// Number of columns.
        columns: usize,
    },
    /// More requests, columns or candidates than 31-bit numbers can name.
    #[error("too many requests, columns or candidates")]
    TooMany,
}

/// An optimal assignment and the prices that prove it.
///
/// What it holds when it is passed to `assign` is where the search begins: prices are kept, and
/// only requests that now have a better choice and columns that were let go are searched for. A
/// contended batch that differs a little from the one before is answered in a fraction of the
/// time; where hardly anybody competes, a cold start is as fast. Any contents lead to an optimum,
/// but help only as long as requests and columns keep their numbers; [`Assignment::default`] is a
/// cold start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assignment {
    columns: Vec<u32>,
    request_duals: Vec<i32>,
    column_duals: Vec<i32>,
    cost: u64,
}

impl Assignment {
    /// Number of requests it answers.
    pub fn requests(&self) -> usize {
        self.columns.len()
    }

    /// The column of a request; None if it stays unserved, or is no request.
    pub fn column(&self, request: usize) -> Option<u32> {
        let column = self.columns.get(request).copied()?;
        (column < OPEN).then_some(column)
    }

    /// Sum of the costs of all requests, unserved ones included.
    pub fn cost(&self) -> u64 {
        self.cost
    }

    /// What each request pays at these prices, in cost units; at most its cost unserved.
    ///
    /// No pair costs less than the prices of its two sides together, and served pairs cost just
    /// that. It follows that no other assignment is cheaper.
    pub fn request_duals(&self) -> &[i32] {
        &self.request_duals
    }

    /// Price of each column with its sign turned: zero for columns nobody has, else at most zero.
    pub fn column_duals(&self) -> &[i32] {
        &self.column_duals
    }

    /// Forgets the last batch, as when rows and columns have changed their meaning.
    pub fn clear(&mut self) {
        self.columns.clear();
        self.request_duals.clear();
        self.column_duals.clear();
        self.cost = 0;
    }
}
