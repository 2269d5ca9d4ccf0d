//! One decision, one change: saved whole or not at all.

use domain::access::Action;
use domain::apply::{ApplyError, Carried, Deed, apply};
use domain::ids::{IncidentId, TimerId};
use domain::incidents::{IncidentStatus, Input, Refusal, ReportedKind};
use domain::ports::{Change, Identifiers, Ports, Store, StoreError, Target};
use uuid::Uuid;

use super::Fixture;
use super::town::{EAST, ELDER, OPERATOR};
use super::world::World;

pub(super) fn an_alarm_opens_an_incident<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let frame = world.sos("a");
    let change = world.alarm_change(&frame);
    world.store().save(change.clone()).expect("saved");
    let inside = world.inside();
    let decided = change.decision.incident.expect("an incident");
    assert_eq!(inside.incidents, std::slice::from_ref(&decided));
    assert_eq!(inside.timeline, change.decision.timeline);
    assert_eq!(inside.pending.len(), 1);
    let [kept] = &inside.frames[..] else {
        panic!("one frame: {:?}", inside.frames)
    };
    assert_eq!((kept.id, &kept.raw), (frame.id, &frame.raw));
    assert_eq!(
        (kept.incident_id, kept.undecided),
        (Some(decided.id), false)
    );
    let written: Vec<_> = inside.notices.iter().map(|notice| notice.id).collect();
    let mut wanted: Vec<_> = change.decision.outbox.iter().map(|item| item.id).collect();
    wanted.sort_unstable();
    assert_eq!(written, wanted);
    assert_eq!(world.context(decided.id).offers, change.decision.offers);
}

pub(super) fn an_old_version_conflicts<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let incident = world.opened();
    let context = world.context(incident.id);
    let offer = context.offers[0].id;
    let taken = world.decide(&context, &Input::Acknowledge { by: OPERATOR });
    let accepted = world.decide(&context, &Input::Accept { offer });
    world
        .store()
        .save(world.change(EAST, taken))
        .expect("the first is saved");
    let before = world.inside();
    let second = world.change(EAST, accepted);
    assert_eq!(
        world.store().save(second.clone()),
        Err(StoreError::Conflict)
    );
    let mut never_stored = second;
    never_stored
        .decision
        .incident
        .as_mut()
        .expect("an incident")
        .id = IncidentId(Uuid::from_u128(0xDEAD));
    assert_eq!(world.store().save(never_stored), Err(StoreError::Conflict));
    assert_eq!(world.inside(), before);
    world
        .accept(incident.id, offer)
        .expect("decided again, it is saved");
}

pub(super) fn a_second_first_alarm_conflicts<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let (first, second) = (world.sos("a"), world.sos("b"));
    let (one, other) = (world.alarm_change(&first), world.alarm_change(&second));
    world.store().save(one).expect("the first is saved");
    assert_eq!(world.store().save(other), Err(StoreError::Conflict));
    assert_eq!(world.inside().frames.len(), 1);
    let joined = world.receive(&second).incident.expect("the incident");
    assert_eq!((joined.repeats, world.inside().incidents.len()), (1, 1));
}

pub(super) fn an_ended_cause_may_begin_again<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let first = world.opened();
    world.close(first.id);
    world.wait(1);
    let second = world
        .receive(&world.sos("later"))
        .incident
        .expect("an incident");
    assert_ne!(first.id, second.id);
    assert_eq!(second.open_key, first.open_key);
    // The resident has an open incident again, so the old one cannot become a second.
    let reopened = world.input(first.id, &Input::Reopen { by: OPERATOR });
    assert_eq!(reopened, Err(ApplyError::Contended));
    world.close(second.id);
    world
        .input(first.id, &Input::Reopen { by: OPERATOR })
        .expect("reopened");
    assert_eq!(
        world.context(first.id).incident.expect("it").open_key,
        first.open_key
    );
}

pub(super) fn an_event_is_stored_once<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let incident = world.opened();
    let again = world.decide(
        &world.context(incident.id),
        &Input::Acknowledge { by: OPERATOR },
    );
    // Another frame, the same event: a device that sends its alarm until it is answered.
    let copy = Change {
        frame: Some(world.sos("first")),
        ..world.change(EAST, again.clone())
    };
    let before = world.inside();
    assert_eq!(world.store().save(copy), Err(StoreError::Duplicate));
    assert_eq!(world.inside(), before);
    let other = Change {
        frame: Some(world.sos("other")),
        ..world.change(EAST, again)
    };
    world.store().save(other).expect("another event is saved");
    assert_eq!(world.inside().frames.len(), 2);
}

