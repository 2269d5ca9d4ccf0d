//! Names, codes and counts that are real, compiled in from `facts/`.

use serde::Serialize;

use crate::words::words;

words! {
    /// What a division is.
    pub enum DivisionKind {
        /// The district itself.
        District = "district",
        /// A street office, one of the 13 units.
        Street = "street",
        /// A town, one of the 13 units.
        Town = "town",
        /// The industrial park, one of the 13 units.
        Park = "park",
        /// A residents' committee.
        ResidentsCommittee = "residents_committee",
        /// A villagers' committee.
        VillagersCommittee = "villagers_committee",
    }
}

impl DivisionKind {
    /// A street, town or park: the level that has an operator's seat.
    pub fn is_unit(self) -> bool {
        matches!(self, Self::Street | Self::Town | Self::Park)
    }

    /// The lowest level, where people live.
    pub fn is_committee(self) -> bool {
        matches!(self, Self::ResidentsCommittee | Self::VillagersCommittee)
    }
}

/// A real division: code and name are facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Division {
    /// Statistical code: 6, 9 or 12 digits.
    pub code: String,
    /// Official name.
    pub name: String,
    /// Code of the division above.
    pub parent: String,
    /// What it is.
    pub kind: DivisionKind,
}

/// How many facilities a unit really has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnitCounts {
    pub(crate) code: String,
    pub(crate) elder_care_homes: u32,
    pub(crate) elder_care_beds: u32,
    pub(crate) health_centres: u32,
}

/// Where a unit lies on the sketch, as shares of its width and height; invented.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sketched {
    pub(crate) code: String,
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// The district, its 13 units and their 567 committees.
pub fn divisions() -> Vec<Division> {
    let kind = |word: &str| {
        let found = DivisionKind::ALL.iter().find(|kind| kind.as_str() == word);
        *found.expect("facts are compiled in and read by a test")
    };
    let rows = rows(include_str!("../facts/divisions.csv"));
    rows.map(|[code, name, parent, word]| Division {
        code,
        name,
        parent,
        kind: kind(&word),
    })
    .collect()
}

pub(crate) fn unit_counts() -> Vec<UnitCounts> {
    let rows = rows(include_str!("../facts/counts.csv"));
    rows.map(|[code, _name, homes, beds, centres]| UnitCounts {
        code,
        elder_care_homes: number(&homes),
        elder_care_beds: number(&beds),
        health_centres: number(&centres),
    })
    .collect()
}

pub(crate) fn sketch() -> Vec<Sketched> {
    let rows = rows(include_str!("../facts/sketch.csv"));
    rows.map(|[code, x, y]| Sketched {
        code,
        x: number(&x),
        y: number(&y),
    })
    .collect()
}

/// The invented words of a kind, in file order.
pub(crate) fn words_of(kind: &str) -> Vec<String> {
    let rows = rows(include_str!("../facts/words.csv"));
    rows.filter(|[of, _]| of == kind)
        .map(|[_, text]| text)
        .collect()
}

fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [String; N]> {
    csv::Reader::from_reader(text.as_bytes())
        .into_records()
        .map(|record| {
            let record = record.expect("facts are compiled in and read by a test");
            std::array::from_fn(|column| record[column].to_owned())
        })
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    let parsed = text.parse().ok();
    parsed.expect("facts are compiled in and read by a test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_divisions_are_all_there() {
        let divisions = divisions();
        let count = |test: fn(DivisionKind) -> bool| {
            divisions
                .iter()
                .filter(|division| test(division.kind))
                .count()
        };
        assert_eq!(count(|kind| kind == DivisionKind::District), 1);
        assert_eq!(count(DivisionKind::is_unit), 13);
        assert_eq!(count(|kind| kind == DivisionKind::ResidentsCommittee), 464);
        assert_eq!(count(|kind| kind == DivisionKind::VillagersCommittee), 103);
        let known = |code: &str| divisions.iter().any(|division| division.code == code);
        for division in &divisions {
            let top = division.kind == DivisionKind::District;
            assert!(top || known(&division.parent), "{division:?}");
        }
    }

    #[test]
    fn the_counts_add_up_and_every_unit_is_sketched() {
        let counts = unit_counts();
        assert_eq!(
            counts.iter().map(|unit| unit.elder_care_homes).sum::<u32>(),
            48
        );
        assert_eq!(
            counts.iter().map(|unit| unit.elder_care_beds).sum::<u32>(),
            15_294
        );
        assert_eq!(
            counts.iter().map(|unit| unit.health_centres).sum::<u32>(),
            18
        );
        let sketch = sketch();
        for division in divisions()
            .iter()
            .filter(|division| division.kind.is_unit())
        {
            assert!(
                counts.iter().any(|unit| unit.code == division.code),
                "{division:?}"
            );
            assert!(
                sketch.iter().any(|unit| unit.code == division.code),
                "{division:?}"
            );
        }
    }

    #[test]
    fn invented_words_exist_for_every_kind_asked_for() {
        for kind in [
            "surname",
            "elder_given_f",
            "elder_given_m",
            "given_f",
            "given_m",
            "gate",
        ] {
            assert!(words_of(kind).len() >= 4, "{kind}");
        }
        assert!(words_of("no such kind").is_empty());
    }
}
