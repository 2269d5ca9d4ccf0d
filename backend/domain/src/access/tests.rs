use uuid::Uuid;

use super::*;
use crate::ids::ResponderId;

const HOME: OrganisationId = OrganisationId(Uuid::from_u128(1));
const ELSEWHERE: OrganisationId = OrganisationId(Uuid::from_u128(2));
const OWN: ResidentId = ResidentId(Uuid::from_u128(10));
const STRANGER: ResidentId = ResidentId(Uuid::from_u128(11));

fn subject(role: Role) -> Subject {
    Subject {
        account_id: AccountId(Uuid::from_u128(100)),
        organisation_id: HOME,
        role,
        responder_id: (role == Role::Responder).then_some(ResponderId(Uuid::from_u128(7))),
        resident_ids: vec![OWN],
        device_id: None,
    }
}

fn about(resident: ResidentId) -> Object {
    Object {
        organisation_id: HOME,
        resident_id: Some(resident),
        account_id: None,
    }
}

fn while_open(relation: Relation) -> Circumstances {
    Circumstances {
        relation,
        incident_open: true,
        community: false,
    }
}

#[test]
fn another_organisation_is_never_reached() {
    let object = Object {
        organisation_id: ELSEWHERE,
        ..about(OWN)
    };
    for role in Role::ALL {
        for action in Action::ALL {
            let going = while_open(Relation::Going);
            assert!(
                authorize(&subject(*role), *action, &object, going).is_err(),
                "{role} {action}"
            );
        }
    }
}

#[test]
fn family_reaches_its_own_elder_only() {
    let family = subject(Role::Family);
    let at = |object| {
        authorize(
            &family,
            Action::IncidentRead,
            &object,
            Circumstances::default(),
        )
    };
    assert_eq!(at(about(OWN)), Ok(()));
    assert_eq!(at(about(STRANGER)), Err(Denied::Hidden));
    assert_eq!(at(Object::organisation(HOME)), Err(Denied::Hidden));
}

#[test]
fn a_responder_reads_while_asked_and_acts_after_accepting() {
    let responder = subject(Role::Responder);
    let may = |action, circumstances| {
        authorize(&responder, action, &about(STRANGER), circumstances).is_ok()
    };
    let closed = Circumstances {
        relation: Relation::Going,
        incident_open: false,
        community: false,
    };
    assert!(!may(Action::IncidentRead, while_open(Relation::None)));
    assert!(may(Action::IncidentRead, while_open(Relation::Asked)));
    assert!(!may(Action::IncidentArrive, while_open(Relation::Asked)));
    assert!(may(Action::IncidentArrive, while_open(Relation::Going)));
    assert!(!may(Action::IncidentRead, while_open(Relation::Released)));
    assert!(!may(Action::IncidentRead, closed));
}

#[test]
fn the_door_is_shown_only_to_the_one_who_goes() {
    let seen = |role, circumstances| visibility(&subject(role), circumstances).entry_card;
    assert!(!seen(Role::Responder, while_open(Relation::Asked)));
    assert!(seen(Role::Responder, while_open(Relation::Going)));
    assert!(!seen(
        Role::Responder,
        Circumstances {
            relation: Relation::Going,
            incident_open: false,
            community: false,
        }
    ));
    assert!(!seen(Role::Family, Circumstances::default()));
    assert!(seen(Role::Operator, Circumstances::default()));
}

#[test]
fn somebody_elses_own_things_are_hidden() {
    let theirs = Object {
        account_id: Some(AccountId(Uuid::from_u128(999))),
        ..Object::organisation(HOME)
    };
    for role in Role::ALL {
        let asked = authorize(
            &subject(*role),
            Action::PushEndpointSet,
            &theirs,
            Circumstances::default(),
        );
        assert!(asked.is_err(), "{role}");
    }
}

#[test]
fn devices_report_and_nothing_else() {
    let device = subject(Role::Device);
    let allowed: Vec<&str> = Action::ALL
        .iter()
        .filter(|action| {
            authorize(&device, **action, &about(OWN), while_open(Relation::Going)).is_ok()
        })
        .map(|action| action.as_str())
        .collect();
    assert_eq!(allowed, ["whoami", "incident_report", "device_trace"]);
}
