//! Each promise is seen to be broken when it is broken.
#![expect(
    clippy::disallowed_methods,
    reason = "durations are printed; nothing depends on them"
)]

use std::time::Instant;

use super::*;
use crate::{Category, Options, Scale, district};

fn small(seed: u64) -> District {
    district(
        &Options {
            seed,
            scale: Scale::Small,
        },
        &mut |_| {},
    )
}

/// The complaints about a small district after one change.
fn after(change: fn(&mut District)) -> Vec<Complaint> {
    let mut district = small(1);
    change(&mut district);
    complaints(&district)
}

/// Homes for elders, their beds, and health centres.
fn published(district: &District) -> (usize, u32, usize) {
    let of = |category| {
        district
            .facilities
            .iter()
            .filter(move |row| row.category == category)
    };
    let beds = of(Category::ElderCareHome).filter_map(|row| row.beds).sum();
    (
        of(Category::ElderCareHome).count(),
        beds,
        of(Category::HealthCentre).count(),
    )
}

#[test]
fn a_small_district_keeps_every_promise() {
    for seed in [0, 1, 2, 3, 42, u64::MAX] {
        let began = Instant::now();
        let district = small(seed);
        let took = began.elapsed();
        let junctions = district.streets.junctions();
        eprintln!("small, seed {seed}: {junctions} junctions in {took:?}");
        assert!(junctions >= Scale::Small.fewest_junctions(), "{junctions}");
        assert_eq!(district.people.residents.len(), 300);
        assert_eq!(district.people.responders.len(), 60);
        assert_eq!(published(&district), (10, 4_072, 3));
        assert_eq!(complaints(&district), []);
    }
}

#[test]
fn the_whole_district_keeps_every_promise() {
    let began = Instant::now();
    let district = district(
        &Options {
            seed: 1,
            scale: Scale::District,
        },
        &mut |_| {},
    );
    let generated = began.elapsed();
    let junctions = district.streets.junctions();
    let found = complaints(&district);
    eprintln!(
        "district: {junctions} junctions, {} nodes, {} facilities in {generated:?}, checked in {:?}",
        district.streets.nodes.len(),
        district.facilities.len(),
        began.elapsed() - generated
    );
    assert!(
        junctions >= Scale::District.fewest_junctions(),
        "{junctions}"
    );
    assert_eq!(district.people.residents.len(), 120_000);
    assert_eq!(district.people.responders.len(), 3_000);
    assert_eq!(published(&district), (48, 15_294, 18));
    assert_eq!(found, []);
    assert!(generated.as_secs() < 60, "{generated:?}");
}

#[test]
fn broken_streets_are_seen() {
    let found = after(|district| district.streets.edges[7].b = u32::MAX);
    assert!(found.contains(&Complaint::Edge(7)), "{found:?}");
    let found = after(|district| district.streets.edges[7].b = district.streets.edges[7].a);
    assert!(found.contains(&Complaint::Edge(7)), "{found:?}");
    let found = after(|district| district.streets.edges.truncate(100));
    assert!(
        matches!(found[0], Complaint::Disconnected { .. }),
        "{found:?}"
    );
}

#[test]
fn broken_rows_are_seen() {
    let found = after(|district| {
        let people = &mut district.people;
        people.homes[1].id = people.homes[0].id;
        people.residents[4].synthetic = false;
        people.residents[5].phone = "+8613900000000".to_owned();
        people.family[0].phone = people.family[1].phone.clone();
        people.devices[0].uid = "3512345678".to_owned();
        people.devices[1].resident_id = Uuid::nil();
        people.responders[0].committee_code = "310113999".to_owned();
    });
    let saw = |test: fn(&Complaint) -> bool| found.iter().any(test);
    assert!(saw(|found| matches!(found, Complaint::RepeatedId(_))));
    assert!(saw(|found| matches!(found, Complaint::NotSynthetic(_))));
    assert!(saw(|found| matches!(found, Complaint::Phone(_))));
    assert!(saw(|found| matches!(found, Complaint::RepeatedNumber(_))));
    assert!(saw(|found| matches!(found, Complaint::Uid(_))));
    assert!(saw(|found| matches!(found, Complaint::Dangling(_))));
    assert!(saw(|found| matches!(found, Complaint::Division(_))));
}

#[test]
fn a_far_home_and_an_empty_hour_are_seen() {
    let found = after(|district| district.people.homes[0].at.lat += 1.0);
    assert!(matches!(found[..], [Complaint::FarHome(_)]), "{found:?}");
    let found = after(|district| {
        for responder in &mut district.people.responders {
            responder
                .shifts
                .retain(|shift| shift.start_min >= 6 * 60 && shift.minutes <= 900);
        }
    });
    let night = Complaint::Uncovered {
        minute: 3 * 60,
        on_duty: 0,
    };
    let uncovered = |found: &Complaint| matches!(found, Complaint::Uncovered { .. });
    assert!(
        found.iter().all(uncovered) && !found.is_empty(),
        "{night:?} {found:?}"
    );
}
