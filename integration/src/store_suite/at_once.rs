//! Several at the same moment, each through a handle of its own, as several processes would.

use std::sync::Barrier;
use std::thread;

use chrono::TimeDelta;
use domain::apply::{Applied, ApplyError, Carried, apply, apply_alarm};
use domain::devices::Alarm;
use domain::ids::{FrameId, IncidentId};
use domain::incidents::{IncidentStatus, Input, Refusal};
use domain::ports::{Clock, Identifiers, Ports, Store, Target};
use uuid::Uuid;

use super::Fixture;
use super::engine::Engine;
use super::town::{EAST, WATCH};
use super::watched::assert_sound;
use super::world::{World, frame};

/// As many as fit: the last of them may lose to each of the others once.
const AT_ONCE: usize = 4;

/// Runs the same at once on engines of their own.
fn at_once<F: Fixture, T: Send>(
    fixture: &F,
    count: usize,
    act: impl Fn(usize, &Engine<F::S>) -> T + Sync,
) -> Vec<T> {
    let twins: Vec<F::S> = (0..count).map(|_| fixture.twin()).collect();
    let (start, act) = (Barrier::new(count), &act);
    thread::scope(|scope| {
        let run = |(number, twin): (usize, F::S)| {
            let start = &start;
            scope.spawn(move || {
                let range = u64::try_from(number).expect("a small number") + 100;
                let engine = Engine::new(twin, range);
                start.wait();
                act(number, &engine)
            })
        };
        let running: Vec<_> = twins.into_iter().enumerate().map(run).collect();
        running
            .into_iter()
            .map(|one| one.join().expect("no panic"))
            .collect()
    })
}

pub(super) fn two_yes_at_once<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let id = world.opened().id;
    let offers = world.offers(id);
    let answers = at_once(fixture, offers.len(), |number, engine| {
        let target = Target::Incident {
            organisation_id: EAST,
            id,
        };
        let input = Input::Accept {
            offer: offers[number],
        };
        apply(engine, &target, &input, &Carried::default())
    });
    let going = world.context(id).incident.expect("the incident");
    assert_eq!(going.status, IncidentStatus::Accepted);
    assert_eq!(
        answers.iter().filter(|answer| answer.is_ok()).count(),
        1,
        "{answers:?}"
    );
    let taken = ApplyError::Refused(Refusal::AlreadyTaken(going.responder_id));
    for refused in answers.into_iter().filter_map(Result::err) {
        assert_eq!(refused, taken);
    }
    assert_sound(&world.inside());
}

fn alarms_at_once<F: Fixture>(
    fixture: &F,
    key: impl Fn(usize) -> String + Sync,
) -> (Vec<Applied>, IncidentId) {
    let alarm = |number: usize, engine: &Engine<F::S>| {
        let id = FrameId(engine.identifiers().fresh());
        let frame = frame(id, WATCH, &key(number), &[Alarm::Sos], engine.clock().now());
        apply_alarm(engine, &frame).expect("an alarm is stored")
    };
    let applied = at_once(fixture, AT_ONCE, alarm);
    let inside = fixture.inside(EAST);
    assert_sound(&inside);
    assert_eq!(inside.incidents.len(), 1, "one cause, one incident");
    let id = inside.incidents[0].id;
    assert!(
        applied.iter().all(|one| one.incident_id == Some(id)),
        "{applied:?}"
    );
    (applied, id)
}

pub(super) fn first_alarms_at_once<F: Fixture>(fixture: &F) {
    let (applied, id) = alarms_at_once(fixture, |number| format!("event {number}"));
    assert!(applied.iter().all(|one| !one.already_known));
    assert_eq!(applied.iter().map(|one| one.offers).sum::<usize>(), 3);
    let inside = fixture.inside(EAST);
    assert_eq!(inside.frames.len(), AT_ONCE);
    assert!(
        inside
            .frames
            .iter()
            .all(|frame| frame.incident_id == Some(id))
    );
    let repeats = usize::try_from(inside.incidents[0].repeats).expect("few");
    assert_eq!(repeats, AT_ONCE - 1);
}

pub(super) fn copies_of_a_frame_at_once<F: Fixture>(fixture: &F) {
    let (applied, _) = alarms_at_once(fixture, |_| "one event".to_owned());
    assert_eq!(applied.iter().filter(|one| !one.already_known).count(), 1);
    let inside = fixture.inside(EAST);
    assert_eq!((inside.frames.len(), inside.incidents[0].repeats), (1, 0));
}

pub(super) fn claims_at_once<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    for number in 0..9 {
        let watch = format!("77{number:08}");
        world.receive(&world.frame(&watch, "a", &[Alarm::Sos]));
    }
    let (now, lease) = (
        world.now() + TimeDelta::seconds(600),
        TimeDelta::seconds(60),
    );
    let written = world.inside().notices.len();
    let claimed = at_once(fixture, AT_ONCE, |number, engine| {
        let owner = Uuid::from_u64_pair(7, u64::try_from(number).expect("a small number"));
        let (mut timers, mut notices) = (Vec::new(), Vec::new());
        loop {
            let some = engine
                .store()
                .claim_timers(owner, now, lease, 2)
                .expect("claimed");
            let more = engine
                .store()
                .claim_outbox(owner, now, lease, 2)
                .expect("claimed");
            if some.is_empty() && more.is_empty() {
                return (timers, notices);
            }
            timers.extend(some.into_iter().map(|timer| timer.id));
            notices.extend(more.into_iter().map(|notice| notice.item.id));
        }
    });
    let (timers, notices): (Vec<_>, Vec<_>) = claimed.into_iter().unzip();
    let (mut timers, mut notices) = (timers.concat(), notices.concat());
    assert_eq!((timers.len(), notices.len()), (9, written));
    timers.sort_unstable();
    timers.dedup();
    notices.sort_unstable();
    notices.dedup();
    assert_eq!(
        (timers.len(), notices.len()),
        (9, written),
        "each is claimed once"
    );
}
