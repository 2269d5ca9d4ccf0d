//! Whatever happens in whatever order: no open state without deadline and next owner, one guard,
//! no way out of `closed` but reopening.

use proptest::prelude::*;

use super::world::{OPERATOR, OTHER_OPERATOR, World, responder, signal};
use crate::devices::{Alarm, Recency};
use crate::ids::OfferId;
use crate::incidents::decide::fired::guards;
use crate::incidents::{Closure, IncidentStatus, Input, NextOwner, OfferState, Outcome, TimerKind};

#[derive(Clone, Debug)]
enum Step {
    Alarm(Vec<Alarm>, Recency),
    PreAlarm,
    CancelPreAlarm,
    Acknowledge(bool),
    Identify,
    Accept(usize),
    Decline(usize),
    Depart,
    Arrive,
    Close(bool, bool),
    Reopen,
    Wait,
    Stale(TimerKind, u16),
}

fn step() -> impl Strategy<Value = Step> {
    let alarm = prop::sample::select(Alarm::ALL.to_vec());
    let recency = prop::sample::select(Recency::ALL.to_vec());
    let kind = prop::sample::select(TimerKind::ALL.to_vec());
    prop_oneof![
        3 => (prop::collection::vec(alarm, 0..3), recency).prop_map(|(a, r)| Step::Alarm(a, r)),
        1 => Just(Step::PreAlarm),
        1 => Just(Step::CancelPreAlarm),
        1 => any::<bool>().prop_map(Step::Acknowledge),
        1 => Just(Step::Identify),
        3 => (0_usize..12).prop_map(Step::Accept),
        2 => (0_usize..12).prop_map(Step::Decline),
        2 => Just(Step::Depart),
        2 => Just(Step::Arrive),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(o, n)| Step::Close(o, n)),
        1 => Just(Step::Reopen),
        4 => Just(Step::Wait),
        1 => (kind, 0_u16..5).prop_map(|(k, r)| Step::Stale(k, r)),
    ]
}

fn offer(world: &World, index: usize) -> OfferId {
    world
        .context
        .offers
        .get(index)
        .map_or(OfferId(uuid::Uuid::nil()), |offer| offer.id)
}

fn input(world: &World, step: &Step) -> Option<Input> {
    Some(match step {
        Step::Alarm(alarms, recency) => Input::Alarm(signal(alarms, *recency, world.now)),
        Step::PreAlarm => Input::PreAlarm(signal(&[Alarm::Fall], Recency::Live, world.now)),
        Step::CancelPreAlarm => Input::CancelPreAlarm,
        Step::Acknowledge(first) => Input::Acknowledge {
            by: if *first { OPERATOR } else { OTHER_OPERATOR },
        },
        Step::Identify => Input::Identify { by: OPERATOR },
        Step::Accept(index) => Input::Accept {
            offer: offer(world, *index),
        },
        Step::Decline(index) => Input::Decline {
            offer: offer(world, *index),
        },
        Step::Depart => Input::Depart { by: responder(0) },
        Step::Arrive => Input::Arrive { by: responder(0) },
        Step::Close(as_operator, has_note) => Input::Close(Closure {
            by: OPERATOR,
            as_operator: *as_operator,
            outcome: Outcome::Other,
            has_note: *has_note,
        }),
        Step::Reopen => Input::Reopen { by: OPERATOR },
        Step::Stale(kind, rung) => Input::TimerFired {
            kind: *kind,
            rung: *rung,
        },
        Step::Wait => return None,
    })
}

fn check(world: &World) {
    let Some(incident) = &world.context.incident else {
        return;
    };
    let accepted = world
        .context
        .offers
        .iter()
        .filter(|o| o.state == OfferState::Accepted)
        .count();
    assert!(accepted <= 1, "two responders go");
    if incident.status == IncidentStatus::Closed {
        assert!(
            incident.deadline_at.is_none() && world.timer.is_none() && incident.open_key.is_none()
        );
        assert_eq!(incident.next_owner, NextOwner::Nobody);
        return;
    }
    assert!(incident.open_key.is_some(), "an open incident has a key");
    assert_ne!(incident.next_owner, NextOwner::Nobody);
    let timer = world.timer.as_ref().expect("an open incident has a guard");
    assert_eq!(incident.deadline_at, Some(timer.due_at));
    assert!(
        guards(timer.kind, incident.status),
        "{} guards {}",
        timer.kind,
        incident.status
    );
    assert_eq!(
        timer.rung, incident.rung,
        "the guard names the present rung"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn no_state_without_deadline_and_owner(
        responders in 0_u128..12,
        known in any::<bool>(),
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let mut world =
            if known { World::with_responders(responders) } else { World::of_strangers() };
        for step in &steps {
            let before = world.context.incident.clone();
            match input(&world, step) {
                Some(input) => { let _ = world.decide(&input); }
                None if world.timer.is_some() => { world.wait(); }
                None => {}
            }
            check(&world);
            let after = world.context.incident.clone();
            if let (Some(before), Some(after)) = (before, after)
                && before.status == IncidentStatus::Closed
                && before.id == after.id
            {
                let reopened = matches!(step, Step::Reopen) && after.is_open();
                prop_assert!(before == after || reopened, "left `closed` by {step:?}");
            }
        }
    }
}
