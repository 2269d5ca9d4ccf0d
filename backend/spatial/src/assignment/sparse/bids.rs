use super::Work;
use crate::assignment::{OPEN, UNSERVED};

/// Passes over undecided requests before shortest paths take over.
const BIDDING_PASSES: usize = 2;

/// Bids per request in the mean after which the others are left to shortest paths.
const BIDS_EACH: usize = 4;

/// What a request would choose at the present prices.
#[derive(Debug, Clone, Copy)]
struct Choice {
    column: u32,
    cost: i32,
    reduced: i32,
    second: u32,
    second_cost: i32,
    second_reduced: i32,
}

impl Work<'_> {
    /// The two best choices of a request among its candidates and staying unserved.
    fn choice(&self, request: u32) -> Choice {
        let unserved = self.lists.unserved[request as usize];
        let mut choice = Choice {
            column: UNSERVED,
            cost: unserved,
            reduced: unserved,
            second: UNSERVED,
            second_cost: unserved,
            second_reduced: i32::MAX,
        };
        for &(column, cost) in self.lists.of(request) {
            let reduced = cost - self.scratch.columns[column as usize].dual;
            if reduced >= choice.second_reduced {
                continue;
            }
            if reduced < choice.reduced {
                if column != choice.column {
                    choice.second = choice.column;
                    choice.second_cost = choice.cost;
                    choice.second_reduced = choice.reduced;
                }
                (choice.column, choice.cost, choice.reduced) = (column, cost, reduced);
            } else if column != choice.column {
                choice.second = column;
                choice.second_cost = cost;
                choice.second_reduced = reduced;
            }
        }
        choice
    }

    /// Augmenting row reduction: a request raises the price of its best column until the second
    /// best is as good, and sends away who had it.
    pub(super) fn bid(&mut self) {
        // Sending away in turns could go on for as long as prices are high.
        let mut steps = BIDS_EACH * self.chosen.len();
        for _ in 0..BIDDING_PASSES {
            let mut waiting = std::mem::take(&mut self.scratch.undecided);
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
            waiting.clear();
            self.scratch.later = waiting;
            self.scratch.undecided = later;
        }
    }

    /// One bid; returns who has to bid again at once.
    fn bid_once(&mut self, request: u32, later: &mut Vec<u32>) -> Option<u32> {
        let mut choice = self.choice(request);
        let raise = choice.second_reduced - choice.reduced;
        if choice.column != UNSERVED {
            let column = &self.scratch.columns[choice.column as usize];
            if raise == 0 && column.owner != OPEN {
                (choice.column, choice.cost) = (choice.second, choice.second_cost);
            }
        }
        self.chosen[request as usize] = choice.column;
        let column = self.scratch.columns.get_mut(choice.column as usize)?;
        if raise > 0 {
            column.dual -= raise;
        }
        let sent_away = std::mem::replace(&mut column.owner, request);
        self.scratch.paid[request as usize] = choice.cost;
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
