use domain::identity::Role;
use domain::ids::TimelineId;
use domain::incidents::{Incident, IncidentStatus, OfferState, TimelineEntry, TimelineKind};
use domain::message::facts;
use uuid::Uuid;

use super::super::samples::{
    ELDER, FIRST, HOME, SECOND, accepted, at, incident, offer, responder, subject,
};
use super::*;

fn reaches(standing: &Standing, subject: &Subject) -> bool {
    let line = Numbered {
        seq: 4,
        entry: TimelineEntry {
            id: TimelineId(Uuid::from_u128(61)),
            organisation_id: HOME,
            incident_id: incident().id,
            at: at(),
            kind: TimelineKind::Departed,
            account_id: None,
            facts: facts([]),
        },
    };
    worded(&line, standing, &Names::default(), subject, Language::En).is_some()
}

#[test]
fn a_line_reaches_those_who_may_read_the_history_at_this_moment() {
    let family = Subject {
        resident_ids: vec![ELDER],
        ..subject(Role::Family)
    };
    let standing = accepted();
    assert!(reaches(&standing, &subject(Role::Operator)));
    assert!(reaches(&standing, &family));
    assert!(reaches(&standing, &responder(FIRST)));
    assert!(!reaches(&standing, &responder(SECOND)), "the ask is over");
    assert!(
        !reaches(&standing, &subject(Role::Family)),
        "of another elder"
    );
}

#[test]
fn who_is_only_asked_gets_no_history_and_who_went_gets_none_after_the_end() {
    let asked = Standing {
        crew: None,
        offers: vec![offer(1, SECOND, OfferState::Pending)],
        incident: incident(),
    };
    assert!(!reaches(&asked, &responder(SECOND)));
    let closed = Incident {
        status: IncidentStatus::Closed,
        ..accepted().incident
    };
    assert!(!reaches(
        &Standing {
            incident: closed,
            ..accepted()
        },
        &responder(FIRST)
    ));
}
