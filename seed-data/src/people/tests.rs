//! People on given places, as on a real map.

use super::*;
use crate::facts::divisions;

/// An invented lattice of places.
fn lattice() -> Vec<(f64, f64)> {
    let at = |i: u32| {
        (
            121.0 + f64::from(i % 10) * 0.002,
            31.0 + f64::from(i / 10) * 0.002,
        )
    };
    (0..100).map(at).collect()
}

const OPTIONS: Options = Options {
    seed: 1,
    scale: Scale::Small,
};

#[test]
fn people_live_at_the_places_given() {
    let counts = Counts {
        residents: 120,
        responders: 30,
        committees: 7,
    };
    let people = people_at(&OPTIONS, &lattice(), &divisions(), counts);
    assert_eq!(people.residents.len(), 120);
    assert_eq!(people.responders.len(), 30);
    for home in &people.homes {
        assert!((120.99..121.03).contains(&home.at.lon), "{home:?}");
        assert!((30.99..31.03).contains(&home.at.lat), "{home:?}");
        assert!(home.committee_code.starts_with(PILOT_UNIT), "{home:?}");
    }
    let again = people_at(&OPTIONS, &lattice(), &divisions(), counts);
    assert_eq!(people, again);
}

#[test]
fn the_order_of_places_does_not_matter() {
    let counts = Counts::of(Scale::Small);
    let mut reversed = lattice();
    reversed.reverse();
    let people = |places: &[(f64, f64)]| people_at(&OPTIONS, places, &divisions(), counts);
    assert_eq!(people(&lattice()), people(&reversed));
}

#[test]
fn without_places_there_is_only_staff() {
    let people = people_at(&OPTIONS, &[], &divisions(), Counts::of(Scale::Small));
    assert!(people.residents.is_empty() && people.responders.is_empty());
    assert_eq!((people.operators.len(), people.admins.len()), (14, 1));
}

#[test]
fn neighbours_share_a_committee_and_no_place_is_lost() {
    let groups = grouped(&lattice(), 8);
    assert_eq!(groups.len(), 8);
    assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), 100);
    for group in groups {
        let lats = group.iter().map(|place| place.lat);
        let (low, high) = lats.fold((f64::MAX, f64::MIN), |(l, h), lat| (l.min(lat), h.max(lat)));
        assert!(
            high - low < 0.0121,
            "a group is {} degrees high",
            high - low
        );
    }
}
