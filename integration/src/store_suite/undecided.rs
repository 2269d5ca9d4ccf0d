//! Alarms kept alone until somebody decides them.

use domain::apply::fire;
use domain::ports::{Store, StoreError};

use super::Fixture;
use super::world::World;

pub(super) fn a_kept_frame_is_decided_once<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let frame = world.sos("a");
    world
        .store()
        .save_undecided(frame.clone(), world.now())
        .expect("kept");
    assert_eq!(world.store().undecided_frame(frame.id), Ok(frame.clone()));
    let timer = world.claim_timers().remove(0);
    assert_eq!((timer.frame_id, timer.incident_id), (Some(frame.id), None));
    world.fire(&timer);
    let after = world.inside();
    assert_eq!(after.incidents.len(), 1);
    assert_eq!(after.frames.len(), 1);
    assert_eq!(after.frames[0].incident_id, Some(after.incidents[0].id));
    assert!(!after.frames[0].undecided);
    assert_eq!(
        world.store().undecided_frame(frame.id),
        Err(StoreError::NotFound)
    );
    // A second effect of the same claim, and a device that asks again, change nothing.
    assert!(fire(&world.engine, &timer).is_err());
    assert!(world.receive(&world.sos("a")).already_known);
    assert_eq!(world.inside(), after);
}

pub(super) fn a_kept_frame_is_kept_once<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    for frame in [world.sos("a"), world.sos("a")] {
        world
            .store()
            .save_undecided(frame, world.now())
            .expect("kept");
    }
    let inside = world.inside();
    assert_eq!((inside.frames.len(), inside.pending.len()), (1, 1));
    let timer = world.claim_timers().remove(0);
    assert_eq!(world.claim_timers(), []);
    world.fire(&timer);
    // One that was decided need not be kept again.
    world
        .store()
        .save_undecided(world.sos("a"), world.now())
        .expect("kept");
    let inside = world.inside();
    assert_eq!((inside.frames.len(), inside.incidents.len()), (1, 1));
    assert!(inside.pending.iter().all(|timer| timer.frame_id.is_none()));
}

pub(super) fn a_copy_decides_the_kept_frame<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let kept = world.sos("a");
    world
        .store()
        .save_undecided(kept.clone(), world.now())
        .expect("kept");
    let timer = world.claim_timers().remove(0);
    let applied = world.receive(&world.sos("a"));
    assert!(
        !applied.already_known,
        "an undecided event belongs to no incident"
    );
    let after = world.inside();
    assert_eq!(after.frames.len(), 1);
    assert_eq!(
        (after.frames[0].id, after.frames[0].incident_id),
        (kept.id, applied.incident_id)
    );
    assert!(!after.frames[0].undecided);
    assert!(fire(&world.engine, &timer).is_err());
    assert_eq!(world.inside(), after);
}
