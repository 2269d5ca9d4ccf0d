//! Two organisations in one store: nothing of one collides with, or is seen by, the other.

use domain::apply::{Applied, Carried, apply};
use domain::ids::OrganisationId;
use domain::incidents::{Input, ReportedKind};
use domain::ports::{Change, Store, StoreError, Target};

use super::Fixture;
use super::town::{EAST, ELDER, OPERATOR, WEST};
use super::world::World;

fn report<F: Fixture>(world: &World<'_, F>, organisation_id: OrganisationId) -> Applied {
    let idempotency = Some((OPERATOR, "the same key".to_owned()));
    let target = Target::Resident {
        organisation_id,
        resident_id: ELDER,
        idempotency,
    };
    let input = Input::Report {
        by: OPERATOR,
        kind: ReportedKind::Sos,
    };
    apply(&world.engine, &target, &input, &Carried::default()).expect("reported")
}

pub(super) fn nothing_collides_across_organisations<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let east = report(&world, EAST).incident.expect("an incident");
    let west = report(&world, WEST)
        .incident
        .expect("an incident of its own");
    assert_ne!(east.id, west.id);
    assert_eq!(east.open_key, west.open_key);
    assert!(report(&world, WEST).already_known);
    for (organisation, incident) in [(EAST, &east), (WEST, &west)] {
        let target = Target::Incident {
            organisation_id: organisation,
            id: incident.id,
        };
        let context = world.store().incident_context(&target).expect("a context");
        let taken = world.decide(&context, &Input::Acknowledge { by: OPERATOR });
        let frame = Some(world.sos("the same event"));
        let change = Change {
            frame,
            ..world.change(organisation, taken)
        };
        world
            .store()
            .save(change)
            .expect("the same event of another organisation");
    }
    world.close(east.id);
    let left = fixture.inside(WEST);
    assert_eq!((left.pending.len(), left.frames.len()), (1, 1));
    assert!(left.incidents[0].is_open());
}

pub(super) fn others_see_nothing<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let incident = world.opened();
    let target = Target::Incident {
        organisation_id: WEST,
        id: incident.id,
    };
    assert_eq!(
        world.store().incident_context(&target),
        Err(StoreError::NotFound)
    );
    let elder = Target::Resident {
        organisation_id: WEST,
        resident_id: ELDER,
        idempotency: None,
    };
    let context = world.store().incident_context(&elder).expect("a context");
    assert_eq!((context.organisation_id, context.incident), (WEST, None));
    let context = world.context(incident.id);
    let mut decision = world.decide(&context, &Input::Acknowledge { by: OPERATOR });
    decision
        .incident
        .as_mut()
        .expect("an incident")
        .organisation_id = WEST;
    let before = world.inside();
    let saved = world.store().save(world.change(WEST, decision));
    assert_eq!(saved, Err(StoreError::Conflict));
    assert_eq!(world.inside(), before);
    assert_eq!(fixture.inside(WEST).incidents, []);
}
