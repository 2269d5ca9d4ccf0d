use domain::evidence::Known;
use domain::geo::Datum;
use domain::ids::{AccountId, ClosureId, HomeId, ResidentId};
use domain::residents::Climb;
use domain::responders::Missions;
use uuid::Uuid;

use super::*;

const OWN: OrganisationId = OrganisationId(Uuid::from_u128(1));
const OTHER: OrganisationId = OrganisationId(Uuid::from_u128(2));
/// Degrees of latitude of one metre.
const METRE: f64 = 1.0 / 111_195.0;

fn place(north_m: f64) -> Coordinate {
    Coordinate::declared(10.0, 20.0 + north_m * METRE, Datum::Wgs84).expect("a place")
}

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn home(storey: Option<i8>, lift: Option<bool>) -> IncidentContext {
    IncidentContext {
        organisation_id: OWN,
        incident: None,
        offers: Vec::new(),
        device: None,
        resident: Some(ResidentFacts {
            id: ResidentId(Uuid::nil()),
            home_id: HomeId(Uuid::nil()),
            at: Some(place(0.0)),
            climb: Climb { storey, lift },
            languages: Vec::new(),
            requires: Vec::new(),
            committee_code: None,
            care: domain::residents::Care::default(),
            synthetic: true,
        }),
        family: Vec::new(),
        operators: Vec::new(),
        missions: Missions::default(),
        unknown_last_minute: 0,
        known_event: None,
        evidence: Known::default(),
        under_test: false,
        other: None,
        links: Vec::new(),
        drill: None,
    }
}

fn broken(organisation_id: OrganisationId, north_m: f64) -> StreetClosure {
    StreetClosure {
        id: ClosureId(Uuid::nil()),
        organisation_id,
        kind: ClosureKind::LiftBroken,
        at: place(north_m),
        to: None,
        reason: String::new(),
        reported_by: AccountId(Uuid::nil()),
        since: moment("2026-11-24T06:00:00Z"),
        until: None,
        ended_at: None,
    }
}

fn door(context: &IncidentContext, north_m: f64, closures: &[StreetClosure]) -> Door {
    let lifts = BrokenLifts::of(closures, moment("2026-11-24T07:00:00Z"));
    Door::of(context, Some(place(north_m)), &lifts)
}

fn stairs(storey: i8, lift_broken: bool) -> Option<Stairs> {
    Some(Stairs {
        storey,
        lift_broken,
    })
}

#[test]
fn storeys_cost_what_the_way_up_takes() {
    let at_home = |storey, lift| door(&home(storey, lift), 0.0, &[]);
    let flight_ms = Entrance {
        floor: 5,
        ..Entrance::default()
    };
    let flight_ms = flight_ms.seconds(Mode::Foot.speed_m_s()) * 1_000;
    assert!(flight_ms >= 40_000, "{flight_ms} for five storeys");
    let sixth = at_home(Some(6), Some(false));
    assert_eq!((sixth.ms, sixth.stairs), (flight_ms, stairs(6, false)));
    assert_eq!(at_home(Some(6), None), sixth, "no lift is promised");
    let lifted = at_home(Some(6), Some(true));
    assert_eq!((lifted.ms, lifted.stairs), (45_000, None));
    assert!(at_home(Some(-1), None).ms > 0, "below the street");
    for level in [at_home(Some(1), Some(false)), at_home(Some(1), Some(true))] {
        assert_eq!(level, Door::default());
    }
    assert_eq!(at_home(None, Some(false)), Door::default(), "unknown");
}

#[test]
fn a_broken_lift_is_that_of_its_own_house_and_organisation() {
    let eighteenth = home(Some(18), Some(true));
    let lifted = door(&eighteenth, 0.0, &[]);
    let climbed = door(&home(Some(18), Some(false)), 0.0, &[]);
    let own = door(&eighteenth, 0.0, &[broken(OWN, 20.0)]);
    assert_eq!((own.ms, own.stairs), (climbed.ms, stairs(18, true)));
    assert!(own.ms > 2 * lifted.ms);
    let mended = StreetClosure {
        ended_at: Some(moment("2026-11-24T06:30:00Z")),
        ..broken(OWN, 0.0)
    };
    let street = StreetClosure {
        kind: ClosureKind::StreetClosed,
        ..broken(OWN, 0.0)
    };
    for other in [broken(OWN, 40.0), broken(OTHER, 0.0), mended, street] {
        assert_eq!(door(&eighteenth, 0.0, &[other]), lifted);
    }
    let none = home(Some(18), Some(false));
    assert_eq!(door(&none, 0.0, &[broken(OWN, 0.0)]), climbed);
}

#[test]
fn whoever_is_not_at_home_needs_nobody_upstairs() {
    let sixth = home(Some(6), Some(false));
    assert_eq!(door(&sixth, 90.0, &[]), door(&sixth, 0.0, &[]));
    assert_eq!(door(&sixth, 110.0, &[]), Door::default());
    assert_eq!(
        Door::of(&sixth, None, &BrokenLifts::default()),
        Door::default()
    );
    let stranger = IncidentContext {
        resident: None,
        ..home(None, None)
    };
    assert_eq!(door(&stranger, 0.0, &[]), Door::default());
}
