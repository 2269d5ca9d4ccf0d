//! Lines with stops: the drawing before it becomes nodes and edges.

use super::StreetKind;
use crate::draw::Draw;
use crate::plane::Spot;

/// Two stops on a line closer than this become one, metres.
const SAME_STOP_M: f64 = 10.0;
/// Where two streets meet at a sharp corner, one between them would be shorter than this, metres.
const SHORTEST_STREET_M: f64 = 4.0;
/// A line bends at most this far from straight, metres.
const BEND_M: f64 = 9.0;
/// A cut keeps away from the corners by this share of a side.
const CUT_MARGIN: f64 = 0.13;
/// A path that ends keeps away from the corners by this share of a side.
const PATH_MARGIN: f64 = 0.06;
/// A path aims at least this share of the opposite side away from its corners.
const PATH_INWARDS: f64 = 0.25;
/// How far the far end of a cut may shift to go on into a street that arrives there, as a share.
const SHIFT: f64 = 0.17;
/// Typical lengths of paths that end, metres.
const REACH: [f64; 8] = [8.0, 12.0, 18.0, 26.0, 40.0, 64.0, 120.0, 260.0];

/// A street between two stops of other streets.
pub(super) struct Line {
    pub(super) kind: StreetKind,
    ends: (u32, u32),
    length: f64,
    bend: f64,
    /// Metres from the start and spot number, in order, both ends included.
    pub(super) stops: Vec<(f64, u32)>,
}

/// A stretch of a line, metres from its start.
#[derive(Clone, Copy)]
pub(super) struct Side {
    line: usize,
    from: f64,
    to: f64,
}

impl Side {
    pub(super) fn length(self) -> f64 {
        self.to - self.from
    }

    fn at(self, share: f64) -> f64 {
        self.from + self.length() * share
    }

    fn share(self, at: f64) -> f64 {
        (at - self.from) / self.length()
    }

    fn inner(self, margin: f64) -> Self {
        Self {
            line: self.line,
            from: self.at(margin),
            to: self.at(1.0 - margin),
        }
    }

    /// Whether a place lies between the corners.
    fn holds(self, at: f64) -> bool {
        at > self.from && at < self.to
    }

    fn split(self, at: f64) -> (Self, Self) {
        (Self { to: at, ..self }, Self { from: at, ..self })
    }
}

/// A piece of land between four stretches of street.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) bottom: Side,
    pub(super) top: Side,
    pub(super) left: Side,
    pub(super) right: Side,
}

impl Piece {
    pub(super) fn width(&self) -> f64 {
        (self.bottom.length() + self.top.length()) / 2.0
    }

    pub(super) fn height(&self) -> f64 {
        (self.left.length() + self.right.length()) / 2.0
    }

    pub(super) fn area(&self) -> f64 {
        self.width() * self.height()
    }

    /// The sides between which a street of a direction runs.
    pub(super) fn sides(&self, course: Course) -> (Side, Side) {
        match course {
            Course::Upward => (self.bottom, self.top),
            Course::Across => (self.left, self.right),
        }
    }
}

/// Which way a new street runs.
#[derive(Clone, Copy)]
pub(super) enum Course {
    Upward,
    Across,
}

/// Everything drawn so far.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) spots: Vec<Spot>,
    pub(super) lines: Vec<Line>,
}

impl Sheet {
    pub(super) fn add_spot(&mut self, spot: Spot) -> u32 {
        self.spots.push(spot);
        (self.spots.len() - 1) as u32
    }

    /// Adds a street between two spots and returns the whole of it.
    pub(super) fn add_line(&mut self, draw: &mut Draw, ends: (u32, u32), kind: StreetKind) -> Side {
        let length = self.spots[ends.0 as usize].distance(self.spots[ends.1 as usize]);
        let bend = (draw.between(-0.03, 0.03) * length).clamp(-BEND_M, BEND_M);
        let stops = vec![(0.0, ends.0), (length, ends.1)];
        self.lines.push(Line {
            kind,
            ends,
            length,
            bend,
            stops,
        });
        Side {
            line: self.lines.len() - 1,
            from: 0.0,
            to: length,
        }
    }

    /// The spot on a line: straight between its ends plus a shallow arc.
    pub(super) fn at(&self, line: &Line, metres: f64) -> Spot {
        let (a, b) = (
            self.spots[line.ends.0 as usize],
            self.spots[line.ends.1 as usize],
        );
        let share = metres / line.length;
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let arc = line.bend * 4.0 * share * (1.0 - share) / line.length;
        Spot {
            x: a.x + dx * share - dy * arc,
            y: a.y + dy * share + dx * arc,
        }
    }

    /// The stop of a line close to a place, or else the rank a new one would have.
    fn near_stop(&self, line: usize, metres: f64) -> Result<(f64, u32), usize> {
        let stops = &self.lines[line].stops;
        let place = stops.partition_point(|&(at, _)| at < metres);
        let near = &stops[place.saturating_sub(1)..];
        let gap = |stop: &(f64, u32)| (stop.0 - metres).abs();
        let nearest = near.iter().take(2).min_by(|a, b| gap(a).total_cmp(&gap(b)));
        nearest
            .filter(|stop| gap(stop) < SAME_STOP_M)
            .copied()
            .ok_or(place)
    }

