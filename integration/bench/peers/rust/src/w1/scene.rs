use spatial::{Class, Classes, LonLat, StraightIndex};

use super::{ELIGIBLE, K, POINTS, QUESTIONS};
use crate::Fault;
use crate::dice::Dice;
use crate::town::DEGREE_M;

/// Side of the square district, metres.
const SIDE_M: f64 = 25_000.0;
/// South-west corner.
const CORNER: (f64, f64) = (121.3, 31.2);

/// Metres east and north of the corner, in the plane that touches the middle.
pub(super) fn lonlat([x, y]: [f64; 2]) -> Result<LonLat, Fault> {
    let (lon, lat) = CORNER;
    let squeeze = (lat + SIDE_M / 2.0 / DEGREE_M).to_radians().cos();
    Ok(LonLat::new(
        lon + x / DEGREE_M / squeeze,
        lat + y / DEGREE_M,
    )?)
}

/// Seven in ten points around 30 centres, the others anywhere.
fn points(dice: &mut Dice, count: usize) -> Vec<[f64; 2]> {
    let anywhere = |dice: &mut Dice| [dice.unit() * SIDE_M, dice.unit() * SIDE_M];
    let centres: Vec<_> = (0..30).map(|_| anywhere(dice)).collect();
    let mut point = || {
        if dice.unit() >= 0.7 {
            return anywhere(dice);
        }
        centres[dice.below(30)].map(|middle| {
            let bell: f64 = (0..4).map(|_| dice.unit()).sum::<f64>() - 2.0;
            (middle + bell * 1500.0).rem_euclid(SIDE_M)
        })
    };
    (0..count).map(|_| point()).collect()
}

/// A point takes ten metres' walk and comes back the next time.
pub(super) struct Walkers {
    at: Vec<[f64; 2]>,
    away: Vec<bool>,
    turn: usize,
}

impl Walkers {
    pub(super) fn step(&mut self) -> (usize, [f64; 2], [f64; 2]) {
        self.turn += 1;
        let id = (self.turn * 7919) % self.at.len();
        let from = self.at[id];
        let sign = if self.away[id] { -1.0 } else { 1.0 };
        let to = [from[0] + 7.0 * sign, from[1] + 7.0 * sign];
        (self.at[id], self.away[id]) = (to, !self.away[id]);
        (id, from, to)
    }
}

/// Where everybody stands at first, who is eligible, and what is asked.
pub(super) struct Scene {
    pub(super) start: Vec<[f64; 2]>,
    pub(super) eligible: Vec<bool>,
    pub(super) questions: Vec<[f64; 2]>,
    /// The questions as positions on earth.
    pub(super) asked: Vec<LonLat>,
}

impl Scene {
    pub(super) fn new() -> Result<Self, Fault> {
        let mut dice = Dice(20_261_123);
        let start = points(&mut dice, POINTS);
        let eligible = (0..POINTS).map(|_| dice.unit() < ELIGIBLE).collect();
        let questions = points(&mut dice, QUESTIONS);
        let asked = questions
            .iter()
            .map(|&at| lonlat(at))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            start,
            eligible,
            questions,
            asked,
        })
    }

    pub(super) fn walkers(&self) -> Walkers {
        Walkers {
            at: self.start.clone(),
            away: vec![false; self.start.len()],
            turn: 0,
        }
    }

    pub(super) fn ours(&self) -> Result<StraightIndex, Fault> {
        let mut index = StraightIndex::new((lonlat([0.0; 2])?, lonlat([SIDE_M; 2])?), POINTS);
        let [everyone, eligible] = classes()?;
        for (id, &at) in self.start.iter().enumerate() {
            let all = Classes::NONE.with(everyone);
            let classes = if self.eligible[id] {
                all.with(eligible)
            } else {
                all
            };
            index.insert(id as u32, lonlat(at)?, classes)?;
        }
        Ok(index)
    }

    /// The plane and the sphere differ by up to 0.2 % of a distance across this district.
    pub(super) fn agree(
        &self,
        question: usize,
        ours: &[f64],
        theirs: &[usize],
    ) -> Result<(), Fault> {
        let mut metres = Vec::with_capacity(K);
        for &id in theirs {
            metres.push(self.asked[question].haversine_m(lonlat(self.start[id])?));
        }
        metres.sort_unstable_by(f64::total_cmp);
        let same = |(ours, theirs): (&f64, &f64)| (ours - theirs).abs() <= 0.002 * theirs + 0.01;
        if ours.len() != metres.len() || !ours.iter().zip(&metres).all(same) {
            return Err(format!("W1: ours {ours:?}, theirs {metres:?}").into());
        }
        Ok(())
    }
}

pub(super) fn classes() -> Result<[Class; 2], Fault> {
    let class = |number| Class::new(number).ok_or("no such class");
    Ok([class(0)?, class(1)?])
}
