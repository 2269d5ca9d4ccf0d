//! Fills a block between arterial roads with streets, and the pieces with paths that end.
//!
//! The numbers here were fitted together to the figures in [`crate::shape`].

use super::StreetKind;
use super::sheet::{Course, Piece, Sheet};
use crate::draw::Draw;

/// Area below which a piece of a typical block is left whole, square metres.
const GRAIN_M2: f64 = 120_000.0;
/// How much coarser or finer than typical a block is.
const BLOCK_GRAIN: [f64; 6] = [0.84, 0.92, 0.97, 1.03, 1.1, 1.2];
/// How much denser the smaller half of a cut is than the whole.
const SMALL_HALF_DENSITY: [f64; 4] = [0.37, 0.67, 1.5, 2.7];
/// The larger half is at least so dense, compared with the whole.
const SPARSEST_HALF: f64 = 0.2;
/// A piece with no side of this length is not cut, metres.
const SHORTEST_CUT_M: f64 = 42.0;
/// A piece is cut across its longer side if the shorter is this much shorter; else by chance.
const LONGER_BY: f64 = 5.0;

/// Cuts a block into pieces and leads paths into them.
pub(super) fn fill(sheet: &mut Sheet, draw: &mut Draw, block: Piece) {
    let grain = GRAIN_M2 * draw.pick(&BLOCK_GRAIN);
    let mut pieces = vec![(block, grain)];
    while let Some((piece, grain)) = pieces.pop() {
        let is_whole = piece.area() < grain || piece.width().max(piece.height()) < SHORTEST_CUT_M;
        let halves = if is_whole {
            None
        } else {
            halve(sheet, draw, piece)
        };
        match halves {
            Some(halves) => pieces.extend(grained(draw, halves, grain)),
            None => lead_in(sheet, draw, piece),
        }
    }
}

/// Cuts a piece in two; the other way round where the first way would only follow a side.
fn halve(sheet: &mut Sheet, draw: &mut Draw, piece: Piece) -> Option<[Piece; 2]> {
    let (width, height) = (piece.width(), piece.height());
    let is_wide = width > height * draw.between(1.0 / LONGER_BY, LONGER_BY);
    let courses = if is_wide && width >= SHORTEST_CUT_M || height < SHORTEST_CUT_M {
        [Course::Upward, Course::Across]
    } else {
        [Course::Across, Course::Upward]
    };
    let kind = street_kind(piece.area());
    let mut cut = |course| sheet.cut(draw, piece, course, kind);
    courses.into_iter().find_map(&mut cut)
}

/// Density varies from place to place; what one half gains the other loses, so that the mean does
/// not wander from seed to seed.
fn grained(draw: &mut Draw, [first, second]: [Piece; 2], grain: f64) -> [(Piece, f64); 2] {
    let (small, large) = if first.area() < second.area() {
        (first, second)
    } else {
        (second, first)
    };
    let share = small.area() / (small.area() + large.area());
    let dense = draw.pick(&SMALL_HALF_DENSITY);
    let rest = ((1.0 - share * dense) / (1.0 - share)).max(SPARSEST_HALF);
    [(small, grain / dense), (large, grain / rest)]
}

fn street_kind(area: f64) -> StreetKind {
    match area {
        a if a > 1.0e6 => StreetKind::Tertiary,
        a if a > 1.0e5 => StreetKind::Residential,
        _ => StreetKind::Service,
    }
}

/// How often a path leads into a piece from each of two opposite sides.
const LED_INTO: f64 = 0.24;
/// A side shorter than this takes no path, metres.
const SHORTEST_SIDE_M: f64 = 24.0;
/// A path ends before this share of the way to the other side.
const FARTHEST: f64 = 0.7;
/// Paths from both sides end earlier: they must not meet.
const FARTHEST_OF_TWO: f64 = 0.45;
/// What a path that ends usually is.
const PATH_KINDS: [StreetKind; 8] = [
    StreetKind::Service,
    StreetKind::Service,
    StreetKind::Service,
    StreetKind::Service,
    StreetKind::Service,
    StreetKind::Footway,
    StreetKind::Footway,
    StreetKind::Path,
];

/// Adds the paths that end inside a piece.
fn lead_in(sheet: &mut Sheet, draw: &mut Draw, piece: Piece) {
    let course = if draw.chance(0.5) {
        Course::Upward
    } else {
        Course::Across
    };
    let (low, high) = piece.sides(course);
    if low.length().min(high.length()) < SHORTEST_SIDE_M {
        return;
    }
    let is_led = [draw.chance(LED_INTO), draw.chance(LED_INTO)];
    let farthest = match is_led {
        [true, true] => FARTHEST_OF_TWO,
        _ => FARTHEST,
    };
    for (sides, is_led) in [(low, high), (high, low)].into_iter().zip(is_led) {
        if is_led {
            let kind = *draw.pick(&PATH_KINDS);
            sheet.add_path(draw, sides, farthest, kind);
        }
    }
}
