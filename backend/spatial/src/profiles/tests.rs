use super::*;
use crate::{Crossing, EdgeEnds, Surface, WayKind};

const STREET: EdgeAttributes = EdgeAttributes {
    kind: WayKind::Residential,
    steps: false,
    ramp: false,
    gate: false,
    surface: Surface::Asphalt,
    crossing: Crossing::None,
    crossing_halves: 0,
    incline: None,
    lift: false,
    kerb: false,
    hours: None,
    hours_at: EdgeEnds::Both,
};

const HUNDRED_M: u64 = 100_000_000;

/// Seconds for 100 m at the profile's own pace.
fn seconds(profile: Profile, attributes: EdgeAttributes) -> Option<f64> {
    let cost_um = profile.cost_um(attributes, HUNDRED_M)?;
    Some(cost_um as f64 / 1e6 / profile.speed_m_s())
}

#[test]
fn names_lead_back_to_profiles() {
    for &profile in Profile::ALL {
        assert_eq!(Profile::by_name(profile.name()), Some(profile));
    }
    assert_eq!(Profile::by_name("Elder-Frail"), Some(Profile::ElderFrail));
    assert_eq!(Profile::by_name("level"), None);
    assert!(
        Costing::ALL
            .iter()
            .all(|costing| Costing::from_code(costing.code()) == Some(*costing))
    );
}

#[test]
fn a_level_street_costs_its_length_to_everybody() {
    for &profile in Profile::ALL {
        assert_eq!(profile.cost_um(STREET, HUNDRED_M), Some(HUNDRED_M));
    }
    let stairs = EdgeAttributes {
        steps: true,
        kerb: true,
        incline: Some(900),
        crossing: Crossing::Signals,
        crossing_halves: 2,
        ..STREET
    };
    assert_eq!(Costing::Level.cost_um(stairs, HUNDRED_M), Some(HUNDRED_M));
}

#[test]
fn stairs_kerbs_and_steep_ways_stop_some() {
    let steps = EdgeAttributes {
        steps: true,
        kind: WayKind::Steps,
        ..STREET
    };
    let ramped = EdgeAttributes {
        ramp: true,
        ..steps
    };
    let kerb = EdgeAttributes {
        kerb: true,
        ..STREET
    };
    let steep = |permille| EdgeAttributes {
        incline: Some(permille),
        ..STREET
    };
    let passes = |profile: Profile, attributes| profile.cost_um(attributes, 1).is_some();
    for attributes in [steps, ramped, kerb, steep(84), steep(-84)] {
        assert!(!passes(Profile::Wheelchair, attributes), "{attributes:?}");
        assert!(passes(Profile::ElderFrail, attributes));
    }
    assert!(passes(Profile::Wheelchair, steep(-83)));
    assert!(!passes(Profile::EBike, steps) && passes(Profile::EBike, ramped));
    assert_eq!(seconds(Profile::Worker, steps), Some(250.0));
    assert_eq!(seconds(Profile::ElderUsual, steps), Some(500.0));
}

#[test]
fn slopes_slow_walkers_the_same_in_both_directions() {
    let slope = |permille| EdgeAttributes {
        incline: Some(permille),
        ..STREET
    };
    for permille in [1, 30, 80, 200] {
        let up = seconds(Profile::Worker, slope(permille));
        assert_eq!(up, seconds(Profile::Worker, slope(-permille)));
        assert!(up >= seconds(Profile::Worker, slope(permille - 1)));
    }
    let ten_percent = seconds(Profile::Worker, slope(100)).unwrap();
    assert!((ten_percent / (100.0 / 1.2) - 1.21).abs() < 0.001);
    assert_eq!(
        seconds(Profile::EBike, slope(100)),
        seconds(Profile::EBike, STREET)
    );
}

#[test]
fn who_passes_pays_once() {
    let crossing = EdgeAttributes {
        crossing: Crossing::Signals,
        crossing_halves: 1,
        ..STREET
    };
    let extra = |profile, attributes| {
        2.0 * (seconds(profile, attributes).unwrap() - seconds(profile, STREET).unwrap())
    };
    assert!((extra(Profile::Worker, crossing) - 23.0).abs() < 1e-6);
    assert!((extra(Profile::ElderUsual, crossing) - 30.0).abs() < 1e-6);
    // The three paces share a costing: waits grow with the slower pace.
    assert!((extra(Profile::ElderFrail, crossing) - 40.0).abs() < 1e-6);
    let gate = EdgeAttributes {
        gate: true,
        ..STREET
    };
    assert!((extra(Profile::Wheelchair, gate) - 20.0).abs() < 1e-6);
    let lift = EdgeAttributes {
        lift: true,
        ..STREET
    };
    assert!((extra(Profile::EBike, lift) - 40.0).abs() < 1e-6);
}

#[test]
fn a_bicycle_is_pushed_where_people_walk() {
    let footway = EdgeAttributes {
        kind: WayKind::Footway,
        ..STREET
    };
    let walked = seconds(Profile::EBike, footway).unwrap();
    assert!((walked - 100.0 / 1.2).abs() < 0.02);
    let path = EdgeAttributes {
        kind: WayKind::Path,
        surface: Surface::Ground,
        ..STREET
    };
    assert!(seconds(Profile::EBike, path).unwrap() < walked);
}

#[test]
fn no_length_overflows() {
    for &costing in Costing::ALL {
        let rough = EdgeAttributes {
            surface: Surface::Grass,
            gate: true,
            ..STREET
        };
        assert_eq!(costing.cost_um(rough, u64::MAX), Some(u64::MAX));
    }
}
