//! The numbers. **[S]** read in a source, **[R]** recalled and still to be checked, **[P]** our proposal.

use crate::Surface;
use crate::input::EdgeAttributes;
use crate::profiles::rules::Stairs::{Climbed, Refused};

/// UK rule for crossings [S]; workers' pace [P].
pub(super) const WORKER_M_S: f64 = 1.2;
/// Upper end of what is measured for able people over 65 in England and Ireland [S, P].
pub(super) const ELDER_ABLE_M_S: f64 = 1.0;
/// Means of people over 65: 0.76 to 0.82 [S].
pub(super) const ELDER_USUAL_M_S: f64 = 0.8;
/// At-risk people with a short physical performance of 4 to 7 points: 0.64 [S]; with a stick [P].
pub(super) const ELDER_FRAIL_M_S: f64 = 0.6;
/// As an old person usually walks, who may be the one who pushes [P].
pub(super) const WHEELCHAIR_M_S: f64 = 0.8;
/// Lower end of 3.5 to 4.0 [R]: an alarm had better not be too hopeful.
pub(super) const E_BIKE_M_S: f64 = 3.5;

/// What a costing is made of.
pub(super) struct Rules {
    /// Pace, in millimetres a second, at which the seconds below become lengths.
    pace_mm_s: u64,
    stairs: Stairs,
    /// Steepest slope that is passed, in thousandths; not asked on stairs.
    steepest: u64,
    slopes: Slopes,
    /// Whether raised kerbs are passed.
    climbs_kerbs: bool,
    /// Thousandths of the length on rough ground (cobbles, gravel, unsealed) and on soft ground.
    rough: u64,
    soft: u64,
    /// Thousandths of the length on ways where a bicycle is pushed.
    pushed: u64,
    /// Seconds for a whole crossing: unmarked, marked, with signals.
    crossing_s: [u64; 3],
    /// Seconds to get through a gate, and to take a lift.
    gate_s: u64,
    lift_s: u64,
}

/// What becomes of stairs.
enum Stairs {
    /// Thousandths of their length on the ground.
    Climbed(u64),
    /// Thousandths of their length where there is a ramp; otherwise no way.
    OnlyWithRamp(u64),
    /// No way.
    Refused,
}

/// What becomes of slopes.
enum Slopes {
    /// They slow down as Tobler found.
    Tobler,
    /// A motor takes them.
    Motor,
}

/// Signals, a cycle of 90 s with 25 s of green: (90 - 25)² / (2 * 90) s, the mean wait of the
/// Highway Capacity Manual [R]. Marked: looking and one gap [P]. Unmarked: longer gaps [P].
const CROSSING_S: [u64; 3] = [10, 5, 23];

/// A code, a bell or a latch [P]; Valhalla takes 10 s and more for a gate [R].
const GATE_S: u64 = 10;

/// Waiting, doors and a storey or two [P].
const LIFT_S: u64 = 40;

const LEVEL: u64 = 1000;

pub(super) const FOOT: Rules = Rules {
    pace_mm_s: 1200,
    // A flight takes three times as long as the same length on the level: Fujiyama and Tyler 2010,
    // as OpenTripPlanner has it [R].
    stairs: Climbed(3000),
    steepest: 1000,
    slopes: Slopes::Tobler,
    climbs_kerbs: true,
    rough: LEVEL,
    soft: 1100,
    pushed: LEVEL,
    crossing_s: CROSSING_S,
    gate_s: GATE_S,
    lift_s: LIFT_S,
};

pub(super) const ELDER: Rules = Rules {
    pace_mm_s: 800,
    // With a hand on the rail and a rest [P].
    stairs: Climbed(4000),
    steepest: 1000,
    slopes: Slopes::Tobler,
    climbs_kerbs: true,
    rough: 1100,
    soft: 1250,
    pushed: LEVEL,
    // Looking takes longer, and a green that has begun is not used [P].
    crossing_s: [15, 8, 30],
    gate_s: GATE_S,
    lift_s: LIFT_S,
};

pub(super) const WHEELCHAIR: Rules = Rules {
    pace_mm_s: 800,
    stairs: Refused,
    // 1:12, the steepest ramp of GB 50763 and of the American ADA standards [R].
    steepest: 83,
    slopes: Slopes::Tobler,
    climbs_kerbs: false,
    rough: 1500,
    soft: 2000,
    pushed: LEVEL,
    crossing_s: [15, 8, 30],
    // Somebody has to hold it open [P].
    gate_s: 20,
    lift_s: LIFT_S,
};

pub(super) const E_BIKE: Rules = Rules {
    pace_mm_s: 3500,
    // Pushed up the ramp at half a walker's pace [P].
    stairs: Stairs::OnlyWithRamp(5800),
    steepest: 250,
    slopes: Slopes::Motor,
    climbs_kerbs: true,
    rough: 1300,
    soft: 1600,
    // Pushed at a walker's 1.2 m/s: 3.5 / 1.2.
    pushed: 2917,
    crossing_s: CROSSING_S,
    // Dismount, open, mount [P].
    gate_s: 15,
    lift_s: LIFT_S,
};

