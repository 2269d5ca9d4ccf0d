use crate::snap::Snap;

/// From the street to the door of a flat, and what that takes.
///
/// Nobody has measured this where we work. The numbers are recalled or proposed and stand here
/// alone: storeys of 3 m climbed at 0.25 m of height a second by somebody who walks 1.2 m/s
/// (stairs are climbed at 0.2 to 0.3 m/s, recalled from studies of evacuation), slower in the same
/// proportion by those who walk slower; lifts come within half a minute and take 3 s a storey
/// (proposed, from lifts of 1 to 1.5 m/s with doors that open slowly).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Entrance {
    /// Storeys up or down from the street; 0 is level with it.
    pub floor: i8,
    /// Whether a lift goes there. Whoever is quicker on the stairs takes them.
    pub has_lift: bool,
    /// Seconds to get through gate and front door: code, bell, key.
    pub gate_s: u16,
}

/// Seconds for a storey on the stairs at [`CLIMBED_AT_M_S`].
const STAIRS_S: f64 = 12.0;
/// Walking pace of those who climb a storey in that time.
const CLIMBED_AT_M_S: f64 = 1.2;
/// Climbers need not be quick riders: an electric bicycle stays below.
const QUICKEST_M_S: f64 = 1.4;
/// Seconds until a lift has come, opened and closed, and for each storey it goes.
const LIFT_WAIT_S: f64 = 30.0;
const LIFT_STOREY_S: f64 = 3.0;

impl Entrance {
    /// Seconds from the street to the door for somebody of this pace, rounded.
    ///
    /// A pace that is not positive and finite never gets there by stairs, and never by gate or
    /// lift sooner than anybody: saturates.
    pub fn seconds(&self, speed_m_s: f64) -> u32 {
        let storeys = f64::from(self.floor.unsigned_abs());
        let pace = speed_m_s.clamp(0.0, QUICKEST_M_S);
        let stairs_s = if storeys > 0.0 {
            storeys * STAIRS_S * CLIMBED_AT_M_S / pace
        } else {
            0.0
        };
        let lift_s = if self.has_lift {
            LIFT_WAIT_S + storeys * LIFT_STOREY_S
        } else {
            f64::INFINITY
        };
        let up_s = if stairs_s.is_nan() {
            lift_s
        } else {
            stairs_s.min(lift_s)
        };
        // The cast saturates.
        (f64::from(self.gate_s) + up_s).round() as u32
    }
}

impl Snap {
    /// The snap with seconds at its end (doors, floors, an old fix) as walked metres of its leg.
    ///
    /// Every answer then holds them. Ask [`Snap::is_known`] before: the leg is no longer the
    /// distance to the streets. Nothing is added for a pace that is not positive and finite.
    pub fn with_extra_seconds(self, seconds: u32, speed_m_s: f64) -> Self {
        let extra_m = f64::from(seconds) * speed_m_s;
        let counts = extra_m.is_finite() && extra_m > 0.0;
        Self {
            snap_m: self.snap_m + if counts { extra_m } else { 0.0 },
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scratch;
    use crate::drawn::Drawn;

    fn flat(floor: i8, has_lift: bool) -> Entrance {
        Entrance {
            floor,
            has_lift,
            gate_s: 20,
        }
    }

    #[test]
    fn storeys_take_longer_for_those_who_walk_slower() {
        assert_eq!(flat(0, false).seconds(1.2), 20);
        assert_eq!(flat(5, false).seconds(1.2), 80);
        assert_eq!(flat(5, false).seconds(0.6), 140);
        assert_eq!(flat(-1, false).seconds(1.2), 32);
        // Nobody climbs at the pace of a bicycle.
        assert_eq!(flat(5, false).seconds(3.5), flat(5, false).seconds(1.4));
    }

    #[test]
    fn a_lift_is_taken_where_it_is_quicker() {
        assert_eq!(flat(0, true).seconds(1.2), 20);
        assert_eq!(flat(1, true).seconds(1.2), 32);
        assert_eq!(flat(18, true).seconds(1.2), 20 + 30 + 54);
        for floor in i8::MIN..=i8::MAX {
            assert!(flat(floor, true).seconds(0.8) <= flat(floor, false).seconds(0.8));
        }
    }

    #[test]
    fn paces_that_get_nowhere_stay_at_the_foot_of_the_stairs() {
        for pace in [0.0, -1.0, f64::NAN] {
            assert_eq!(flat(3, false).seconds(pace), u32::MAX);
            assert_eq!(flat(3, true).seconds(pace), 20 + 30 + 9);
            assert_eq!(flat(0, false).seconds(pace), 20);
        }
    }

    #[test]
    fn seconds_at_the_door_are_in_the_answer() {
        let map = Drawn::new("a--b--c");
        let network = map.network();
        let (origin, goal) = (network.snap(map.at('a')), network.snap(map.at('c')));
        let (origin, goal) = (origin.unwrap(), goal.unwrap());
        let upstairs = goal.with_extra_seconds(flat(5, false).seconds(1.2), 1.2);
        let mut scratch = Scratch::new();
        let mut ms = |goal| network.nearest(&mut scratch, &origin, &[goal], 1, 1.2, None)[0].ms;
        assert_eq!(ms(upstairs), ms(goal) + 80_000);
        for pace in [f64::NAN, f64::INFINITY, -1.0, 0.0] {
            assert_eq!(goal.with_extra_seconds(80, pace), goal);
        }
    }
}
