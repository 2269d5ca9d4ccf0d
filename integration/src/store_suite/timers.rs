//! Due times: claimed once, fenced, and never left behind.

use domain::devices::Alarm;
use domain::incidents::{IncidentStatus, Input, TimerKind};
use domain::ports::{Store, StoreError};
use domain::time::seconds;

use super::Fixture;
use super::town::{NEIGHBOURS_WATCH, OPERATOR};
use super::world::{LEASE_S, WORKER, World};

/// How long the first wave waits, by the shipped ladder.
const RUNG_S: u32 = 45;

pub(super) fn not_early_and_once<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let incident = world.opened();
    assert_eq!(world.claim_timers(), []);
    world.wait(RUNG_S - 1);
    assert_eq!(world.claim_timers(), []);
    world.wait(1);
    let claimed = world.claim_timers();
    let [timer] = &claimed[..] else {
        panic!("one timer is due: {claimed:?}")
    };
    assert_eq!(
        (timer.incident_id, timer.frame_id),
        (Some(incident.id), None)
    );
    assert_eq!(
        (timer.kind, timer.rung, timer.generation),
        (TimerKind::Rung, 0, 1)
    );
    assert_eq!(Some(timer.due_at), incident.deadline_at);
    assert_eq!(timer.organisation_id, incident.organisation_id);
    assert_eq!(world.claim_timers(), []);
}

pub(super) fn the_longest_overdue_first<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let elder = world.opened();
    world.wait(5);
    let neighbour = world.receive(&world.frame(NEIGHBOURS_WATCH, "n", &[Alarm::Sos]));
    world.wait(200);
    let claim = || {
        let (now, lease) = (world.now(), seconds(LEASE_S));
        let claimed = world
            .store()
            .claim_timers(WORKER, now, lease, 1)
            .expect("claimed");
        claimed
            .iter()
            .map(|timer| timer.incident_id)
            .collect::<Vec<_>>()
    };
    assert_eq!(claim(), [Some(elder.id)]);
    assert_eq!(claim(), [neighbour.incident_id]);
    assert_eq!(claim(), []);
}

pub(super) fn a_lapsed_lease_is_claimed_anew<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    world.opened();
    world.wait(RUNG_S);
    let first = world.claim_timers().remove(0);
    world.wait(LEASE_S - 1);
    assert_eq!(world.claim_timers(), []);
    world.wait(1);
    let second = world.claim_timers().remove(0);
    assert_eq!(
        (second.id, second.generation),
        (first.id, first.generation + 1)
    );
    let finish = |generation| {
        world
            .store()
            .finish_timer(first.id, generation, world.now())
    };
    assert_eq!(finish(first.generation), Err(StoreError::Fenced));
    assert_eq!(world.inside().pending.len(), 1);
    assert_eq!(finish(second.generation), Ok(()));
    assert_eq!(world.inside().pending, []);
    assert_eq!(finish(second.generation), Err(StoreError::Fenced));
}

pub(super) fn an_old_claim_saves_nothing<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let id = world.opened().id;
    world.wait(RUNG_S);
    let old = world.claim_timers().remove(0);
    world.wait(LEASE_S);
    let new = world.claim_timers().remove(0);
    let before = world.inside();
    world.fire(&old);
    assert_eq!(world.inside(), before);
    world.fire(&new);
    let after = world.inside();
    assert_eq!(after.incidents[0].rung, 1);
    assert_eq!(world.offers(id).len(), 5);
    world.fire(&new);
    assert_eq!(world.inside(), after);
}

pub(super) fn done_is_done<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    world.opened();
    world.wait(RUNG_S);
    let timer = world.claim_timers().remove(0);
    world.fire(&timer);
    let finish = world
        .store()
        .finish_timer(timer.id, timer.generation, world.now());
    assert_eq!(finish, Err(StoreError::Fenced));
    world.wait(LEASE_S);
    assert_eq!(world.claim_timers(), []);
    world.wait(RUNG_S - LEASE_S);
    let next = world.claim_timers();
    assert_eq!(
        next.iter()
            .map(|next| (next.rung, next.generation))
            .collect::<Vec<_>>(),
        [(1, 1)]
    );
    assert_ne!(next[0].id, timer.id);
}

pub(super) fn a_new_guard_replaces_the_old<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let id = world.opened().id;
    world.wait(10);
    world.accept(id, world.offers(id)[0]).expect("accepted");
    assert_eq!(world.inside().pending.len(), 1);
    world.wait(RUNG_S);
    assert_eq!(world.claim_timers(), []);
    world.wait(180 - RUNG_S);
    let due = world.claim_timers();
    assert_eq!(
        due.iter().map(|timer| timer.kind).collect::<Vec<_>>(),
        [TimerKind::Movement]
    );
}

pub(super) fn the_end_clears_the_guard<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let id = world.opened().id;
    world.close(id);
    assert_eq!(world.inside().pending, []);
    world.wait(3600);
    assert_eq!(world.claim_timers(), []);
    world
        .input(id, &Input::Reopen { by: OPERATOR })
        .expect("reopened");
    assert_eq!(world.inside().pending.len(), 1);
}

pub(super) fn an_overtaken_timer_changes_nothing<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let id = world.opened().id;
    world.wait(RUNG_S);
    let timer = world.claim_timers().remove(0);
    world
        .accept(id, world.offers(id)[2])
        .expect("accepted while the timer was claimed");
    let before = world.inside();
    world.fire(&timer);
    assert_eq!(world.inside(), before);
    assert_eq!(before.incidents[0].status, IncidentStatus::Accepted);
}
