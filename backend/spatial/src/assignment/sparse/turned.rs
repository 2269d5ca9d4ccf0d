use crate::assignment::CandidateLists;
use crate::assignment::returns::Askers;

/// Candidates column by column.
#[derive(Debug, Clone, Default)]
pub(super) struct Turned {
    /// Where those of each column begin; one more than columns.
    first: Vec<u32>,
    candidates: Vec<(u32, i32)>,
}

impl Turned {
    pub(super) fn fill(&mut self, lists: &CandidateLists) {
        self.first.clear();
        self.first.resize(lists.columns + 1, 0);
        for &(column, _) in &lists.candidates {
            self.first[column as usize] += 1;
        }
        let mut sum = 0;
        for first in &mut self.first {
            sum += *first;
            *first = sum;
        }
        self.candidates.clear();
        self.candidates.resize(lists.candidates.len(), (0, 0));
        // Each column is filled from its end, so that its entry ends as the place of its first.
        for request in 0..lists.requests() as u32 {
            for &(column, cost) in lists.of(request) {
                let place = &mut self.first[column as usize];
                *place -= 1;
                self.candidates[*place as usize] = (request, cost);
            }
        }
    }
}

impl Askers for Turned {
    fn each(&self, column: u32, mut visit: impl FnMut(u32, i32)) {
        let (from, to) = (self.first[column as usize], self.first[column as usize + 1]);
        for &(request, cost) in &self.candidates[from as usize..to as usize] {
            visit(request, cost);
        }
    }
}
