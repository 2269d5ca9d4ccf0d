//! Walking times from many positions to many others.
//!
//! Sixteen sources go up the hierarchy together, one lane each, and come down in one sweep over
//! the junctions that lie above any target: no queue, every arc once, in the order it is stored.

use crate::hierarchy::Upward;
use crate::sweep::{Marks, ascend};
use crate::weights::{CLOSED, Position, cost_ms};

mod lanes;
mod restricted;

use lanes::{LANES, Lanes, times_ms};
use restricted::Restricted;

/// Working memory of [`matrix_ms`]: keep one per thread.
#[derive(Debug, Clone, Default)]
pub struct MatrixScratch {
    restricted: Restricted,
    /// Sources with the lower of their junctions, sorted: neighbours share their way up.
    order: Vec<(u32, u32)>,
    /// Junctions the sources of a batch reach upwards.
    marks: Marks,
    /// Costs of each marked junction.
    up: Vec<Lanes>,
    /// Costs of each junction above a target.
    down: Vec<Lanes>,
}

impl MatrixScratch {
    /// No memory taken yet.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Milliseconds from every source to every target at a speed, legs at both ends included.
///
/// `times` gets one row a source, one entry a target; `u32::MAX` without a way. Takes a sweep of
/// the junctions above the targets for every 16 sources. The same position twice is as far from
/// itself as the way to the street and back. Positions must belong to the network of `upward`;
/// panics for a junction that is not there.
pub fn matrix_ms(
    upward: &Upward,
    scratch: &mut MatrixScratch,
    sources: &[Position],
    targets: &[Position],
    speed_m_s: f64,
    times: &mut Vec<u32>,
) {
    // Every entry is written below; what an older matrix left behind does no harm.
    times.resize(sources.len() * targets.len(), u32::MAX);
    if times.is_empty() {
        return;
    }
    scratch
        .restricted
        .choose(upward, &mut scratch.marks, targets);
    scratch
        .down
        .resize(scratch.restricted.len(), Lanes::NOTHING);
    scratch.up.resize(upward.len(), Lanes::NOTHING);
    scratch.order.clear();
    let low = |source: &Position| source.ends[0].0.min(source.ends[1].0);
    let order = (0u32..)
        .zip(sources)
        .map(|(index, source)| (low(source), index));
    scratch.order.extend(order);
    scratch.order.sort_unstable();
    for start in (0..sources.len()).step_by(LANES) {
        let batch = start..(start + LANES).min(sources.len());
        scratch.up(upward, sources, batch.clone());
        scratch
            .restricted
            .sweep(&scratch.marks, &scratch.up, &mut scratch.down);
        scratch.write(batch, targets.len(), speed_m_s, times);
    }
    let rows = times.chunks_exact_mut(targets.len());
    for (source, row) in sources.iter().zip(rows) {
        for &(_, target) in scratch.restricted.on_chain(source.chain) {
            let cost = source.direct(&targets[target as usize]);
            if cost < CLOSED {
                let known = &mut row[target as usize];
                *known = (*known).min(cost_ms(cost, speed_m_s));
            }
        }
    }
}

impl MatrixScratch {
    /// Costs from the sources of a batch to all junctions above them.
    fn up(&mut self, upward: &Upward, sources: &[Position], batch: std::ops::Range<usize>) {
        self.marks.clear(upward.len());
        let up = &mut self.up;
        for (lane, &(_, source)) in self.order[batch].iter().enumerate() {
            for (junction, cost) in sources[source as usize].ends {
                if cost < CLOSED {
                    let known = &mut up[junction as usize];
                    if self.marks.insert(junction) {
                        *known = Lanes::NOTHING;
                    }
                    known.offer(lane, cost);
                }
            }
        }
        ascend(upward, &mut self.marks, |junction, head, cost, new| {
            let (below, above) = up.split_at_mut(head as usize);
            if new {
                above[0] = Lanes::NOTHING;
            }
            above[0].relax(&below[junction as usize], cost);
        });
    }

    /// Writes the rows of a batch, 16 targets at a time.
    fn write(
        &self,
        batch: std::ops::Range<usize>,
        width: usize,
        speed_m_s: f64,
        times: &mut [u32],
    ) {
        let ends = self.restricted.ends();
        for (start, group) in (0..).step_by(LANES).zip(ends.chunks(LANES)) {
            let mut block = [[0; LANES]; LANES];
            for (place, &[(one, near), (other, far)]) in group.iter().enumerate() {
                let mut lanes = Lanes::NOTHING;
                lanes.relax(&self.down[one as usize], near);
                lanes.relax(&self.down[other as usize], far);
                block[place] = times_ms(&lanes, speed_m_s);
            }
            for (lane, &(_, source)) in self.order[batch.clone()].iter().enumerate() {
                let place = source as usize * width + start;
                let row = &mut times[place..place + group.len()];
                for (place, time) in row.iter_mut().enumerate() {
                    *time = block[place][lane];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