    /// The stop of a line at a place: one that is there already, or a new one.
    fn stop(&mut self, line: usize, metres: f64) -> (f64, u32) {
        self.near_stop(line, metres).unwrap_or_else(|rank| {
            let spot = self.add_spot(self.at(&self.lines[line], metres));
            self.lines[line].stops.insert(rank, (metres, spot));
            (metres, spot)
        })
    }

    /// Whether a street between places on two sides would leave no corner and have some length.
    fn is_street(&self, ends: [(Side, f64); 2]) -> bool {
        let spots = ends.map(|(side, metres)| self.at(&self.lines[side.line], metres));
        ends.iter()
            .all(|&(side, metres)| self.is_inside(side, metres))
            && spots[0].distance(spots[1]) > SHORTEST_STREET_M
    }

    /// Whether a street from a place on a side begins between the corners of that side.
    fn is_inside(&self, side: Side, metres: f64) -> bool {
        side.holds(
            self.near_stop(side.line, metres)
                .map_or(metres, |stop| stop.0),
        )
    }

    /// The place of the stop inside a stretch that lies nearest to a wish.
    fn nearest_stop(&self, side: Side, wish: f64) -> Option<f64> {
        let inside = |at: &f64| *at > side.from && *at < side.to;
        let stops = self.lines[side.line]
            .stops
            .iter()
            .map(|&(at, _)| at)
            .filter(inside);
        stops.min_by(|a, b| (a - wish).abs().total_cmp(&(b - wish).abs()))
    }

    /// Cuts a piece in two by a street; where one arrives from outside, the new one goes on.
    ///
    /// None where the street would run into a corner: a half without area could be cut for ever.
    pub(super) fn cut(
        &mut self,
        draw: &mut Draw,
        piece: Piece,
        course: Course,
        kind: StreetKind,
    ) -> Option<[Piece; 2]> {
        let (low, high) = piece.sides(course);
        let (low_inner, high_inner) = (low.inner(CUT_MARGIN), high.inner(CUT_MARGIN));
        let wish = draw.between(low_inner.from, low_inner.to);
        let at_low = self.nearest_stop(low_inner, wish);
        let opposite = high.at(low.share(at_low.unwrap_or(wish)));
        let close = |at: &f64| at_low.is_none() || (at - opposite).abs() < SHIFT * high.length();
        let at_high = self.nearest_stop(high_inner, opposite).filter(close);
        let end = at_high.unwrap_or(opposite);
        let start = at_low.unwrap_or_else(|| low.at(high.share(end)));
        if !self.is_street([(low, start), (high, end)]) {
            return None;
        }
        let (from, a) = self.stop(low.line, start);
        let (to, b) = self.stop(high.line, end);
        let line = self.add_line(draw, (a, b), kind);
        let ((low_first, low_second), (high_first, high_second)) =
            (low.split(from), high.split(to));
        Some(match course {
            Course::Upward => [
                Piece {
                    bottom: low_first,
                    top: high_first,
                    right: line,
                    ..piece
                },
                Piece {
                    bottom: low_second,
                    top: high_second,
                    left: line,
                    ..piece
                },
            ],
            Course::Across => [
                Piece {
                    left: low_first,
                    right: high_first,
                    top: line,
                    ..piece
                },
                Piece {
                    left: low_second,
                    right: high_second,
                    bottom: line,
                    ..piece
                },
            ],
        })
    }

    /// Where on a side a path that ends begins; preferably opposite a street that arrives.
    fn path_start(&self, draw: &mut Draw, side: Side) -> f64 {
        let inner = side.inner(PATH_MARGIN);
        let wish = draw.between(inner.from, inner.to);
        self.nearest_stop(inner, wish).unwrap_or(wish)
    }

    /// Leads a path that ends from one side towards the other, over at most a share of the way.
    pub(super) fn add_path(
        &mut self,
        draw: &mut Draw,
        (near, far): (Side, Side),
        farthest: f64,
        kind: StreetKind,
    ) {
        let wish = self.path_start(draw, near);
        let reach = draw.pick(&REACH) * draw.between(0.8, 1.25);
        let merged = self.near_stop(near.line, wish).map_or(wish, |stop| stop.0);
        if merged < near.from || merged > near.to {
            return;
        }
        // From a corner it leads inwards, not along the side that meets it there.
        let share = near.share(merged).clamp(PATH_INWARDS, 1.0 - PATH_INWARDS);
        let from = self.at(&self.lines[near.line], merged);
        let to = self.at(&self.lines[far.line], far.at(share));
        let share = (reach / from.distance(to)).min(farthest);
        if from.distance(to) * share < SHORTEST_STREET_M {
            return;
        }
        let (_, start) = self.stop(near.line, wish);
        let end = self.add_spot(from.moved((to.x - from.x) * share, (to.y - from.y) * share));
        self.add_line(draw, (start, end), kind);
    }
}
