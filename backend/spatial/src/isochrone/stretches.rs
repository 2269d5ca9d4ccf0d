use super::{IsochroneScratch, Isochrones};
use crate::Snap;

/// A part of an edge that is within reach, where the whole edge is not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Index of the edge.
    pub edge: u32,
    /// Where the part begins, from 0 at the edge's first end to 1 at its second.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
}

impl Isochrones {
    /// The parts of edges within a time limit, of those edges that are reached but not wholly.
    ///
    /// An edge reached from both ends has two parts. Parts come in no particular but always the
    /// same order. Linear in what is reached.
    pub fn partly_reached(
        &self,
        scratch: &mut IsochroneScratch,
        origin: &Snap,
        limit_ms: u32,
        speed_m_s: f64,
    ) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        let spread = &mut scratch.spread;
        if self.spread(spread, origin, limit_ms, speed_m_s).is_none() {
            return stretches;
        }
        let limit_um = spread.limit_um;
        self.each_link(spread, |link, to| {
            let mut from_um = 0;
            let rest = |to: Option<u64>| to.map_or(0, |to| limit_um.saturating_sub(to));
            let (from_a, from_b) = (rest(to.a_um), to.length_um.saturating_sub(rest(to.b_um)));
            let inside = to.inside.filter(|&(_, leg_um)| leg_um <= limit_um);
            let inside = inside.map(|(start_um, leg_um)| {
                let rest_um = limit_um - leg_um;
                (
                    start_um.saturating_sub(rest_um),
                    start_um.saturating_add(rest_um),
                )
            });
            let reached = [Some((0, from_a)), inside, Some((from_b, to.length_um))];
            for piece in self.links.pieces(link) {
                let whole = (from_um, piece.along_um);
                from_um = piece.along_um;
                self.cut(piece.edge, whole, reached, &mut stretches);
            }
        });
        stretches
    }

    /// Adds the reached parts of one edge, which lies between two lengths along its link.
    fn cut(
        &self,
        edge: u32,
        (from_um, to_um): (u64, u64),
        reached: [Option<(u64, u64)>; 3],
        stretches: &mut Vec<Stretch>,
    ) {
        let place = self.links.places[edge as usize];
        let fraction =
            |along_um: u64| along_um.abs_diff(place.a_um) as f64 / (to_um - from_um) as f64;
        // Parts begin in rising order; those that overlap become one.
        let mut open: Option<(u64, u64)> = None;
        let mut close = |part: Option<(u64, u64)>| {
            if let Some((low, high)) = part.filter(|&part| part != (from_um, to_um)) {
                let (a, b) = (fraction(low), fraction(high));
                let (from, to) = (a.min(b), a.max(b));
                stretches.push(Stretch { edge, from, to });
            }
        };
        for (low, high) in reached.into_iter().flatten() {
            let (low, high) = (low.max(from_um), high.min(to_um));
            if low >= high {
                continue;
            }
            open = match open {
                Some((first, last)) if low <= last => Some((first, last.max(high))),
                before => {
                    close(before);
                    Some((low, high))
                }
            };
        }
        close(open);
    }
}
