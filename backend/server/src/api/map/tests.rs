use domain::incidents::Incident;

use super::super::samples::{ELDER, FIRST, SECOND, accepted, incident, offer, responder, subject};
use super::*;

fn asked() -> Standing {
    let near = offer(1, SECOND, OfferState::Pending);
    let far = Offer {
        walking_ms: Some(500_000),
        ..offer(2, FIRST, OfferState::Pending)
    };
    Standing {
        incident: incident(),
        offers: vec![far, near],
        crew: None,
    }
}

fn family() -> Subject {
    Subject {
        resident_ids: vec![ELDER],
        ..subject(Role::Family)
    }
}

#[test]
fn the_way_is_drawn_of_whoever_goes() {
    let standing = accepted();
    assert_eq!(walker(&standing, &subject(Role::Operator)), Some(FIRST));
    assert_eq!(walker(&standing, &family()), Some(FIRST));
    assert_eq!(walker(&standing, &responder(FIRST)), Some(FIRST));
    assert_eq!(walker(&standing, &responder(SECOND)), None);
}

#[test]
fn before_a_yes_only_the_seat_sees_the_nearest_way() {
    let standing = asked();
    assert_eq!(walker(&standing, &subject(Role::Operator)), Some(SECOND));
    assert_eq!(walker(&standing, &family()), None);
    assert_eq!(walker(&standing, &responder(SECOND)), None);
    let nobody = Standing {
        offers: Vec::new(),
        ..standing
    };
    assert_eq!(walker(&nobody, &subject(Role::Operator)), None);
}

#[test]
fn a_responder_is_shown_without_the_others_and_family_without_any() {
    let standing = asked();
    let ids = |subject: &Subject| -> Vec<ResponderId> {
        shown_offers(&standing, subject)
            .iter()
            .map(|offer| offer.responder_id)
            .collect()
    };
    assert_eq!(ids(&subject(Role::Operator)), [FIRST, SECOND]);
    assert_eq!(ids(&responder(SECOND)), [SECOND]);
    assert!(ids(&family()).is_empty());
}

#[test]
fn the_newest_offer_to_a_responder_is_the_one_shown() {
    let offers = vec![
        offer(3, FIRST, OfferState::Pending),
        offer(1, FIRST, OfferState::Declined),
    ];
    let standing = Standing {
        incident: Incident {
            reoffered: true,
            ..incident()
        },
        offers,
        crew: None,
    };
    let shown = shown_offers(&standing, &subject(Role::Operator));
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].state, OfferState::Pending);
}

#[test]
fn the_box_is_padded_by_the_same_distance_on_all_sides() {
    let at = |lon, lat| LonLat::new(lon, lat).expect("a place");
    assert_eq!(Area::around(&[]), None);
    let wide = [at(10.0, 60.0), at(10.1, 60.05)];
    let narrow = [at(10.0, 60.0)];
    for (points, pad_m) in [(&wide[..], PAD_M), (&narrow[..], LEAST_M / 2.0)] {
        let area = Area::around(points).expect("a box");
        let [west, south, east, north] = area.bounds()[..] else {
            panic!("four edges")
        };
        let middle = at(10.0, 60.0);
        assert!((middle.haversine_m(at(10.0, south)) - pad_m).abs() < 1.0);
        assert!((middle.haversine_m(at(west, 60.0)) - pad_m).abs() < 2.0);
        assert!(east > 10.0 && north > 60.0);
    }
}
