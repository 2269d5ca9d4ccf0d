use super::Work;
use crate::assignment::{CandidateLists, OPEN, UNSERVED};

/// A search for a shortage has to be paid back: only where one request in so many is undecided.
const ONE_UNDECIDED_OF: usize = 8;

/// At most so many columns in short supply to a request that will get none of them.
const COLUMNS_TO_ONE_LEFT: usize = 4;

/// Columns in short supply: more requests need them than they are, whatever is served how.
///
/// Found by serving as many requests as possible at any cost, by the search of Pothen and Fan
/// (1990): depth first, with a look at a request's free columns before all others. What the
/// requests left over can still reach is in short supply.
#[derive(Debug, Clone, Default)]
pub(super) struct Shortage {
    /// The column of each request, at any cost.
    columns: Vec<u32>,
    owners: Vec<u32>,
    /// The first candidate of each request that is not known to be taken; a column once taken
    /// never becomes free.
    untried: Vec<u32>,
    /// Whether a column was met in this pass.
    met: Vec<bool>,
    left: Vec<u32>,
    /// What staying unserved costs each request that needs a column in short supply.
    unserved: Vec<i32>,
    /// Requests on the way to the present one, with their next candidate.
    path: Vec<(u32, u32)>,
}

impl Work<'_> {
    /// Lets columns in short supply go, at prices at which as many give up as have to.
    ///
    /// By far most of the time for a contended batch would go into shortest paths that end with
    /// somebody unserved. Seen from the other side there is no contention: few columns choose
    /// among many requests. So the least urgent of those who need such a column stay unserved for
    /// now, and the prices of free columns are lowered at the end, as after a warm start.
    pub(super) fn let_scarce_go(&mut self) {
        let scratch = &mut *self.scratch;
        if scratch.undecided.len() * ONE_UNDECIDED_OF <= self.chosen.len() {
            return;
        }
        let owners = scratch.columns.iter().map(|column| column.owner);
        scratch.shortage.begin(self.lists, self.chosen, owners);
        let scarce = scratch.shortage.find(self.lists, &scratch.undecided);
        if scratch.shortage.left.len() * COLUMNS_TO_ONE_LEFT < scarce {
            return;
        }
        let most = self.scratch.shortage.price(&self.lists.unserved);
        for request in 0..self.chosen.len() as u32 {
            let needs = self.scratch.shortage.needs(request);
            let chosen = &mut self.chosen[request as usize];
            if needs || self.scratch.shortage.is_scarce(*chosen) {
                let gives_up = needs && self.lists.unserved[request as usize] <= most;
                let now = if gives_up { UNSERVED } else { OPEN };
                let had = std::mem::replace(chosen, now);
                if let Some(column) = self.scratch.columns.get_mut(had as usize) {
                    column.owner = OPEN;
                }
            }
            if needs {
                self.raise(request, most);
            }
        }
        let open = (0u32..).zip(&*self.chosen).filter(|&(_, &of)| of == OPEN);
        self.scratch.undecided.clear();
        self.scratch
            .undecided
            .extend(open.map(|(request, _)| request));
    }

    /// Makes the candidates of a request so dear that it pays `most`, or as much as staying
    /// unserved costs it.
    fn raise(&mut self, request: u32, most: i32) {
        let unserved = self.lists.unserved[request as usize].min(most);
        for &(column, cost) in self.lists.of(request) {
            let column = &mut self.scratch.columns[column as usize];
            column.dual = column.dual.min(cost - unserved);
        }
    }
}

impl Shortage {
    /// Begins with the requests that are served already.
    fn begin(&mut self, lists: &CandidateLists, chosen: &[u32], owners: impl Iterator<Item = u32>) {
        self.columns.clear();
        self.columns.extend_from_slice(chosen);
        self.owners.clear();
        self.owners.extend(owners);
        self.untried.clear();
        self.untried
            .extend_from_slice(&lists.first[..lists.requests()]);
    }

    /// Serves as many of the undecided as possible; returns how many columns are in short supply.
    ///
    /// A pass takes as long as there are candidates; two or three passes are usual, and each
    /// serves one request at least.
    fn find(&mut self, lists: &CandidateLists, undecided: &[u32]) -> usize {
        let mut left = std::mem::take(&mut self.left);
        left.clear();
        left.extend_from_slice(undecided);
        loop {
            let before = left.len();
            self.met.clear();
            self.met.resize(self.owners.len(), false);
            left.retain(|&request| !self.serve(lists, request));
            if left.len() == before {
                break;
            }
        }
        self.left = left;
        self.met.iter().filter(|&&met| met).count()
    }

    /// Whether a column is in short supply; not what only stands in place of one.
    fn is_scarce(&self, column: u32) -> bool {
        self.met.get(column as usize).is_some_and(|&met| met)
    }

    /// Whether a request has a column in short supply, or none because of the shortage.
    fn needs(&self, request: u32) -> bool {
        let column = self.columns[request as usize];
        column == OPEN || self.is_scarce(column)
    }

    /// What staying unserved costs the last of those who give up if the least urgent do.
    fn price(&mut self, unserved: &[i32]) -> i32 {
        let mut needing = std::mem::take(&mut self.unserved);
        needing.clear();
        let all = (0u32..).zip(unserved);
        let of = all.filter(|&(request, _)| self.needs(request));
        needing.extend(of.map(|(_, &unserved)| unserved));
        // All that are left over are among those who need a column.
        let price = match self.left.len() {
            0 => 0,
            left => *needing.select_nth_unstable(left - 1).1,
        };
        self.unserved = needing;
        price
    }

    /// Finds a column for a request, with others moving on to columns not met in this pass.
    fn serve(&mut self, lists: &CandidateLists, start: u32) -> bool {
        self.path.clear();
        let mut request = start;
        while !self.take_free(lists, request) {
            let mut from = lists.first[request as usize];
            let column = loop {
                if let Some(place) = self.unmet(lists, request, from) {
                    self.path.push((request, place as u32 + 1));
                    break lists.candidates[place].0;
                }
                let Some(before) = self.path.pop() else {
                    return false;
                };
                (request, from) = before;
            };
            self.met[column as usize] = true;
            request = self.owners[column as usize];
        }
        true
    }

    /// The next candidate of a request whose column was not met in this pass.
    fn unmet(&self, lists: &CandidateLists, request: u32, from: u32) -> Option<usize> {
        let mut places = from as usize..lists.first[request as usize + 1] as usize;
        places.find(|&place| !self.met[lists.candidates[place].0 as usize])
    }

    /// Gives a request a free column if it has any, its own one to the request before it on the
    /// path, and so on.
    fn take_free(&mut self, lists: &CandidateLists, request: u32) -> bool {
        let end = lists.first[request as usize + 1];
        let untried = &mut self.untried[request as usize];
        while *untried < end {
            let (mut column, _) = lists.candidates[*untried as usize];
            *untried += 1;
            if self.owners[column as usize] == OPEN {
                let path = self.path.iter().rev().map(|&(before, _)| before);
                for taker in std::iter::once(request).chain(path) {
                    self.owners[column as usize] = taker;
                    column = std::mem::replace(&mut self.columns[taker as usize], column);
                }
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests;
