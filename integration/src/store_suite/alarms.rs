//! Alarms through the engine: found again, joined, counted, kept.

use domain::apply::{Applied, apply_alarm};
use domain::devices::{Alarm, ReceivedFrame};
use domain::identity::Contact;
use domain::incidents::{
    IncidentContext, IncidentKind, IncidentStatus, Input, LadderKind, TimelineKind,
    UNKNOWN_FLOOD_PER_MINUTE,
};
use domain::message::MessageKey;
use domain::notices::DeliveryState;
use domain::ports::{Store, StoreError};

use super::Fixture;
use super::town::{
    DAUGHTER, EAST, ELDER, NEIGHBOURS_WATCH, OPERATOR, SPARE_WATCH, STRANGE_WATCH, WATCH,
};
use super::world::{World, closure, device_target};

pub(super) fn an_applied_alarm_is_found_again<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let frame = world.sos("a");
    let applied = world.receive(&frame);
    let incident = applied.incident.clone().expect("an incident");
    assert_eq!(
        (
            applied.offers,
            applied.ranked_us,
            world.engine.wake_ups.rung()
        ),
        (3, 7, 1)
    );
    let context = read(&world, &world.sos("b"));
    assert_eq!(context.organisation_id, EAST);
    assert_eq!(context.incident, Some(incident.clone()));
    assert_eq!(context.offers.len(), 3);
    assert_eq!(
        context.device.map(|device| device.resident_id),
        Some(Some(ELDER))
    );
    assert_eq!(context.resident.map(|resident| resident.id), Some(ELDER));
    let written_to = |contacts: Vec<Contact>| -> Vec<_> {
        contacts.iter().map(|contact| contact.account_id).collect()
    };
    assert_eq!(written_to(context.family), [DAUGHTER]);
    assert_eq!(written_to(context.operators), [OPERATOR]);
    assert_eq!(
        (context.known_event, context.unknown_last_minute),
        (None, 0)
    );
    assert_eq!(read(&world, &frame).known_event, Some(incident.id));
}

pub(super) fn a_repeated_frame_is_known<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let first = world.receive(&world.sos("a"));
    let before = world.inside();
    world.wait(7);
    // The clock of the device says the same; a new frame, the same event.
    let mut copy = world.sos("a");
    copy.received_at = world.now();
    let again = world.receive(&copy);
    let known = Applied {
        incident: None,
        already_known: true,
        offers: 0,
        ranked_us: 0,
        ..first
    };
    assert_eq!(again, known);
    assert_eq!(world.inside(), before);
}

pub(super) fn another_alarm_joins<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let first = world.opened();
    world.wait(5);
    let joined = world.receive(&world.frame(WATCH, "fall", &[Alarm::Fall]));
    let incident = joined.incident.expect("the incident");
    assert_eq!((incident.id, incident.repeats), (first.id, 1));
    assert_eq!(incident.version, first.version + 1);
    let inside = world.inside();
    assert_eq!(inside.incidents, std::slice::from_ref(&incident));
    assert!(
        inside
            .frames
            .iter()
            .all(|frame| frame.incident_id == Some(incident.id))
    );
    assert_eq!(inside.frames.len(), 2);
}

pub(super) fn attention_has_an_incident_of_its_own<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let battery = |key| world.frame(WATCH, key, &[Alarm::LowBattery]);
    let attention = world.receive(&battery("b1")).incident.expect("an incident");
    let life = world.opened();
    assert_ne!(attention.id, life.id);
    let joined = world
        .receive(&battery("b2"))
        .incident
        .expect("the incident");
    assert_eq!(
        (joined.id, joined.ladder),
        (attention.id, LadderKind::Attention)
    );
    let neighbour = world.receive(&world.frame(NEIGHBOURS_WATCH, "n", &[Alarm::Sos]));
    assert_ne!(neighbour.incident_id, Some(life.id));
    assert_eq!(world.inside().incidents.len(), 3);
}

pub(super) fn an_unregistered_device_goes_to_the_seat<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    for (watch, registered) in [(STRANGE_WATCH, false), (SPARE_WATCH, true)] {
        let alarm = |key| world.frame(watch, key, &[Alarm::Fall]);
        let incident = world.receive(&alarm("a")).incident.expect("an incident");
        assert_eq!(
            (incident.kind, incident.organisation_id),
            (IncidentKind::UnknownDevice, EAST)
        );
        assert_eq!(incident.alarm_kind, IncidentKind::Fall);
        assert_eq!(
            (incident.resident_id, incident.device_id.is_some()),
            (None, registered)
        );
        let again = world.receive(&alarm("b"));
        assert_eq!(again.incident_id, Some(incident.id));
    }
    let told = world.inside().notices;
    assert!(
        told.iter().all(|notice| notice.account_id == OPERATOR),
        "{told:?}"
    );
}

fn read<F: Fixture>(world: &World<'_, F>, frame: &ReceivedFrame) -> IncidentContext {
    world
        .store()
        .incident_context(&device_target(frame))
        .expect("a context")
}

