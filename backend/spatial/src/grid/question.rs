//! The nearest segment: cells are read row by row, estimated in single precision, decided exactly.

use super::four::{Four, Near, Segment, error};
use super::{Grid, SLACK};
use crate::LonLat;
use crate::snap::{Foot, Plane};

/// Groups that are estimated before any of them is decided.
const AT_ONCE: usize = 32;

/// Coordinates beyond this many 1e-7 degrees are not estimated: their differences may not fit.
const FAR: f64 = (1u32 << 30) as f64;

/// Columns and rows of a window of cells, ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Window {
    columns: (i64, i64),
    rows: (i64, i64),
}

impl Window {
    #[inline]
    fn holds(self, other: Self) -> bool {
        let inside = |(low, high): (i64, i64), of: (i64, i64)| of.0 <= low && high <= of.1;
        inside(other.columns, self.columns) && inside(other.rows, self.rows)
    }
}

/// The nearest segment so far.
struct Question {
    plane: Plane,
    near: Near,
    /// The least estimated square, in 1e-7 degrees.
    least: f32,
    /// How far any estimate so far may be off.
    error: f32,
    found: Option<(Foot, Segment)>,
}

impl Question {
    /// Looks at two runs of segments as if they lay beside each other.
    ///
    /// All are estimated before any is decided: no load has to wait for a comparison.
    #[inline]
    fn read(&mut self, [one, other]: [&[Four]; 2], error: f32) {
        self.error = self.error.max(error);
        let count = one.len() + other.len();
        let mut begin = 0;
        while begin < count {
            let end = count.min(begin + AT_ONCE);
            let mut squares = [[0f32; 4]; AT_ONCE];
            let mut least = [f32::INFINITY; 4];
            for (place, squares) in (begin..end).zip(&mut squares) {
                *squares = pick(one, other, place).squares(self.near);
                for lane in 0..4 {
                    least[lane] = least[lane].min(squares[lane]);
                }
            }
            self.least = least.into_iter().fold(self.least, f32::min);
            // The nearest one is off by one error, and so is the one that seems to be.
            let off = self.least.sqrt() + 2.0 * self.error;
            let most = off * off * 1.000_001;
            for (place, squares) in (begin..end).zip(&squares) {
                if squares.map(|square| square <= most) == [false; 4] {
                    continue;
                }
                let four = pick(one, other, place);
                for (lane, &square) in squares.iter().enumerate() {
                    if square <= most {
                        self.offer(four.segment(lane));
                    }
                }
            }
            begin = end;
        }
    }

    /// Decides by the rule itself: the nearest, of equals the one with the lowest number.
    #[inline]
    fn offer(&mut self, segment: Segment) {
        let foot = self.plane.foot(segment.a, segment.b);
        let better = match &self.found {
            Some((known, holder)) => (foot.square, segment.edge) < (known.square, holder.edge),
            None => true,
        };
        if better {
            self.found = Some((foot, segment));
        }
    }

    /// Looks at segments whose coordinates cannot be estimated.
    fn read_exactly(&mut self, fours: &[Four]) {
        for four in fours {
            (0..4).for_each(|lane| self.offer(four.segment(lane)));
        }
    }
}

#[inline]
fn pick<'f>(one: &'f [Four], other: &'f [Four], place: usize) -> &'f Four {
    if place < one.len() {
        &one[place]
    } else {
        &other[place - one.len()]
    }
}

impl Grid {
    /// The nearest segment to a position, of equals the one with the lowest edge.
    ///
    /// None only without segments. Reads the four cells around the nearest corner of cells, and
    /// then whatever else lies within the distance found there.
    pub(crate) fn nearest(&self, at: LonLat, plane: Plane) -> Option<(Foot, Segment)> {
        if self.fours.is_empty() {
            return None;
        }
        let mut question = Question {
            plane,
            near: Near::new(at, plane.squeeze),
            least: f32::INFINITY,
            error: 0.0,
            found: None,
        };
        let mut window = self.corner(at);
        self.read_first(&mut question, at, window);
        loop {
            let Some((foot, _)) = &question.found else {
                let wider = self.wider(window);
                self.read(&mut question, at, wider, window);
                window = wider;
                continue;
            };
            let within = self.within(at, plane.squeeze, foot.square.sqrt());
            if !window.holds(within) {
                self.read(&mut question, at, within, window);
            }
            return question.found;
        }
    }

