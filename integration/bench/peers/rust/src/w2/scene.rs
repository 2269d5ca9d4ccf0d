use spatial::{Class, Classes, Dispatch, LonLat, Position, Snap, Weights};

use super::best::Best;
use super::{ONE_IN, QUESTIONS, RESPONDERS};
use crate::Fault;
use crate::dice::Dice;
use crate::town::Town;

/// What every contestant is asked about.
pub(crate) struct Scene<'a> {
    pub(crate) town: &'a Town,
    pub(super) responders: Vec<Responder>,
    pub(crate) questions: Vec<LonLat>,
}

/// A responder where its last fix was.
#[derive(Clone, Copy)]
pub(crate) struct Responder {
    pub(super) at: LonLat,
    snap: Snap,
    pub(super) position: Position,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(town: &'a Town) -> Result<Self, Fault> {
        let mut dice = Dice(20_261_123);
        let responders = town.places(&mut dice, RESPONDERS).into_iter();
        let responders = responders
            .map(|at| snapped(town, at))
            .collect::<Result<_, _>>()?;
        let questions = town.places(&mut dice, QUESTIONS);
        Ok(Self {
            town,
            responders,
            questions,
        })
    }

    /// Where the next fixes of each responder lie: some 30 m off, and back.
    pub(super) fn steps(&self) -> Result<Vec<[LonLat; 2]>, Fault> {
        let step = |one: &Responder| {
            let (lon, lat) = (one.at.lon() + 0.0002, one.at.lat() + 0.0002);
            Ok([LonLat::new(lon, lat)?, one.at])
        };
        self.responders.iter().map(step).collect()
    }

    /// The same for responders who take each other's places: farther than any fix from the last.
    pub(super) fn jumps(&self) -> Vec<[LonLat; 2]> {
        let next = |place: usize| self.responders[(place + 1) % self.responders.len()].at;
        self.responders
            .iter()
            .enumerate()
            .map(|(place, one)| [next(place), one.at])
            .collect()
    }

    fn weights(&self) -> &Weights {
        self.town.streets.weights()
    }

    /// What every peer pays: the snap of the question and its place between junctions.
    #[inline]
    pub(super) fn origin(&self, at: LonLat) -> Option<Position> {
        self.weights()
            .position(&self.town.streets.network().snap(at)?)
    }

    /// Eligible responders by number.
    pub(super) fn eligible(&self, class: usize) -> impl Iterator<Item = (u32, &Responder)> {
        (0u32..).zip(&self.responders).step_by(ONE_IN[class])
    }

    /// Eligible responders by chain: who stands on the question's own street.
    pub(super) fn by_chain(&self, class: usize) -> Beside {
        let mut places: Vec<(u32, u32)> = self
            .eligible(class)
            .map(|(number, one)| (one.position.chain, number))
            .collect();
        places.sort_unstable();
        let mut first = vec![0u32; self.town.streets.graph().chains().len() + 1];
        places
            .iter()
            .for_each(|&(chain, _)| first[chain as usize + 1] += 1);
        for chain in 1..first.len() {
            first[chain] += first[chain - 1];
        }
        Beside {
            first,
            numbers: places.into_iter().map(|(_, number)| number).collect(),
        }
    }

    pub(crate) fn dispatch(&self) -> Result<(Dispatch, Vec<Class>), Fault> {
        let classes = (0..ONE_IN.len() as u8).map(|number| Class::new(number).ok_or("no class"));
        let classes = classes.collect::<Result<Vec<_>, _>>()?;
        let mut dispatch = Dispatch::new(&self.town.streets);
        for (number, one) in (0u32..).zip(&self.responders) {
            dispatch.place(
                &self.town.streets,
                number,
                &one.snap,
                self.classes_of(number, &classes),
            );
        }
        Ok((dispatch, classes))
    }

    pub(super) fn classes_of(&self, number: u32, classes: &[Class]) -> Classes {
        let member = |class: &usize| (number as usize).is_multiple_of(ONE_IN[*class]);
        (0..classes.len())
            .filter(member)
            .fold(Classes::NONE, |all, class| all.with(classes[class]))
    }
}

fn snapped(town: &Town, at: LonLat) -> Result<Responder, Fault> {
    let snap = town.streets.network().snap(at).ok_or("no street")?;
    let position = town
        .streets
        .weights()
        .position(&snap)
        .ok_or("no such edge")?;
    Ok(Responder { at, snap, position })
}

/// Responders on each chain.
pub(crate) struct Beside {
    first: Vec<u32>,
    numbers: Vec<u32>,
}

impl Beside {
    /// Offers those on the question's own street, along the street.
    #[inline]
    pub(super) fn offer(&self, scene: &Scene<'_>, origin: &Position, best: &mut Best) {
        let chain = origin.chain as usize;
        for &number in &self.numbers[self.first[chain] as usize..self.first[chain + 1] as usize] {
            best.offer(
                origin.direct(&scene.responders[number as usize].position),
                number,
            );
        }
    }
}
