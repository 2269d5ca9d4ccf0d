//! The links a search has reached, and how far each of their points is.

use super::Isochrones;
use super::spread::{Arc, Spread};

impl Isochrones {
    /// Calls `visit` once for every link that is reached in part or wholly.
    pub(super) fn each_link(&self, spread: &Spread, mut visit: impl FnMut(u32, Approach)) {
        let start = spread.start();
        let start_link = start.map_or(u32::MAX, |start| start.link);
        for &junction in &spread.reached {
            let tail_um = spread.length_um(junction);
            for arc in self.arcs_of(junction) {
                let head_um = spread.length_um(arc.head);
                // A link with both ends reached is seen from its lower end.
                let is_seen = junction > arc.head && head_um.is_some();
                if is_seen || arc.link() == start_link {
                    continue;
                }
                let (a_um, b_um) = if arc.is_backwards() {
                    (head_um, tail_um)
                } else {
                    (tail_um, head_um)
                };
                let length_um = arc.length_um;
                visit(
                    arc.link(),
                    Approach {
                        a_um,
                        b_um,
                        length_um,
                        inside: None,
                    },
                );
            }
        }
        if let Some(start) = start {
            let ends = self.links.links[start.link as usize];
            let approach = Approach {
                a_um: spread.length_um(ends.a),
                b_um: spread.length_um(ends.b),
                length_um: ends.length_um,
                inside: Some((start.along_um, start.leg_um)),
            };
            visit(start.link, approach);
        }
    }

    #[inline]
    fn arcs_of(&self, junction: u32) -> &[Arc] {
        let first = self.first_arc[junction as usize] as usize;
        &self.arcs[first..self.first_arc[junction as usize + 1] as usize]
    }
}

/// How a link is reached: the lengths to its ends, as far as known, or from inside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Approach {
    pub(super) a_um: Option<u64>,
    pub(super) b_um: Option<u64>,
    pub(super) length_um: u64,
    /// Where on the link the search began, and the leg before it.
    pub(super) inside: Option<(u64, u64)>,
}

impl Approach {
    /// Length to a point so far along the link; the largest number when it is not reached.
    #[inline]
    pub(super) fn length_um(&self, along_um: u64) -> u64 {
        let sum =
            |to: Option<u64>, rest_um: u64| to.map_or(u64::MAX, |to| to.saturating_add(rest_um));
        let from_a = sum(self.a_um, along_um);
        let from_b = sum(self.b_um, self.length_um - along_um);
        let inside = self.inside.map_or(u64::MAX, |(start_um, leg_um)| {
            leg_um.saturating_add(start_um.abs_diff(along_um))
        });
        from_a.min(from_b).min(inside)
    }

    #[inline]
    pub(super) fn in_metres(self) -> ApproachM {
        let length = |to: Option<u64>| to.map_or(f32::INFINITY, metres);
        let (start_um, leg_um) = self.inside.unzip();
        ApproachM {
            a: length(self.a_um),
            b_and_length: length(self.b_um) + metres(self.length_um),
            start: start_um.map_or(0.0, metres),
            leg: length(leg_um),
        }
    }
}

/// The same in metres, precise enough for drawing.
pub(super) struct ApproachM {
    a: f32,
    b_and_length: f32,
    start: f32,
    leg: f32,
}

impl ApproachM {
    #[inline]
    pub(super) fn length_m(&self, along_m: f32) -> f32 {
        let ends = (self.a + along_m).min(self.b_and_length - along_m);
        ends.min(self.leg + (along_m - self.start).abs())
    }
}

#[inline]
pub(super) fn metres(length_um: u64) -> f32 {
    // Through i64: the processor has no quick way from u64.
    length_um.min(i64::MAX as u64) as i64 as f32 * 1e-6
}
