use super::duals::{self, Unproved};
use super::{Assignment, AssignmentError, AssignmentScratch, MOST_COST, MOST_PLACES, sparse};

/// A few candidates for each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateLists {
    pub(super) columns: usize,
    /// Where the candidates of each request begin; one more than requests.
    pub(super) first: Vec<u32>,
    /// Column and cost of each candidate; those that never beat staying unserved are left out.
    pub(super) candidates: Vec<(u32, i32)>,
    /// Cost of staying unserved.
    pub(super) unserved: Vec<i32>,
}

impl CandidateLists {
    /// No requests yet, for so many columns.
    pub fn new(columns: usize) -> Result<Self, AssignmentError> {
        if columns >= MOST_PLACES {
            return Err(AssignmentError::TooMany);
        }
        Ok(Self {
            columns,
            first: vec![0],
            candidates: Vec::new(),
            unserved: Vec::new(),
        })
    }

    /// Adds a request with its cost of staying unserved and its candidates (column, cost).
    ///
    /// On an error nothing is added. A column may be named twice; the cheaper counts.
    pub fn push(
        &mut self,
        unserved: u32,
        candidates: &[(u32, u32)],
    ) -> Result<(), AssignmentError> {
        let request = self.unserved.len();
        let cost = |cost: u32| match i32::try_from(cost) {
            Ok(small) if cost <= MOST_COST => Ok(small),
            _ => Err(AssignmentError::Cost { request, cost }),
        };
        if request + 1 >= MOST_PLACES {
            return Err(AssignmentError::TooMany);
        }
        let most = cost(unserved)?;
        let begun = self.candidates.len();
        let end = begun.saturating_add(candidates.len());
        let mut refused = (end >= MOST_PLACES).then_some(AssignmentError::TooMany);
        for &(column, of_pair) in candidates.iter().take_while(|_| end < MOST_PLACES) {
            match cost(of_pair) {
                Ok(_) if column as usize >= self.columns => {
                    refused = Some(AssignmentError::Column { request, column });
                }
                Ok(of_pair) if of_pair < most => self.candidates.push((column, of_pair)),
                Ok(_) => {}
                Err(error) => refused = Some(error),
            }
        }
        if let Some(error) = refused {
            self.candidates.truncate(begun);
            return Err(error);
        }
        self.unserved.push(most);
        self.first.push(self.candidates.len() as u32);
        Ok(())
    }

    /// Takes all requests out and keeps the memory.
    pub fn clear(&mut self) {
        self.first.truncate(1);
        self.candidates.clear();
        self.unserved.clear();
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
    /// Usually about the number of candidates; at worst requests x candidates x their logarithm.
    pub fn assign(&self, scratch: &mut AssignmentScratch, assignment: &mut Assignment) {
        sparse::assign(self, scratch, assignment);
    }

    /// Checks that an assignment is one for these lists and that its prices prove it cheapest.
    ///
    /// Reads everything once and allocates; meant for tests and audits.
    pub fn prove(&self, assignment: &Assignment) -> Result<(), Unproved> {
        let cost = |request: usize, column: u32| {
            let own = self
                .of(request as u32)
                .iter()
                .filter(|&&(of, _)| of == column);
            own.map(|&(_, cost)| cost).min()
        };
        duals::prove(assignment, self.columns, &self.unserved, cost, |request| {
            self.of(request as u32).iter().copied()
        })
    }

    pub(super) fn of(&self, request: u32) -> &[(u32, i32)] {
        let request = request as usize;
        &self.candidates[self.first[request] as usize..self.first[request + 1] as usize]
    }
}
