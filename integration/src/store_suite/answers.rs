//! What people answer.

use domain::apply::{ApplyError, Carried, apply};
use domain::devices::Alarm;
use domain::ids::{IncidentId, ResidentId};
use domain::incidents::{IncidentKind, IncidentStatus, Input, OfferState, Refusal};
use domain::message::MessageKey;
use domain::ports::{Store, StoreError, Target};
use uuid::Uuid;

use super::Fixture;
use super::town::{DAUGHTER, EAST, ELDER, OPERATOR, STRANGE_WATCH, account_of};
use super::world::World;

pub(super) fn of_two_yes_one_is_saved<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let id = world.opened().id;
    let context = world.context(id);
    let yes = |index: usize| {
        let offer = context.offers[index].id;
        world.change(EAST, world.decide(&context, &Input::Accept { offer }))
    };
    let (first, second) = (yes(1), yes(0));
    world.store().save(first).expect("the first yes is saved");
    assert_eq!(world.store().save(second), Err(StoreError::Conflict));
    let after = world.context(id);
    let accepted: Vec<_> = after
        .offers
        .iter()
        .filter(|offer| offer.state == OfferState::Accepted)
        .collect();
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0].id, context.offers[1].id);
    let refused = world.accept(id, context.offers[0].id);
    let taken = Refusal::AlreadyTaken(Some(accepted[0].responder_id));
    assert_eq!(refused, Err(ApplyError::Refused(taken)));
}

pub(super) fn an_answer_is_read_back<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let id = world.opened().id;
    let offers = world.offers(id);
    world.wait(20);
    world
        .input(id, &Input::Decline { offer: offers[0] })
        .expect("declined");
    let saved = world
        .accept(id, offers[1])
        .expect("accepted")
        .incident
        .expect("the incident");
    let context = world.context(id);
    assert_eq!(context.incident, Some(saved.clone()));
    let states: Vec<_> = context.offers.iter().map(|offer| offer.state).collect();
    assert_eq!(
        states,
        [
            OfferState::Declined,
            OfferState::Accepted,
            OfferState::Withdrawn
        ]
    );
    assert!(
        context
            .offers
            .iter()
            .all(|offer| offer.answered_at == Some(world.now()))
    );
    assert_eq!(saved.status, IncidentStatus::Accepted);
    assert_eq!(saved.responder_account_id, Some(account_of(1)));
    assert_eq!(
        (saved.eta_ms, saved.accepted_at),
        (Some(120_000), Some(world.now()))
    );
    let before = world.inside();
    let again = world
        .accept(id, offers[1])
        .expect("the same answer twice is one");
    assert_eq!(again.incident, None);
    assert_eq!(world.inside(), before);
}

pub(super) fn identifying_ties_a_resident<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let alarm = |key| world.frame(STRANGE_WATCH, key, &[Alarm::Fall]);
    let unknown = world.receive(&alarm("a")).incident.expect("an incident");
    let target = Target::Identification {
        organisation_id: EAST,
        id: unknown.id,
        resident_id: ELDER,
    };
    let input = Input::Identify { by: OPERATOR };
    let applied = apply(&world.engine, &target, &input, &Carried::default()).expect("identified");
    let known = applied.incident.expect("the incident");
    assert_eq!(
        (known.kind, known.resident_id),
        (IncidentKind::Fall, Some(ELDER))
    );
    assert_eq!((known.status, applied.offers), (IncidentStatus::Offered, 3));
    let family: Vec<_> = world
        .inside()
        .notices
        .into_iter()
        .filter(|n| n.account_id == DAUGHTER)
        .collect();
    assert_eq!(
        family.iter().map(|n| n.key).collect::<Vec<_>>(),
        [MessageKey::FamilyAlarm]
    );
    // The elder's own watch joins it now, and so does the strange one while it is open.
    for frame in [world.sos("own"), alarm("b")] {
        assert_eq!(world.receive(&frame).incident_id, Some(known.id));
    }
}

pub(super) fn an_unknown_incident_is_not_found<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let id = IncidentId(Uuid::from_u128(0xDEAD));
    let target = Target::Incident {
        organisation_id: EAST,
        id,
    };
    assert_eq!(
        world.store().incident_context(&target),
        Err(StoreError::NotFound)
    );
    let refused = world.input(id, &Input::Acknowledge { by: OPERATOR });
    assert_eq!(refused, Err(ApplyError::Refused(Refusal::NoIncident)));
    let nobody = Target::Resident {
        organisation_id: EAST,
        resident_id: ResidentId(Uuid::from_u128(0xDEAD)),
        idempotency: None,
    };
    let context = world.store().incident_context(&nobody).expect("a context");
    assert_eq!((context.resident, context.incident), (None, None));
}
