//! Responders, and shifts that leave no hour of the week without some of them.

use super::households::door;
use super::names::Generation;
use super::{
    Inventor, Language, People, Responder, ResponderKind, Settlement, Sex, Shift, Skill, Vehicle,
};
use crate::draw::{Draw, Topic};

/// Of ten responders in a row, who does which duty.
///
/// Two neighbours who may be called at any hour and one night carer in every ten keep at least a
/// fifth on duty at three in the morning.
const ROTA: [(ResponderKind, Duty); 10] = [
    (ResponderKind::Volunteer, Duty::AnyHour),
    (ResponderKind::CareWorker, Duty::Early),
    (ResponderKind::Volunteer, Duty::Daytime),
    (ResponderKind::CommunityWorker, Duty::Office),
    (ResponderKind::Volunteer, Duty::Daytime),
    (ResponderKind::Volunteer, Duty::AnyHour),
    (ResponderKind::CareWorker, Duty::Night),
    (ResponderKind::Volunteer, Duty::Daytime),
    (ResponderKind::CareWorker, Duty::Late),
    (ResponderKind::Volunteer, Duty::Daytime),
];

/// When somebody can usually go.
#[derive(Clone, Copy)]
enum Duty {
    AnyHour,
    Daytime,
    Early,
    Late,
    Night,
    Office,
}

/// Invents `total` responders, spread evenly over the settlements.
pub(super) fn invent(
    inventor: &mut Inventor,
    settled: &[&Settlement<'_>],
    total: u32,
    people: &mut People,
) {
    if settled.is_empty() {
        return;
    }
    let mut draw = Draw::stream(inventor.seed, Topic::Responder, 0);
    for number in 0..total as usize {
        let settlement = settled[number % settled.len()];
        let (kind, duty) = ROTA[number % ROTA.len()];
        let responder = responder(inventor, &mut draw, settlement, kind);
        let shifts = shifts(&mut draw, duty, number);
        people.responders.push(Responder {
            shifts,
            ..responder
        });
    }
}

fn responder(
    inventor: &mut Inventor,
    draw: &mut Draw,
    settlement: &Settlement<'_>,
    kind: ResponderKind,
) -> Responder {
    let sex = if draw.chance(0.6) {
        Sex::Female
    } else {
        Sex::Male
    };
    let surname = inventor.words.surname(draw);
    let given = inventor.words.given(draw, Generation::Younger, sex);
    let home = door(draw, &settlement.places);
    let at_home = draw.chance(0.6);
    let position = if at_home {
        home
    } else {
        *draw.pick(&settlement.places)
    };
    let (skills, languages) = abilities(draw, kind);
    Responder {
        id: draw.id(),
        name: format!("{surname}{given}"),
        phone: inventor.numbers.phone(),
        sex,
        kind,
        skills,
        languages,
        shifts: Vec::new(),
        committee_code: settlement.committee.code.clone(),
        home,
        position,
        vehicle: vehicle(draw, kind),
        synthetic: true,
    }
}

fn abilities(draw: &mut Draw, kind: ResponderKind) -> (Vec<Skill>, Vec<Language>) {
    let (first_aid, lifting) = match kind {
        ResponderKind::Volunteer => (0.45, 0.25),
        ResponderKind::CareWorker => (0.9, 1.0),
        ResponderKind::CommunityWorker => (0.5, 0.2),
    };
    let shanghainese = draw.chance(0.5);
    let mut skills = Vec::new();
    let chances = [(Skill::FirstAid, first_aid), (Skill::Lifting, lifting)];
    skills.extend(
        chances
            .into_iter()
            .filter(|&(_, p)| draw.chance(p))
            .map(|(skill, _)| skill),
    );
    let mut languages = vec![Language::Mandarin];
    if shanghainese {
        languages.push(Language::Wu);
    }
    (skills, languages)
}

fn vehicle(draw: &mut Draw, kind: ResponderKind) -> Vehicle {
    let (foot, bicycle) = match kind {
        ResponderKind::Volunteer => (0.6, 0.15),
        ResponderKind::CareWorker => (0.2, 0.1),
        ResponderKind::CommunityWorker => (0.5, 0.2),
    };
    match draw.unit() {
        drawn if drawn < foot => Vehicle::Foot,
        drawn if drawn < foot + bicycle => Vehicle::Bicycle,
        _ => Vehicle::Ebike,
    }
}

fn shifts(draw: &mut Draw, duty: Duty, number: usize) -> Vec<Shift> {
    let every_day = |start_h: u16, hours: u16| {
        (0..7).map(move |weekday| Shift {
            weekday,
            start_min: start_h * 60,
            minutes: hours * 60,
        })
    };
    // Two days off, another pair for each round of the rota.
    let off = (number / ROTA.len()) % 7;
    let works = |shift: &Shift| (usize::from(shift.weekday) + 7 - off) % 7 >= 2;
    match duty {
        Duty::AnyHour => every_day(0, 24).collect(),
        Duty::Early => every_day(6, 8).filter(works).collect(),
        Duty::Late => every_day(14, 8).filter(works).collect(),
        Duty::Night => every_day(22, 8).filter(works).collect(),
        Duty::Office => every_day(8, 9).filter(|shift| shift.weekday < 5).collect(),
        Duty::Daytime => {
            let (start, end) = (draw.whole(7, 9) as u16, draw.whole(18, 21) as u16);
            every_day(start, end - start).filter(works).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::rows::WEEK_MIN;

    #[test]
    fn every_minute_of_the_week_has_a_fifth_of_ten_on_duty() {
        let mut draw = Draw::stream(1, Topic::Responder, 0);
        let rota: Vec<Vec<Shift>> = ROTA
            .iter()
            .enumerate()
            .map(|(i, (_, duty))| shifts(&mut draw, *duty, i))
            .collect();
        for minute in 0..WEEK_MIN {
            let on_duty = rota
                .iter()
                .filter(|shifts| shifts.iter().any(|s| s.covers(minute)));
            assert!(on_duty.count() >= 2, "minute {minute}");
        }
    }

    #[test]
    fn a_night_shift_runs_into_the_next_day_and_week() {
        let sunday = Shift {
            weekday: 6,
            start_min: 22 * 60,
            minutes: 8 * 60,
        };
        assert!(sunday.covers(6 * 1_440 + 23 * 60));
        assert!(sunday.covers(5 * 60 + 59));
        assert!(!sunday.covers(6 * 60));
    }
}
