use super::rings::Rings;
use crate::{DEGREE_M, LonLat};

/// Millionths of a degree in a degree.
const MICRO: f64 = 1e6;

/// An area within reach: polygons with holes, which do not meet.
#[derive(Debug, Clone, Copy)]
pub struct Area<'s> {
    rings: &'s Rings,
    limit: usize,
}

impl<'s> Area<'s> {
    pub(super) fn new(rings: &'s Rings, limit: usize) -> Self {
        Self { rings, limit }
    }

    /// Whether nothing is within reach.
    pub fn is_empty(&self) -> bool {
        self.rings().next().is_none()
    }

    /// Rings as `(is_hole, points)` in millionths of a degree, longitude first.
    ///
    /// Each outer ring is followed by its holes. Outer rings run anticlockwise, holes clockwise;
    /// the first point is not repeated at the end.
    pub fn rings(&self) -> impl Iterator<Item = (bool, &'s [[i32; 2]])> + use<'s> {
        self.rings.of(self.limit)
    }

    /// Whether a position lies inside; linear in the points of the area.
    pub fn contains(&self, at: LonLat) -> bool {
        let (x, y) = (at.lon() * MICRO, at.lat() * MICRO);
        let mut inside = false;
        for (_, ring) in self.rings() {
            for (from, to) in sides(ring) {
                let ([ax, ay], [bx, by]) = (from.map(f64::from), to.map(f64::from));
                if (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax) {
                    inside = !inside;
                }
            }
        }
        inside
    }

    /// Area in square metres, holes left out; right to a thousandth for areas of a few kilometres.
    pub fn square_metres(&self) -> f64 {
        let sum: f64 = self.rings().map(|(_, ring)| square_metres(ring)).sum();
        sum.max(0.0)
    }

    /// Appends a GeoJSON geometry of type `MultiPolygon` (RFC 7946): longitude before latitude in
    /// WGS-84 degrees with six decimals, outer rings anticlockwise, rings closed.
    pub fn write_geojson(&self, text: &mut String) {
        text.push_str(r#"{"type":"MultiPolygon","coordinates":["#);
        let mut is_first = true;
        for (is_hole, ring) in self.rings() {
            match (is_hole, is_first) {
                (true, _) => text.push(','),
                (false, true) => text.push('['),
                (false, false) => text.push_str("],["),
            }
            is_first = false;
            text.push('[');
            for place in ring {
                write_place(text, *place);
                text.push(',');
            }
            if let Some(&first) = ring.first() {
                write_place(text, first);
            }
            text.push(']');
        }
        text.push_str(if is_first { "]}" } else { "]]}" });
    }

    /// The same as [`Area::write_geojson`], as a text of its own.
    pub fn geojson(&self) -> String {
        let mut text = String::new();
        self.write_geojson(&mut text);
        text
    }
}

/// Pairs of neighbours, the last point with the first.
fn sides(ring: &[[i32; 2]]) -> impl Iterator<Item = ([i32; 2], [i32; 2])> {
    let before = ring.last().into_iter().chain(ring);
    before.copied().zip(ring.iter().copied())
}

/// Positive for a ring that runs anticlockwise.
fn square_metres(ring: &[[i32; 2]]) -> f64 {
    let Some(&[west, south]) = ring.first() else {
        return 0.0;
    };
    let across = (f64::from(south) / MICRO).to_radians().cos() * DEGREE_M / MICRO;
    let place = |[x, y]: [i32; 2]| {
        let (x, y) = (
            i64::from(x) - i64::from(west),
            i64::from(y) - i64::from(south),
        );
        (x as f64 * across, y as f64 * DEGREE_M / MICRO)
    };
    let cross = |(from, to): ([i32; 2], [i32; 2])| {
        let ((ax, ay), (bx, by)) = (place(from), place(to));
        ax * by - bx * ay
    };
    sides(ring).map(cross).sum::<f64>() / 2.0
}

fn write_place(text: &mut String, [lon, lat]: [i32; 2]) {
    text.push('[');
    write_degrees(text, lon);
    text.push(',');
    write_degrees(text, lat);
    text.push(']');
}

/// Whole millionths as a decimal number; several times faster than through `f64`.
fn write_degrees(text: &mut String, micro: i32) {
    let mut digits = [b'0'; 12];
    let mut rest = micro.unsigned_abs();
    let mut place = digits.len();
    while rest > 0 || place > digits.len() - 8 {
        place -= 1;
        if place == digits.len() - 7 {
            digits[place] = b'.';
            continue;
        }
        digits[place] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if micro < 0 {
        text.push('-');
    }
    text.extend(digits[place..].iter().map(|&digit| char::from(digit)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_written_with_six_decimals() {
        for (micro, expected) in [
            (0, "0.000000"),
            (7, "0.000007"),
            (-7, "-0.000007"),
            (1_000_000, "1.000000"),
            (121_456_789, "121.456789"),
            (-180_000_000, "-180.000000"),
            (i32::MAX, "2147.483647"),
        ] {
            let mut text = String::new();
            write_degrees(&mut text, micro);
            assert_eq!(text, expected);
        }
    }
}
