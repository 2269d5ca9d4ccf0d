//! The alarm path through the domain's engine.

use std::sync::Arc;

use domain::apply::{apply_alarm, deliver, fire};
use domain::devices::DeviceUid;
use domain::incidents::{IncidentKind, IncidentStatus};
use domain::ports::{Clock, Ports, Store};
use store::{IncidentFilter, IncidentState, PageRequest};

use crate::engine::{Engine, fresh, sos};
use crate::ground::{Ground, start};
use crate::people::{organisation, uid};

on_both!(
    an_alarm_makes_one_incident_with_all_that_follows,
    a_repeat_has_the_same_answer_and_a_second_event_joins,
    two_alarms_at_once_make_one_incident,
    two_writers_make_one_incident,
    a_flood_of_unknown_devices_shares_a_row,
    an_undecided_frame_is_decided_later_once,
    the_ladder_climbs_by_its_timers_until_the_seat_has_it,
);

fn all() -> IncidentFilter {
    IncidentFilter {
        state: IncidentState::All,
        ..IncidentFilter::default()
    }
}

fn an_alarm_makes_one_incident_with_all_that_follows(ground: &Ground) {
    let engine = Engine::over(&ground.store);
    let applied = apply_alarm(&engine, &sos(&uid(), "e1")).expect("applied");
    let id = applied.incident_id.expect("an incident");
    let store = &ground.store;
    let incident = store.incident_read(organisation(), id).expect("read");
    assert_eq!(Some(&incident), applied.incident.as_ref());
    assert_eq!(
        (incident.kind, incident.status),
        (IncidentKind::Sos, IncidentStatus::Offered)
    );
    let offers = store
        .offers_of_incident(organisation(), id)
        .expect("offers");
    assert_eq!(offers.len(), applied.offers);
    assert!(!offers.is_empty());
    let history = store
        .timeline_of_incident(organisation(), id)
        .expect("history");
    assert!(history.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    let last = store.timeline_last(organisation()).expect("last");
    assert_eq!(history.last().map(|line| line.seq), Some(last));
    let notices = store.notification_list(organisation(), Some(id), &PageRequest::first(50));
    assert!(notices.expect("notices").items.len() > offers.len());
    assert_eq!(store.orphans(), Ok(Vec::new()));
    let frames = store.frame_list(
        organisation(),
        store::FrameFilter::Decoded,
        &PageRequest::first(9),
    );
    let frame = frames.expect("frames").items.pop().expect("a frame");
    let sent = sos(&uid(), "e1");
    assert_eq!(
        (frame.incident_id, &frame.raw, &frame.decoded),
        (Some(id), &sent.raw, &sent.decoded)
    );
    let device = store
        .device_read(organisation(), crate::people::device_id())
        .expect("device");
    assert_eq!(
        (device.last_seen_at, device.battery_pct),
        (Some(sent.received_at), Some(71))
    );
}

fn a_repeat_has_the_same_answer_and_a_second_event_joins(ground: &Ground) {
    let engine = Engine::over(&ground.store);
    let first = apply_alarm(&engine, &sos(&uid(), "e1")).expect("applied");
    let again = apply_alarm(&engine, &sos(&uid(), "e1")).expect("applied");
    assert!(again.already_known);
    assert_eq!(again.incident_id, first.incident_id);
    let second = apply_alarm(&engine, &sos(&uid(), "e2")).expect("applied");
    assert_eq!(second.incident_id, first.incident_id);
    assert_eq!(second.incident.map(|incident| incident.repeats), Some(1));
}

fn two_alarms_at_once_make_one_incident(ground: &Ground) {
    let engine = Arc::new(Engine::over(&ground.store));
    all_at_once(ground, (0..8).map(|_| engine.clone()).collect());
}

/// Two processes on one database: each has a writer of its own.
fn two_writers_make_one_incident(ground: &Ground) {
    let one = Arc::new(Engine::over(&ground.store));
    let two = Arc::new(Engine::over(&start(&ground.database)));
    let alternating = (0..8).map(|n| if n % 2 == 0 { one.clone() } else { two.clone() });
    all_at_once(ground, alternating.collect());
}

/// Each engine reports an event of its own of the same watch.
fn all_at_once(ground: &Ground, engines: Vec<Arc<Engine>>) {
    let engine = engines[0].clone();
    let count = u32::try_from(engines.len()).expect("a few");
    let report = |(number, engine): (usize, Arc<Engine>)| {
        std::thread::spawn(move || apply_alarm(&*engine, &sos(&uid(), &format!("e{number}"))))
    };
    let threads: Vec<_> = engines.into_iter().enumerate().map(report).collect();
    for thread in threads {
        thread.join().expect("a thread").expect("applied");
    }
    while let Some(timer) = claim_frame_timer(&engine) {
        fire(&*engine, &timer).expect("fired");
    }
    let store = &ground.store;
    let incidents = store.incident_list(organisation(), &all(), &PageRequest::first(9));
    let incidents = incidents.expect("list").items;
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].repeats, count - 1);
    assert_eq!(
        store
            .health(engine.now())
            .map(|health| health.undecided_frames),
        Ok(0)
    );
    assert_eq!(store.orphans(), Ok(Vec::new()));
}