pub(super) fn a_key_makes_one_incident<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let report = |key: &str| {
        let target = Target::Resident {
            organisation_id: EAST,
            resident_id: ELDER,
            idempotency: Some((OPERATOR, key.to_owned())),
        };
        let input = Input::Report {
            by: OPERATOR,
            kind: ReportedKind::HelpRequest,
        };
        apply(&world.engine, &target, &input, &Carried::default()).expect("reported")
    };
    let first = report("one");
    let again = report("one");
    assert!(!first.already_known && again.already_known);
    assert_eq!(first.incident_id, again.incident_id);
    let joined = report("two").incident.expect("the incident");
    assert_eq!((Some(joined.id), joined.repeats), (first.incident_id, 1));
    let late = world.decide(
        &world.context(joined.id),
        &Input::Acknowledge { by: OPERATOR },
    );
    let key = Some((OPERATOR, "two".to_owned()));
    let late = Change {
        idempotency: key,
        ..world.change(EAST, late)
    };
    assert_eq!(world.store().save(late), Err(StoreError::Duplicate));
}

pub(super) fn a_refused_change_leaves_nothing<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let incident = world.opened();
    let context = world.context(incident.id);
    let accept = Input::Accept {
        offer: context.offers[0].id,
    };
    let good = || {
        let frame = Some(world.sos("new"));
        Change {
            frame,
            ..world.change(EAST, world.decide(&context, &accept))
        }
    };
    let mut stale = good();
    stale.decision.expected_version = Some(incident.version + 1);
    let unclaimed = Some((TimerId(world.engine.identifiers().fresh()), 1));
    let mut taken_notice = good();
    taken_notice.decision.outbox[0].id = world.inside().notices[0].id;
    let mut taken_frame = world.sos("another");
    taken_frame.id = world.inside().frames[0].id;
    let refused = [
        (stale, StoreError::Conflict),
        (
            Change {
                frame: Some(world.sos("first")),
                ..good()
            },
            StoreError::Duplicate,
        ),
        (
            Change {
                frame: Some(taken_frame),
                ..good()
            },
            StoreError::Duplicate,
        ),
        (
            Change {
                timer: unclaimed,
                ..good()
            },
            StoreError::Fenced,
        ),
        (taken_notice, StoreError::Duplicate),
    ];
    let before = world.inside();
    for (change, why) in refused {
        assert_eq!(world.store().save(change), Err(why));
        assert_eq!(world.inside(), before);
        assert_eq!(world.context(incident.id), context);
    }
    world.store().save(good()).expect("saved");
    let accepted = world.context(incident.id).incident.expect("it");
    assert_eq!(accepted.status, IncidentStatus::Accepted);
}

pub(super) fn a_deed_is_written_down<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let incident = world.opened();
    assert_eq!(world.inside().audit, []);
    let target = Target::Incident {
        organisation_id: EAST,
        id: incident.id,
    };
    let note = Some("打电话确认".to_owned());
    let deed = Deed {
        by: OPERATOR,
        action: Action::IncidentAcknowledge,
        note,
    };
    let carried = Carried {
        deed: Some(deed.clone()),
        ..Carried::default()
    };
    apply(
        &world.engine,
        &target,
        &Input::Acknowledge { by: OPERATOR },
        &carried,
    )
    .expect("taken");
    let audit = world.inside().audit;
    let [entry] = &audit[..] else {
        panic!("one line: {audit:?}")
    };
    assert_eq!(
        (entry.account_id, entry.object_id),
        (Some(OPERATOR), incident.id.0)
    );
    assert_eq!(
        (entry.action.as_str(), &entry.note),
        ("incident_acknowledge", &deed.note)
    );
    assert_eq!(entry.at, world.now());
    // What is refused was not done.
    let refused = apply(
        &world.engine,
        &target,
        &Input::Reopen { by: OPERATOR },
        &carried,
    );
    assert_eq!(refused, Err(ApplyError::Refused(Refusal::NotClosed)));
    assert_eq!(world.inside().audit, audit);
}
