//! Which calls are made to fail.

use crate::shim::{Calls, Failure};

/// When the count of calls begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// With the process.
    Starting,
    /// In a service that serves.
    Serving,
}

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// From when on calls are counted.
    pub when: When,
    /// Which calls.
    pub calls: Calls,
    /// How it fails.
    pub how: Failure,
    /// Which of them.
    pub at: u32,
    /// Whether all after it fail too.
    pub forever: bool,
}

/// Calls, failures, and how many of them one after another.
type Range = (When, Calls, &'static [Failure], u32);

const BOTH: &[Failure] = &[Failure::Eio, Failure::Enospc];
const ALL: &[Failure] = &[Failure::Eio, Failure::Enospc, Failure::ShortWrite];
const EIO: &[Failure] = &[Failure::Eio];

const RANGES: [Range; 6] = [
    (When::Serving, Calls::Write, ALL, 56),
    (When::Serving, Calls::Sync, BOTH, 12),
    (When::Starting, Calls::Open, BOTH, 24),
    (When::Starting, Calls::Write, ALL, 14),
    (When::Starting, Calls::Sync, BOTH, 4),
    (When::Starting, Calls::Truncate, EIO, 2),
];

/// Every point, spread so that any beginning of the list is a fair sample of the whole.
pub fn all() -> Vec<Point> {
    let mut points: Vec<Point> = RANGES.iter().flat_map(of_range).collect();
    let count = points.len() as u64;
    let mut instants = crate::crash::Instants::from(1);
    for index in (1..points.len()).rev() {
        let other = instants.between((0, count)) % (index as u64 + 1);
        points.swap(index, usize::try_from(other).unwrap_or_default());
    }
    points
}

fn of_range(&(when, calls, failures, most): &Range) -> Vec<Point> {
    let point = move |how, at, forever| Point {
        when,
        calls,
        how,
        at,
        forever,
    };
    let mut points = Vec::new();
    for how in failures {
        for at in 1..=most {
            points.extend([point(*how, at, false), point(*how, at, true)]);
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_enough_points_and_none_comes_twice() {
        let points = all();
        assert!(points.len() >= 500, "{}", points.len());
        for (index, point) in points.iter().enumerate() {
            assert!(!points[..index].contains(point));
        }
    }
}