fn stranger<F: Fixture>(world: &World<'_, F>, number: u32, key: &str) -> ReceivedFrame {
    world.frame(&format!("88{number:08}"), key, &[Alarm::Sos])
}

pub(super) fn a_flood_shares_one_row<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    for number in 0..25 {
        world.receive(&stranger(&world, number, "a"));
    }
    let inside = world.inside();
    assert_eq!((inside.incidents.len(), inside.frames.len()), (21, 25));
    let next = stranger(&world, 25, "a");
    let context = read(&world, &next);
    assert_eq!(context.unknown_last_minute, UNKNOWN_FLOOD_PER_MINUTE);
    let shared = context.incident.and_then(|incident| incident.open_key);
    assert_eq!(
        shared.map(|key| key.0).as_deref(),
        Some("unknown-source:127.0.0.9")
    );
    let own = read(&world, &stranger(&world, 3, "b"))
        .incident
        .expect("the incident of its own");
    assert_eq!(
        own.device_uid.map(|uid| uid.to_string()).as_deref(),
        Some("8800000003")
    );
    let mut elsewhere = stranger(&world, 26, "a");
    elsewhere.source = "127.0.0.10".to_owned();
    let context = read(&world, &elsewhere);
    assert_eq!((context.unknown_last_minute, context.incident), (0, None));
}

pub(super) fn a_flood_ends_with_its_minute<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    for number in 0..3 {
        world.receive(&stranger(&world, number, "a"));
        world.receive(&stranger(&world, number, "b"));
    }
    // Repeats of one device are not a flood, least of all its own.
    let seen_by = |number| read(&world, &stranger(&world, number, "c")).unknown_last_minute;
    assert_eq!((seen_by(99), seen_by(1)), (3, 2));
    world.wait(59);
    assert_eq!(seen_by(99), 3);
    world.wait(1);
    assert_eq!(seen_by(99), 0);
}

pub(super) fn frames_that_ask_nothing_are_kept<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let position = || {
        let mut frame = world.frame(WATCH, "UD2:1", &[]);
        if let Ok(event) = &mut frame.decoded {
            event.is_alarm = false;
        }
        frame
    };
    let (first, second) = (position(), position());
    for frame in [&first, &second] {
        world
            .store()
            .save_telemetry(frame.clone())
            .expect("telemetry repeats itself");
    }
    assert_eq!(
        world.store().save_telemetry(first.clone()),
        Err(StoreError::Duplicate)
    );
    let mut garbage = world.frame(STRANGE_WATCH, "x", &[]);
    garbage.decoded = Err("LEN does not\0 match".to_owned());
    garbage.raw = vec![0, 255, b'[', 0];
    apply_alarm(&world.engine, &garbage).expect("kept");
    let inside = world.inside();
    let kept: Vec<_> = inside
        .frames
        .iter()
        .map(|frame| (frame.id, frame.raw.clone()))
        .collect();
    let sent = [first, second, garbage].map(|frame| (frame.id, frame.raw));
    assert_eq!(kept, sent);
    assert!(
        inside
            .frames
            .iter()
            .all(|f| f.incident_id.is_none() && !f.undecided)
    );
    assert_eq!(
        (
            inside.incidents.len(),
            inside.pending.len(),
            inside.notices.len()
        ),
        (0, 0, 0)
    );
}

pub(super) fn a_story_leaves_nothing_behind<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let incident = world.opened();
    world.wait(45);
    for timer in world.claim_timers() {
        world.fire(&timer);
    }
    let offer = world.offers(incident.id)[4];
    world.accept(incident.id, offer).expect("accepted");
    let going = world
        .context(incident.id)
        .incident
        .and_then(|i| i.responder_account_id);
    let by = going.expect("somebody goes");
    for (wait, input) in [
        (60, Input::Depart { by }),
        (300, Input::Arrive { by }),
        (900, Input::Close(closure())),
    ] {
        world.wait(wait);
        world.input(incident.id, &input).expect("done");
    }
    for claimed in world.claim_outbox() {
        world.deliver(&claimed);
    }
    let inside = world.inside();
    let ended = &inside.incidents[0];
    assert_eq!((ended.status, ended.rung), (IncidentStatus::Closed, 1));
    assert_eq!((ended.deadline_at, &ended.open_key), (None, &None));
    assert_eq!(inside.pending, []);
    assert!(
        inside
            .notices
            .iter()
            .all(|notice| notice.state == DeliveryState::Sent)
    );
    assert_eq!(inside.notices.len(), world.engine.carriers.seen().len());
    let heard = |key| {
        inside
            .notices
            .iter()
            .filter(|notice| notice.key == key)
            .count()
    };
    assert_eq!(
        (heard(MessageKey::OfferNew), heard(MessageKey::FamilyClosed)),
        (5, 1)
    );
    let history: Vec<TimelineKind> = inside.timeline.iter().map(|entry| entry.kind).collect();
    assert_eq!(history.first(), Some(&TimelineKind::AlarmReceived));
    assert!(history.contains(&TimelineKind::Arrived) && history.contains(&TimelineKind::Closed));
}
