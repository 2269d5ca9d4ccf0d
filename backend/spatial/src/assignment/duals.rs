use super::{Assignment, OPEN, UNSERVED};

/// Why an assignment is not proved to be the cheapest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// Made for another number of requests or columns.
    #[error("the assignment is for another number of requests or columns")]
    Shape,
    /// A request has a column that is not its candidate, or that another request has.
    #[error("request {0} cannot have its column")]
    Pair(usize),
    /// A pair costs less than the prices of its two sides.
    #[error("request {request} would rather have column {column}")]
    Cheaper {
        /// Number of the request.
        request: usize,
        /// Column that is too cheap.
        column: u32,
    },
    /// What is chosen costs more than the prices of its sides, or the request pays more than it
    /// would unserved.
    #[error("request {0} is not served at its price")]
    Slack(usize),
    /// A column has a price although nobody has it, or pays to be taken.
    #[error("column {0} has a price it may not have")]
    Price(usize),
    /// The cost noted is not the sum of what is chosen.
    #[error("the cost is not the sum of what is chosen")]
    Cost,
}

/// Dual feasibility and complementary slackness, which together prove the optimum.
pub(super) fn prove<Row: Iterator<Item = (u32, i32)>>(
    assignment: &Assignment,
    columns: usize,
    unserved: &[i32],
    cost: impl Fn(usize, u32) -> Option<i32>,
    row: impl Fn(usize) -> Row,
) -> Result<(), Unproved> {
    let same = assignment.columns.len() == unserved.len()
        && assignment.request_duals.len() == unserved.len()
        && assignment.column_duals.len() == columns;
    if !same {
        return Err(Unproved::Shape);
    }
    let prices = &assignment.column_duals;
    let mut taken = vec![false; columns];
    let mut sum = 0;
    for (request, &column) in assignment.columns.iter().enumerate() {
        let pays = i64::from(assignment.request_duals[request]);
        let mut chosen = i64::from(unserved[request]);
        let mut price = 0;
        if column != UNSERVED {
            if column >= OPEN || column as usize >= columns || taken[column as usize] {
                return Err(Unproved::Pair(request));
            }
            taken[column as usize] = true;
            chosen = i64::from(cost(request, column).ok_or(Unproved::Pair(request))?);
            price = i64::from(prices[column as usize]);
        }
        if chosen != pays + price || pays > i64::from(unserved[request]) {
            return Err(Unproved::Slack(request));
        }
        sum += chosen as u64;
        for (column, cost) in row(request) {
            if i64::from(cost) < pays + i64::from(prices[column as usize]) {
                return Err(Unproved::Cheaper { request, column });
            }
        }
    }
    let wrong = |(&price, &taken): (&i32, &bool)| price > 0 || (price < 0 && !taken);
    match prices.iter().zip(&taken).position(wrong) {
        Some(column) => Err(Unproved::Price(column)),
        None if sum == assignment.cost => Ok(()),
        None => Err(Unproved::Cost),
    }
}
