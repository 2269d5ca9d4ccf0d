use super::super::samples::{
    ELDER, FIRST, HOME, SECOND, accepted, account_of, incident, offer, responder, subject,
};
use super::*;

fn stands(offers: Vec<Offer>, goes: Option<ResponderId>) -> Relation {
    let incident = Incident {
        responder_id: goes,
        ..incident()
    };
    Standing {
        incident,
        offers,
        crew: None,
    }
    .circumstances(&responder(FIRST))
    .relation
}

#[test]
fn a_responder_stands_to_an_incident_by_their_offers() {
    use OfferState as S;
    let alone = |state| stands(vec![offer(1, FIRST, state)], None);
    assert_eq!(stands(Vec::new(), None), Relation::None);
    assert_eq!(
        stands(vec![offer(1, SECOND, S::Pending)], None),
        Relation::None
    );
    assert_eq!(alone(S::Pending), Relation::Asked);
    assert_eq!(alone(S::Expired), Relation::Asked);
    assert_eq!(alone(S::Declined), Relation::Released);
    assert_eq!(alone(S::Withdrawn), Relation::Released);
    let accepted = vec![offer(1, FIRST, S::Accepted)];
    assert_eq!(stands(accepted.clone(), Some(FIRST)), Relation::Going);
    // Reopened: the old acceptance no longer opens the door.
    assert_eq!(stands(accepted, None), Relation::Released);
}

#[test]
fn the_most_binding_offer_counts() {
    use OfferState as S;
    let again = vec![offer(1, FIRST, S::Declined), offer(2, FIRST, S::Pending)];
    assert_eq!(stands(again, None), Relation::Asked);
    let taken = vec![offer(1, FIRST, S::Accepted), offer(2, FIRST, S::Expired)];
    assert_eq!(stands(taken, Some(FIRST)), Relation::Going);
}

#[test]
fn nobody_else_has_a_relation() {
    let standing = accepted();
    for role in [Role::Operator, Role::Family, Role::Device, Role::Admin] {
        assert_eq!(
            standing.circumstances(&subject(role)).relation,
            Relation::None
        );
    }
}

#[test]
fn a_wrong_role_is_told_so_before_anything_is_looked_up() {
    let family = subject(Role::Family);
    assert_eq!(role(&family, Action::IncidentClose), Err(Denied::Forbidden));
    assert_eq!(role(&family, Action::IncidentRead), Ok(()));
    assert_eq!(
        role(&subject(Role::Admin), Action::ResidentRead),
        Err(Denied::Forbidden)
    );
}

#[test]
fn an_answered_incident_is_closed_to_the_others() {
    let standing = accepted();
    let reads = |subject: &Subject| standing.pass(subject, Action::IncidentRead);
    assert_eq!(reads(&responder(FIRST)), Ok(()));
    assert_eq!(reads(&responder(SECOND)), Err(Denied::Hidden));
    assert_eq!(reads(&subject(Role::Operator)), Ok(()));
    assert_eq!(reads(&subject(Role::Family)), Err(Denied::Hidden));
    let family = Subject {
        resident_ids: vec![ELDER],
        ..subject(Role::Family)
    };
    assert_eq!(reads(&family), Ok(()));
}

#[test]
fn an_offer_is_answered_by_its_own_responder_only() {
    let standing = accepted();
    let mine = &standing.offers[1];
    let accepts = |who| standing.pass_offer(&responder(who), Action::OfferAccept, mine);
    // Too late, but readable as such.
    assert_eq!(accepts(SECOND), Ok(()));
    assert_eq!(accepts(FIRST), Err(Denied::Hidden));
}

#[test]
fn what_is_ones_own_is_nobody_elses() {
    let own_thing = own(HOME, account_of(FIRST));
    let may = |who| pass(&responder(who), Action::PushEndpointSet, &own_thing);
    assert_eq!(may(FIRST), Ok(()));
    assert_eq!(may(SECOND), Err(Denied::Hidden));
}

#[test]
fn a_caller_becomes_the_subject_it_is() {
    let caller = Caller {
        account_id: Uuid::from_u128(7),
        organisation_id: HOME.0,
        role: openapi::Role::Device,
        responder_id: None,
        resident_ids: vec![ELDER.0],
        language: "zh-CN".to_owned(),
        display_name: String::new(),
        device_id: Some(Uuid::from_u128(8)),
        token_id: None,
    };
    let subject = super::subject(&caller);
    assert_eq!(subject.role, Role::Device);
    assert_eq!(subject.resident_ids, [ELDER]);
    assert_eq!(subject.device_id.map(|id| id.0), Some(Uuid::from_u128(8)));
}
