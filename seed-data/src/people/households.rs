//! Residents, the homes they share, their family and their watches.

use uuid::Uuid;

use super::names::{Generation, fill};
use super::{
    Device, EntryCard, FamilyContact, Home, Inventor, Language, People, ReadingLevel, Relation,
    Resident, Settlement, Sex, is_village,
};
use crate::draw::{Draw, Topic};
use crate::plane::Place;

/// How crowded committees are against each other.
const CROWDS: [f64; 7] = [0.5, 0.7, 0.9, 1.0, 1.1, 1.4, 1.8];
/// Share of households with one resident who lives alone.
const ALONE: f64 = 0.36;
/// Share of households with a couple; the rest live with younger family.
const COUPLE: f64 = 0.34;
/// Share of residents with a watch.
const WATCHES: f64 = 0.7;
/// A door is this far from its place on the street, metres.
const DOOR_M: (f64, f64) = (10.0, 38.0);

/// Invents `total` residents and everything tied to them.
pub(super) fn invent(
    inventor: &mut Inventor,
    settled: &[&Settlement<'_>],
    total: u32,
    people: &mut People,
    done: &mut dyn FnMut(u64),
) {
    let shares = shares(inventor.seed, settled.len(), total);
    for (number, (&settlement, count)) in settled.iter().zip(shares).enumerate() {
        let mut draw = Draw::stream(inventor.seed, Topic::Household, number as u32);
        let until = people.residents.len() + count as usize;
        while people.residents.len() < until {
            let home = home(inventor, &mut draw, settlement);
            household(inventor, &mut draw, home.id, until, people);
            people.homes.push(home);
        }
        done(people.residents.len() as u64);
    }
}

/// How many residents each settlement has; the sum is exactly `total`.
fn shares(seed: u64, settlements: usize, total: u32) -> Vec<u32> {
    let mut draw = Draw::stream(seed, Topic::Household, u32::MAX);
    let weights: Vec<f64> = (0..settlements).map(|_| *draw.pick(&CROWDS)).collect();
    let sum: f64 = weights.iter().sum();
    let (mut before, mut given) = (0.0, 0);
    let mut shares = Vec::with_capacity(settlements);
    for (number, weight) in weights.iter().enumerate() {
        before += weight;
        let last = number + 1 == settlements;
        let until = if last {
            total
        } else {
            (f64::from(total) * before / sum) as u32
        };
        shares.push(until - given);
        given = until;
    }
    shares
}

fn home(inventor: &Inventor, draw: &mut Draw, settlement: &Settlement<'_>) -> Home {
    let words = &inventor.words;
    let village = is_village(settlement.committee);
    let lift = !village && draw.chance(0.25);
    let floor = match (village, lift) {
        (true, _) => 1,
        (false, false) => draw.whole(1, 6),
        (false, true) => draw.whole(1, 18),
    };
    let room = floor * 100 + draw.whole(1, 4);
    let pattern = if village {
        &words.address_village
    } else {
        &words.address
    };
    let (group, number) = (
        draw.whole(1, 12).to_string(),
        draw.whole(1, 150).to_string(),
    );
    let (committee, room) = (settlement.committee.name.as_str(), room.to_string());
    let place = format!("{}{committee}", settlement.unit.name);
    let blanks = [
        ("committee", &*place),
        ("group", &*group),
        ("number", &*number),
        ("room", &*room),
    ];
    Home {
        id: draw.id(),
        committee_code: settlement.committee.code.clone(),
        address: fill(pattern, &blanks),
        at: door(draw, &settlement.places),
        // At most 18, so it fits.
        storey: i8::try_from(floor).unwrap_or(i8::MAX),
        entry: entry(inventor, draw, floor, lift),
        synthetic: true,
    }
}

fn entry(inventor: &Inventor, draw: &mut Draw, floor: u32, lift: bool) -> EntryCard {
    let words = &inventor.words;
    let gate = draw.pick(&words.gates).clone();
    // The last gate of the list is the open one; it has no code.
    let guarded = words.gates.last().is_some_and(|open| *open != gate);
    let code = format!("{:04}", draw.below(10_000));
    let coded = guarded && draw.chance(0.5);
    EntryCard {
        gate: if coded {
            fill(&words.gate_code, &[("gate", &gate), ("code", &code)])
        } else {
            gate
        },
        floor: fill(&words.floor, &[("floor", &floor.to_string())]),
        lift,
        key: draw.pick(&words.keys).clone(),
        caution: if draw.chance(0.08) {
            words.dog.clone()
        } else {
            String::new()
        },
    }
}

/// A spot off one of the places on the street, in a random direction.
pub(super) fn door(draw: &mut Draw, places: &[Place]) -> Place {
    let place = *draw.pick(places);
    // A direction by rejection: no sine, the same bits everywhere.
    loop {
        let (dx, dy) = (draw.between(-1.0, 1.0), draw.between(-1.0, 1.0));
        let length = (dx * dx + dy * dy).sqrt();
        if (0.1..=1.0).contains(&length) {
            let off_m = draw.between(DOOR_M.0, DOOR_M.1) / length;
            return place.moved(dx * off_m, dy * off_m);
        }
    }
}

/// Fills a home with one or two residents, their family and watches.
fn household(
    inventor: &mut Inventor,
    draw: &mut Draw,
    home_id: Uuid,
    until: usize,
    people: &mut People,
) {
    let kind = draw.unit();
    let alone = kind < ALONE;
    let couple = (ALONE..ALONE + COUPLE).contains(&kind) && people.residents.len() + 2 <= until;
    let sexes: &[Sex] = match (couple, draw.chance(0.62)) {
        (true, _) => &[Sex::Male, Sex::Female],
        (false, true) => &[Sex::Female],
        (false, false) => &[Sex::Male],
    };
    for &sex in sexes {
        let resident = resident(inventor, draw, home_id, sex, alone);
        add_family(inventor, draw, &resident, people);
        if draw.chance(WATCHES) {
            people.devices.push(Device {
                id: draw.id(),
                uid: inventor.numbers.uid(),
                resident_id: resident.id,
                protocol: "watch",
                synthetic: true,
            });
        }
        people.residents.push(resident);
    }
}

fn resident(
    inventor: &mut Inventor,
    draw: &mut Draw,
    home_id: Uuid,
    sex: Sex,
    living_alone: bool,
) -> Resident {
    let surname = inventor.words.surname(draw);
    let name = format!(
        "{surname}{}",
        inventor.words.given(draw, Generation::Elder, sex)
    );
    let languages: &[Language] = match draw.below(10) {
        0..=5 => &[Language::Wu, Language::Mandarin],
        6..=8 => &[Language::Mandarin],
        _ => &[Language::Wu],
    };
    let easy = draw.chance(0.4);
    Resident {
        id: draw.id(),
        home_id,
        name,
        sex,
        // The younger of two draws: there are fewer people of ninety than of seventy.
        birth_year: draw.whole(1930, 1965).max(draw.whole(1930, 1965)) as i16,
        phone: inventor.numbers.phone(),
        living_alone,
        languages: languages.to_vec(),
        reading_level: if easy {
            ReadingLevel::Easy
        } else {
            ReadingLevel::Standard
        },
        synthetic: true,
    }
}

fn add_family(inventor: &mut Inventor, draw: &mut Draw, resident: &Resident, people: &mut People) {
    for _ in 0..*draw.pick(&[0, 1, 1, 1, 2, 2]) {
        let relation = *draw.pick(&[
            Relation::Daughter,
            Relation::Daughter,
            Relation::Son,
            Relation::Son,
            Relation::Grandchild,
            Relation::NieceOrNephew,
        ]);
        let sex = match relation {
            Relation::Daughter => Sex::Female,
            Relation::Son => Sex::Male,
            Relation::Grandchild | Relation::NieceOrNephew => *draw.pick(Sex::ALL),
        };
        // Children mostly carry their father's name.
        let own =
            resident.sex == Sex::Male && matches!(relation, Relation::Daughter | Relation::Son);
        let surname = match own.then(|| resident.name.chars().next()).flatten() {
            Some(first) => first.to_string(),
            None => inventor.words.surname(draw).to_owned(),
        };
        let given = inventor.words.given(draw, Generation::Younger, sex);
        people.family.push(FamilyContact {
            id: draw.id(),
            resident_id: resident.id,
            name: format!("{surname}{given}"),
            phone: inventor.numbers.phone(),
            relation,
            synthetic: true,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_the_total() {
        for (settlements, total) in [(8, 300), (567, 120_000), (1, 5), (5, 3)] {
            assert_eq!(shares(1, settlements, total).iter().sum::<u32>(), total);
        }
        assert!(shares(1, 0, 300).is_empty());
    }

    #[test]
    fn a_door_is_a_few_steps_off_the_street() {
        let mut draw = Draw::stream(1, Topic::Household, 0);
        let street = Place {
            lon: 121.4,
            lat: 31.4,
        };
        let plane = crate::plane::Plane {
            lon: street.lon,
            lat: street.lat,
        };
        for _ in 0..200 {
            let door = door(&mut draw, &[street]);
            let off_m = plane
                .spot(door.lon, door.lat)
                .distance(plane.spot(121.4, 31.4));
            assert!((9.9..=38.1).contains(&off_m), "{off_m}");
        }
    }
}