/// Only what was too contended to be decided at once is due already.
fn claim_frame_timer(engine: &Engine) -> Option<domain::ports::ClaimedTimer> {
    let lease = chrono::TimeDelta::seconds(5);
    let claimed = engine.store().claim_timers(fresh(), engine.now(), lease, 1);
    claimed.expect("claimed").pop()
}

fn a_flood_of_unknown_devices_shares_a_row(ground: &Ground) {
    let engine = Engine::over(&ground.store);
    let stranger = |number: u32| DeviceUid::parse(&format!("999{number:04}")).expect("a uid");
    let mut incidents = Vec::new();
    for number in 0..25 {
        let applied = apply_alarm(&engine, &sos(&stranger(number), "e")).expect("applied");
        incidents.push(applied.incident_id.expect("an incident"));
    }
    let mut own = incidents[..20].to_vec();
    own.sort();
    own.dedup();
    assert_eq!(own.len(), 20);
    assert!(
        incidents[20..]
            .iter()
            .all(|id| *id == incidents[20] && !own.contains(id))
    );
    // A stranger that has an incident of its own stays with it.
    let again = apply_alarm(&engine, &sos(&stranger(0), "e2")).expect("applied");
    assert_eq!(again.incident_id, Some(incidents[0]));
    let read = ground
        .store
        .incident_read(organisation(), incidents[0])
        .expect("read");
    assert_eq!(
        (read.kind, read.resident_id),
        (IncidentKind::UnknownDevice, None)
    );
}

fn an_undecided_frame_is_decided_later_once(ground: &Ground) {
    let engine = Engine::over(&ground.store);
    let frame = sos(&uid(), "e1");
    let store = &ground.store;
    store
        .save_undecided(frame.clone(), engine.now())
        .expect("kept");
    store
        .save_undecided(sos(&uid(), "e1"), engine.now())
        .expect("kept already");
    assert_eq!(store.undecided_frame(frame.id), Ok(frame.clone()));
    assert_eq!(
        store
            .health(engine.now())
            .map(|health| health.undecided_frames),
        Ok(1)
    );
    let timer = claim_frame_timer(&engine).expect("a timer");
    assert_eq!(timer.frame_id, Some(frame.id));
    // The device sent it again and that copy was faster: the timer has nothing left to do.
    let copy = apply_alarm(&engine, &sos(&uid(), "e1")).expect("applied");
    assert!(copy.incident_id.is_some() && !copy.already_known);
    assert_eq!(
        store.undecided_frame(frame.id),
        Err(domain::ports::StoreError::NotFound)
    );
    engine.wait(6);
    let left = claim_frame_timer(&engine);
    assert!(left.is_none_or(|timer| timer.frame_id.is_none()));
    let incidents = store
        .incident_list(organisation(), &all(), &PageRequest::first(9))
        .expect("list");
    assert_eq!(incidents.items.len(), 1);
}

fn the_ladder_climbs_by_its_timers_until_the_seat_has_it(ground: &Ground) {
    let engine = Engine::over(&ground.store);
    let applied = apply_alarm(&engine, &sos(&uid(), "e1")).expect("applied");
    let id = applied.incident_id.expect("an incident");
    let lease = chrono::TimeDelta::seconds(5);
    for _ in 0..6 {
        engine.wait(600);
        let due = engine
            .store()
            .claim_timers(fresh(), engine.now(), lease, 10);
        let due = due.expect("claimed");
        assert_eq!(due.len(), 1);
        fire(&engine, &due[0]).expect("fired");
        assert_eq!(ground.store.orphans(), Ok(Vec::new()));
    }
    let incident = ground
        .store
        .incident_read(organisation(), id)
        .expect("read");
    assert_eq!(incident.status, IncidentStatus::Exhausted);
    let waiting = engine
        .store()
        .claim_outbox(fresh(), engine.now(), lease, 1_000);
    let waiting = waiting.expect("claimed");
    for claimed in &waiting {
        deliver(&engine, claimed).expect("delivered");
    }
    assert_eq!(engine.carried(), waiting.len());
    assert_eq!(
        ground
            .store
            .health(engine.now())
            .map(|health| health.outbox_waiting),
        Ok(0)
    );
}
