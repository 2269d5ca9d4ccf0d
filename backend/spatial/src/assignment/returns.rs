use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Assignment, OPEN, UNSERVED};

/// Who could have a column, and at what cost.
pub(super) trait Askers {
    /// Calls `visit` with request and cost of every candidate that is this column.
    fn each(&self, column: u32, visit: impl FnMut(u32, i32));
}

/// Working memory for giving back prices.
#[derive(Debug, Clone, Default)]
pub(super) struct ReturnScratch {
    owners: Vec<u32>,
    marks: Vec<Mark>,
    heap: BinaryHeap<Reverse<(i32, u32)>>,
    touched: Vec<u32>,
}

/// Shortest path to a request, `i32::MAX` if none is known, and the column before it.
#[derive(Debug, Clone, Copy)]
struct Mark {
    distance: i32,
    via: u32,
}

const UNREACHED: Mark = Mark {
    distance: i32::MAX,
    via: OPEN,
};

/// Where a path ends: at a request that is unserved, or one whose column stays free.
#[derive(Debug, Clone, Copy)]
struct End {
    distance: i32,
    request: u32,
}

/// Columns that were let go and that nobody has now, though they still have a price.
pub(super) fn priced(assignment: &Assignment, scratch: &mut ReturnScratch) -> bool {
    scratch.owners.clear();
    scratch.owners.resize(assignment.column_duals.len(), OPEN);
    for (request, &column) in (0u32..).zip(&assignment.columns) {
        if let Some(owner) = scratch.owners.get_mut(column as usize) {
            *owner = request;
        }
    }
    let duals = assignment.column_duals.iter();
    duals
        .zip(&scratch.owners)
        .any(|(&dual, &owner)| dual < 0 && owner == OPEN)
}

/// Lowers the prices of free columns to zero, one after the other, and gives them to who would
/// rather have them at what they cost on the way down.
///
/// A free column with a price is what a warm start leaves behind. This is the search of a shortest
/// augmenting path with the sides exchanged: columns look for requests, and staying free, at no
/// cost, is to them what staying unserved is to requests.
pub(super) fn settle(
    assignment: &mut Assignment,
    scratch: &mut ReturnScratch,
    askers: &impl Askers,
) {
    scratch.marks.clear();
    scratch.marks.resize(assignment.columns.len(), UNREACHED);
    for column in 0..assignment.column_duals.len() as u32 {
        let free = scratch.owners[column as usize] == OPEN;
        if free && assignment.column_duals[column as usize] < 0 {
            lower(assignment, scratch, askers, column);
        }
    }
    // What is chosen costs just the prices of its sides.
    let duals = assignment
        .request_duals
        .iter()
        .chain(&assignment.column_duals);
    assignment.cost = duals.map(|&dual| i64::from(dual)).sum::<i64>() as u64;
}

fn lower(
    assignment: &mut Assignment,
    scratch: &mut ReturnScratch,
    askers: &impl Askers,
    start: u32,
) {
    scratch.heap.clear();
    scratch.touched.clear();
    let mut end = End {
        distance: -assignment.column_duals[start as usize],
        request: UNSERVED,
    };
    look(assignment, scratch, askers, (start, 0), &mut end);
    while let Some(Reverse((distance, request))) = scratch.heap.pop() {
        if distance >= end.distance {
            break;
        }
        if scratch.marks[request as usize].distance == distance {
            let column = assignment.columns[request as usize];
            let free = distance - assignment.column_duals[column as usize];
            if free < end.distance {
                end = End {
                    distance: free,
                    request,
                };
            }
            look(assignment, scratch, askers, (column, distance), &mut end);
        }
    }
    assignment.column_duals[start as usize] += end.distance;
    for &request in &scratch.touched {
        let fall = end.distance - scratch.marks[request as usize].distance;
        let column = assignment.columns[request as usize];
        if fall > 0 && column != UNSERVED {
            assignment.request_duals[request as usize] -= fall;
            assignment.column_duals[column as usize] += fall;
        }
    }
    hand_on(assignment, scratch, start, end.request);
    for &request in &scratch.touched {
        scratch.marks[request as usize] = UNREACHED;
    }
}

/// Looks along the requests that could have a column.
fn look(
    assignment: &Assignment,
    scratch: &mut ReturnScratch,
    askers: &impl Askers,
    (column, distance): (u32, i32),
    end: &mut End,
) {
    let dual = assignment.column_duals[column as usize];
    askers.each(column, |request, cost| {
        let reached = distance + (cost - assignment.request_duals[request as usize] - dual);
        let mark = &mut scratch.marks[request as usize];
        let had = assignment.columns[request as usize];
        if reached >= end.distance || reached >= mark.distance || had == column {
            return;
        }
        if mark.distance == i32::MAX {
            scratch.touched.push(request);
        }
        *mark = Mark {
            distance: reached,
            via: column,
        };
        if had == UNSERVED {
            *end = End {
                distance: reached,
                request,
            };
        } else {
            scratch.heap.push(Reverse((reached, request)));
        }
    });
}

/// Gives the last request of a path the column before it, the owner of that the one before, and
/// so on back to the column that was free.
fn hand_on(assignment: &mut Assignment, scratch: &mut ReturnScratch, start: u32, last: u32) {
    let mut request = last;
    if request == UNSERVED {
        return;
    }
    let left = assignment.columns[request as usize];
    if let Some(owner) = scratch.owners.get_mut(left as usize) {
        *owner = OPEN;
    }
    loop {
        let column = scratch.marks[request as usize].via;
        assignment.columns[request as usize] = column;
        let before = std::mem::replace(&mut scratch.owners[column as usize], request);
        if column == start {
            return;
        }
        request = before;
    }
}
