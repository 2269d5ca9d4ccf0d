use super::Upward;
use crate::weights::CLOSED;

/// Working memory for the cost between single junctions: keep one per thread.
#[derive(Debug, Default)]
pub struct Ascent {
    costs: [Vec<u32>; 2],
}

impl Ascent {
    /// Cost of the shortest walk between two junctions; [`CLOSED`] without one.
    ///
    /// Visits every junction in rank order from the lower of the two: for checks and single
    /// questions. Panics for a junction that is not there.
    pub fn between(&mut self, upward: &Upward, from: u32, to: u32) -> u32 {
        for (costs, start) in self.costs.iter_mut().zip([from, to]) {
            costs.clear();
            costs.resize(upward.len(), CLOSED);
            costs[start as usize] = 0;
        }
        let [there, back] = &mut self.costs;
        let mut best = CLOSED;
        for junction in from.min(to)..upward.len() as u32 {
            let (one, other) = (there[junction as usize], back[junction as usize]);
            best = best.min(one + other);
            if one.min(other) >= best {
                continue;
            }
            for arc in upward.arcs_of(junction) {
                let head = arc.head as usize;
                there[head] = there[head].min(one + arc.cost);
                back[head] = back[head].min(other + arc.cost);
            }
        }
        best
    }
}
