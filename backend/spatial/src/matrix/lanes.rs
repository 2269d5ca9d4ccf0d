//! Costs in lanes.
//!
//! A lane holds a cost less [`CLOSED`], as `i32`. A lane plus the cost of an arc then never
//! overflows, and lanes compare as signed numbers, which every processor does many at a time;
//! unsigned 32-bit comparison is missing from the oldest x86-64 instructions.

use crate::weights::CLOSED;

/// Lanes of one sweep: a cache line of costs.
pub(super) const LANES: usize = 16;

/// A cost, at most twice [`CLOSED`], as it is kept in a lane.
#[inline]
const fn lane(cost: u32) -> i32 {
    cost.wrapping_sub(CLOSED) as i32
}

/// The cost in a lane.
#[inline]
const fn cost(lane: i32) -> u32 {
    (lane as u32).wrapping_add(CLOSED)
}

/// Costs of 16 sources.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Lanes([i32; LANES]);

impl Lanes {
    /// No way from anywhere.
    pub(super) const NOTHING: Self = Self([lane(CLOSED); LANES]);

    /// Takes over what is cheaper from elsewhere, at a cost from here.
    #[inline(always)]
    pub(super) fn relax(&mut self, other: &Self, cost: u32) {
        // Indices rather than zipped iterators: these are not always inlined, and this must be.
        for lane in 0..LANES {
            let through = other.0[lane] + cost as i32;
            self.0[lane] = if through < self.0[lane] {
                through
            } else {
                self.0[lane]
            };
        }
    }

    /// Takes a cost for one source if it is cheaper.
    pub(super) fn offer(&mut self, source: usize, cost: u32) {
        self.0[source] = self.0[source].min(lane(cost));
    }
}

/// [`crate::cost_ms`] of all lanes, `u32::MAX` without a way.
///
/// Written out so that it is done many lanes at a time: rounding and casting of floats are calls
/// or branches on the oldest x86-64 instructions.
#[inline(always)]
pub(super) fn times_ms(lanes: &Lanes, speed_m_s: f64) -> [u32; LANES] {
    /// Added to a float it leaves the nearest whole number in the low bits.
    const WHOLE: f64 = (1u64 << 52) as f64;
    let mut times = [0; LANES];
    #[expect(
        clippy::needless_range_loop,
        reason = "zipped iterators are not always inlined"
    )]
    for lane in 0..LANES {
        let cost = cost(lanes.0[lane]);
        let ms = f64::from(cost.min(CLOSED) as i32) * 0.1 / (speed_m_s + 0.0);
        // A NaN fails the first comparison and becomes the most, as in `cost_ms`.
        let ms = if ms < f64::from(u32::MAX) {
            ms
        } else {
            f64::from(u32::MAX)
        };
        let ms = if ms > 0.0 { ms } else { 0.0 };
        let even = (ms + WHOLE) - WHOLE;
        // Halves went to the even neighbour; those that went down belong up.
        let round = even + if ms - even >= 0.5 { 1.0 } else { 0.0 };
        let ms = (round + WHOLE).to_bits() as u32;
        times[lane] = if cost < CLOSED { ms } else { u32::MAX };
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost_ms;

    #[test]
    fn lanes_keep_order_and_sums() {
        let costs = [0, 1, 77, CLOSED - 1, CLOSED, CLOSED + 5, CLOSED * 2];
        assert!(costs.map(lane).is_sorted());
        assert_eq!(costs.map(lane).map(cost), costs);
        assert_eq!(lane(CLOSED) + CLOSED as i32, lane(CLOSED * 2));
        assert_eq!(lane(5) + 7, lane(12));
    }

    #[test]
    fn times_are_those_of_single_costs() {
        let costs = [
            0,
            1,
            4,
            5,
            6,
            15,
            25,
            99_995,
            10_005,
            1 << 24,
            CLOSED - 1,
            CLOSED,
            CLOSED * 2,
        ];
        let speeds = [
            1.0,
            1.1,
            0.5,
            0.3,
            1.39,
            0.01,
            1e-9,
            0.0,
            -1.0,
            f64::NAN,
            f64::INFINITY,
            1e300,
        ];
        for speed in speeds {
            for start in costs {
                let mut lanes = Lanes::NOTHING;
                for source in 0..LANES {
                    lanes.0[source] = lane(start.saturating_add(source as u32).min(CLOSED * 2));
                }
                for (&there, time) in lanes.0.iter().zip(times_ms(&lanes, speed)) {
                    let cost = cost(there);
                    let expected = if cost < CLOSED {
                        cost_ms(cost, speed)
                    } else {
                        u32::MAX
                    };
                    assert_eq!(time, expected, "{cost} at {speed}");
                }
            }
        }
    }
}
