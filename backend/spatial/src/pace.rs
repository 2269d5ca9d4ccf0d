/// A walking speed ready for use: micrometres walked in one millisecond.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace(f64);

impl Pace {
    /// None for speeds at which nothing is reached: zero, negative, not a number, infinite.
    pub(crate) fn new(speed_m_s: f64) -> Option<Self> {
        (speed_m_s.is_finite() && speed_m_s > 0.0).then_some(Self(speed_m_s * 1000.0))
    }

    /// Milliseconds for a length, rounded to the nearest; saturates after 49 days.
    pub(crate) fn ms(self, length_um: u64) -> u32 {
        (length_um as f64 / self.0).round() as u32
    }

    /// The greatest length walked within a time limit.
    pub(crate) fn within_um(self, limit_ms: u32) -> u64 {
        (f64::from(limit_ms) * self.0).floor() as u64
    }
}

/// Metres in whole micrometres: finer than any time we report, and exact to add up.
#[inline]
pub(crate) fn to_um(metres: f64) -> u64 {
    // The cast saturates, and takes a NaN or a negative length for zero.
    whole(metres * 1e6)
}

/// A number that is not negative, rounded to the nearest whole one, halves upwards.
///
/// The same as `round`, which is a call into the library of the system on plain x86-64. Saturates;
/// takes a NaN or a negative number for zero.
#[inline]
pub(crate) fn whole(number: f64) -> u64 {
    let whole = number as u64;
    whole.saturating_add(u64::from(number - whole as f64 >= 0.5))
}

/// Micrometres in metres.
pub(crate) fn to_metres(length_um: u64) -> f64 {
    length_um as f64 / 1e6
}

/// The piece of an edge from its `a` end to a fraction of it; the rest is the difference.
#[inline]
pub(crate) fn part_um(length_um: u64, fraction: f64) -> u64 {
    whole(length_um as f64 * fraction).min(length_um)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_round_once_and_limits_include_their_end() {
        let pace = Pace::new(1.25).unwrap();
        assert_eq!(pace.ms(to_um(100.0)), 80_000);
        assert_eq!(pace.within_um(80_000), to_um(100.0));
        assert_eq!((pace.ms(749), pace.ms(1_000)), (1, 1));
        assert_eq!(pace.ms(u64::MAX), u32::MAX);
    }

    #[test]
    fn speeds_that_get_nowhere_are_refused() {
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Pace::new(speed).is_none());
        }
    }

    #[test]
    fn whole_numbers_are_those_of_round() {
        for number in [
            0.0,
            0.499_999_999_999_999_94,
            0.5,
            1.5,
            2.5,
            4_503_599_627_370_497.5,
            1e19,
            1e300,
        ] {
            assert_eq!(whole(number), number.round() as u64, "{number}");
        }
        for number in [-0.5, -7.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(whole(number), 0);
        }
        assert_eq!(whole(f64::INFINITY), u64::MAX);
    }

    #[test]
    fn parts_stay_within_the_edge() {
        assert_eq!(part_um(1000, 0.25), 250);
        assert_eq!(part_um(1000, 7.0), 1000);
        assert_eq!(part_um(1000, -1.0), 0);
        assert_eq!(part_um(1000, f64::NAN), 0);
        assert_eq!(to_um(f64::NAN), 0);
    }
}