    /// The four cells around the corner that lies nearest.
    #[inline]
    fn corner(&self, at: LonLat) -> Window {
        let pair = |place: f64, count: i64| {
            let low = ((place - 0.5) as i64).clamp(0, (count - 2).max(0));
            (low, (low + 1).min(count - 1))
        };
        Window {
            columns: pair((at.lon() - self.west) * self.per_lon, self.columns),
            rows: pair((at.lat() - self.south) * self.per_lat, self.rows),
        }
    }

    /// About twice the window, as far as there are cells.
    fn wider(&self, window: Window) -> Window {
        let wider = |(low, high): (i64, i64), count: i64| {
            let more = high - low + 1;
            ((low - more).max(0), (high + more).min(count - 1))
        };
        Window {
            columns: wider(window.columns, self.columns),
            rows: wider(window.rows, self.rows),
        }
    }

    /// All cells that hold anything within a distance in degrees of latitude.
    #[inline]
    fn within(&self, at: LonLat, squeeze: f64, distance: f64) -> Window {
        let (up, across) = (distance + 2.0 * SLACK, distance / squeeze + 2.0 * SLACK);
        Window {
            columns: (
                self.column(at.lon() - across),
                self.column(at.lon() + across),
            ),
            rows: (self.row(at.lat() - up), self.row(at.lat() + up)),
        }
    }

    /// Reads the cells of a window of at most two rows.
    #[inline]
    fn read_first(&self, question: &mut Question, at: LonLat, window: Window) {
        let most = self.most_off(at, window);
        let (from, to) = window.columns;
        let one = self.run(window.rows.0, from, to);
        let other = if window.rows.0 < window.rows.1 {
            self.run(window.rows.1, from, to)
        } else {
            &[]
        };
        if most < FAR {
            question.read([one, other], error(most));
        } else {
            question.read_exactly(one);
            question.read_exactly(other);
        }
    }

    /// Reads the cells of a window, but those of one that was read before.
    fn read(&self, question: &mut Question, at: LonLat, window: Window, known: Window) {
        let most = self.most_off(at, window);
        let (from, to) = window.columns;
        for row in window.rows.0..=window.rows.1 {
            let [one, other] = if known.rows.0 <= row && row <= known.rows.1 {
                [
                    self.run(row, from, to.min(known.columns.0 - 1)),
                    self.run(row, from.max(known.columns.1 + 1), to),
                ]
            } else {
                [self.run(row, from, to), &[]]
            };
            if most < FAR {
                question.read([one, other], error(most));
            } else {
                question.read_exactly(one);
                question.read_exactly(other);
            }
        }
    }

    /// The segments of neighbouring cells of a row, none if the last comes before the first, and
    /// perhaps a few of other cells beside them in memory.
    #[inline]
    pub(super) fn run(&self, row: i64, from: i64, to: i64) -> &[Four] {
        if from > to {
            return &[];
        }
        let (from, to) = (row * self.columns + from, row * self.columns + to);
        let (begin, end) = (self.first[from as usize], self.first[to as usize + 1]);
        if begin == end {
            return &[];
        }
        &self.fours[begin as usize / 4..(end as usize).div_ceil(4)]
    }

    /// What no coordinate of a segment that matters exceeds, seen from a position, in 1e-7 degrees.
    ///
    /// A segment at distance d has no coordinate beyond d and twice the longest span. Those of
    /// other cells may lie farther off than this window, and be estimated worse, but even so never
    /// as nearer than what the window holds.
    #[inline]
    fn most_off(&self, at: LonLat, window: Window) -> f64 {
        let off = |value: f64, from: f64, size: f64, (low, high): (i64, i64)| {
            let (low, high) = (from + low as f64 * size, from + (high + 1) as f64 * size);
            (value - low).abs().max((high - value).abs())
        };
        let across = off(at.lon(), self.west, self.width, window.columns);
        let up = off(at.lat(), self.south, self.height, window.rows);
        (across + up + 2.0 * self.longest) * 1e7 + 1.0
    }
}
