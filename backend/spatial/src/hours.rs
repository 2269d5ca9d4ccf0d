//! Opening hours of gates: weekly, in the local time of the place.
//!
//! The parser is our own: the grammar of OpenStreetMap's `opening_hours` is large, gates use little
//! of it, and the crate that knows all of it (`opening-hours-syntax`) brings a parser generator and
//! a calendar for dates that no gate here has. What is not understood is kept as such and counts
//! as open: an alarm is rather sent past a shut gate than not at all.

use std::ops::Range;

mod conditional;
mod parse;
mod table;

pub use table::{GateHours, HoursId};

/// Minutes of a day and of a week.
const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;

/// When a gate is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hours {
    /// Open in these minutes of the week, counted from Monday 00:00; rising and apart.
    Weekly(Vec<Range<u16>>),
    /// Said in words that are not understood; counts as open.
    Unknown,
}

/// A minute of the week; later minutes of the day run on into the following days.
fn minute_of_week(weekday: u8, minute: u16) -> u32 {
    (u32::from(weekday) * DAY + u32::from(minute)) % WEEK
}

impl Hours {
    /// Always open.
    pub fn always() -> Self {
        Self::from_minutes(std::slice::from_ref(&(0..WEEK)))
    }

    /// Reads the weekly forms of OpenStreetMap's `opening_hours`.
    ///
    /// `24/7`, days (`Mo-Fr`, `Sa,Su`), times (`06:00-22:00`, several, over midnight), rules
    /// joined by `;` (the later replaces the days it names) or `,` (adds), `off` and `closed`.
    /// Anything else (holidays, months, sunset, comments) makes all of it [`Hours::Unknown`].
    pub fn parse(text: &str) -> Self {
        parse::week(text).map_or(Self::Unknown, |minutes| Self::from_minutes(&minutes))
    }

    /// Reads `access:conditional` and its kind: `no @ (22:00-06:00)`, `yes @ (06:00-22:00)`.
    ///
    /// Later conditions win. Where the first one opens, the rest of the week is shut; where it
    /// shuts, the rest is open.
    pub fn parse_conditional(text: &str) -> Self {
        conditional::week(text).unwrap_or(Self::Unknown)
    }

    /// Whether the gate is open; weekday 0 is Monday, later minutes run on into the next days.
    pub fn is_open(&self, weekday: u8, minute: u16) -> bool {
        self.is_open_at(minute_of_week(weekday, minute))
    }

    fn is_open_at(&self, minute: u32) -> bool {
        match self {
            Self::Weekly(open) => open
                .iter()
                .any(|open| (u32::from(open.start)..u32::from(open.end)).contains(&minute)),
            Self::Unknown => true,
        }
    }

    /// Minutes until it opens or shuts; None if it never does.
    fn until_change(&self, from: u32) -> Option<u32> {
        let Self::Weekly(open) = self else {
            return None;
        };
        let borders = open.iter().flat_map(|open| [open.start, open.end]);
        let is_change = |border: u32| {
            self.is_open_at(border % WEEK) != self.is_open_at((border + WEEK - 1) % WEEK)
        };
        borders
            .map(u32::from)
            .filter(|&border| is_change(border))
            // A change at this very minute has happened: the next is a week off.
            .map(|border| (border + 2 * WEEK - 1 - from) % WEEK + 1)
            .min()
    }

    /// Open when both are; unknown hours say nothing.
    pub fn and(&self, other: &Self) -> Self {
        let (Self::Weekly(own), Self::Weekly(others)) = (self, other) else {
            return if *self == Self::Unknown { other } else { self }.clone();
        };
        let mut both = Vec::new();
        for one in own {
            for other in others {
                let open = one.start.max(other.start)..one.end.min(other.end);
                if !open.is_empty() {
                    both.push(open);
                }
            }
        }
        Self::Weekly(both)
    }

    /// Open when this is shut; unknown stays unknown.
    fn turned_round(&self) -> Self {
        let Self::Weekly(open) = self else {
            return Self::Unknown;
        };
        let mut shut = Vec::new();
        let mut from = 0;
        for open in open {
            shut.push(from..u32::from(open.start));
            from = u32::from(open.end);
        }
        shut.push(from..WEEK);
        Self::from_minutes(&shut)
    }

    /// Open when either is; unknown says nothing.
    fn or(&self, other: &Self) -> Self {
        self.turned_round()
            .and(&other.turned_round())
            .turned_round()
    }

    /// Sorts and joins minutes; those beyond the week's end are those of its beginning.
    fn from_minutes(minutes: &[Range<u32>]) -> Self {
        let mut cut = Vec::with_capacity(minutes.len());
        for range in minutes.iter().filter(|range| !range.is_empty()) {
            let (start, end) = (range.start, range.end.min(range.start + WEEK));
            cut.push(start.min(WEEK)..end.min(WEEK));
            cut.push(start.max(WEEK) - WEEK..end.max(WEEK) - WEEK);
        }
        cut.retain(|range| !range.is_empty());
        cut.sort_unstable_by_key(|range| (range.start, range.end));
        let mut joined: Vec<Range<u16>> = Vec::new();
        for range in cut {
            // A week has fewer minutes than 16 bits can count.
            let (start, end) = (range.start as u16, range.end as u16);
            match joined.last_mut() {
                Some(last) if start <= last.end => last.end = last.end.max(end),
                _ => joined.push(start..end),
            }
        }
        Self::Weekly(joined)
    }

    /// Hours from a file; None for ranges that are not of a week, rising and apart.
    pub(crate) fn from_ranges(ranges: Vec<Range<u16>>) -> Option<Self> {
        let within = ranges.iter().all(|range| !range.is_empty());
        let apart = ranges.windows(2).all(|pair| pair[0].end < pair[1].start);
        let ends = ranges.last().is_none_or(|last| u32::from(last.end) <= WEEK);
        (within && apart && ends).then_some(Self::Weekly(ranges))
    }
}

#[cfg(test)]
mod tests;