/// Mean of both directions over the level pace by Tobler's function, exp(3.5 |s + 0.05|), in
/// thousandths, for every 25 thousandths of slope. Between them it is a straight line.
///
/// Up to 5 % the loss of one direction is nearly the gain of the other: cosh(3.5 s); beyond it is
/// exp(3.5 s) * cosh(0.175) / exp(0.175). Tobler 1993 [R].
const SLOPE_STEP: u64 = 25;
const SLOPE: [u64; 17] = [
    1000, 1004, 1015, 1108, 1210, 1320, 1441, 1573, 1716, 1873, 2045, 2232, 2436, 2658, 2902, 3167,
    3456,
];

impl Rules {
    pub(super) fn cost_um(&self, attributes: EdgeAttributes, length_um: u64) -> Option<u64> {
        if attributes.kerb && !self.climbs_kerbs {
            return None;
        }
        let permille = if attributes.steps {
            self.on_stairs(attributes.ramp)?
        } else {
            self.on_ground(attributes)?
        };
        let walked_um = u128::from(length_um) * u128::from(permille) / 1000;
        let walked_um = u64::try_from(walked_um).unwrap_or(u64::MAX);
        // Milliseconds at millimetres a second are micrometres.
        Some(walked_um.saturating_add(self.waits_ms(attributes) * self.pace_mm_s))
    }

    fn on_stairs(&self, has_ramp: bool) -> Option<u64> {
        match self.stairs {
            Climbed(permille) => Some(permille),
            Stairs::OnlyWithRamp(permille) => has_ramp.then_some(permille),
            Refused => None,
        }
    }

    /// Thousandths of the length; slope, ground and pushing each by themselves.
    fn on_ground(&self, attributes: EdgeAttributes) -> Option<u64> {
        let slope = u64::from(attributes.incline.unwrap_or(0).unsigned_abs());
        if slope > self.steepest {
            return None;
        }
        let slowed = match self.slopes {
            Slopes::Tobler => tobler(slope),
            Slopes::Motor => LEVEL,
        };
        let ground = match attributes.surface {
            Surface::Cobbles | Surface::Gravel | Surface::Unpaved => self.rough,
            Surface::Ground | Surface::Grass => self.soft,
            _ => LEVEL,
        };
        let pushed = if is_pushed_on(attributes) {
            self.pushed
        } else {
            LEVEL
        };
        Some(slowed * ground / 1000 * pushed / 1000)
    }

    /// Half of what each end and each half of a crossing costs when it is passed.
    fn waits_ms(&self, attributes: EdgeAttributes) -> u64 {
        let crossing = match attributes.crossing {
            crate::Crossing::None => 0,
            crate::Crossing::Unmarked => self.crossing_s[0],
            crate::Crossing::Marked => self.crossing_s[1],
            crate::Crossing::Signals => self.crossing_s[2],
        };
        let gate = if attributes.gate { self.gate_s } else { 0 };
        let lift = if attributes.lift { self.lift_s } else { 0 };
        (crossing * u64::from(attributes.crossing_halves) + gate + lift) * 500
    }
}

/// Ways where people walk and nobody rides.
fn is_pushed_on(attributes: EdgeAttributes) -> bool {
    use crate::WayKind::{Corridor, Footway, Pedestrian};
    matches!(attributes.kind, Footway | Pedestrian | Corridor)
}

/// Thousandths of the level time on a slope in thousandths; the last step's line goes on.
fn tobler(slope: u64) -> u64 {
    let place = ((slope / SLOPE_STEP) as usize).min(SLOPE.len() - 2);
    let (low, high) = (SLOPE[place], SLOPE[place + 1]);
    let beyond = slope - place as u64 * SLOPE_STEP;
    low + (high - low) * beyond / SLOPE_STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_slopes_is_toblers() {
        for slope in 0..=400u64 {
            let s = slope as f64 / 1000.0;
            let way = |s: f64| (3.5 * (s + 0.05).abs()).exp();
            let exact = (way(s) + way(-s)) / (2.0 * way(0.0));
            let table = tobler(slope) as f64 / 1000.0;
            assert!(
                (table / exact - 1.0).abs() < 0.01,
                "{slope}: {table} {exact}"
            );
        }
        assert!((0..1000).all(|slope| tobler(slope) <= tobler(slope + 1)));
    }

    #[test]
    fn waits_are_those_of_the_sources() {
        assert_eq!(CROSSING_S[2], (90 - 25) * (90 - 25) / (2 * 90));
        assert_eq!(E_BIKE.pushed, 3500_u64.div_ceil(12) * 10 - 3);
    }
}
