//! Who helps whom, and who stood where: exact when the next decision is made.

use domain::ids::{IncidentId, ResponderId};
use domain::incidents::{Input, ReportedKind};
use domain::ports::{Store, StoreError, Target};
use domain::responders::{WaveStanding, WaveWhy};

use super::Fixture;
use super::town::{DAUGHTER, EAST, ELDER, NEIGHBOUR, WEST, account_of, responder_id};
use super::world::World;

/// An incident of the other resident, as a decision about it would begin.
fn others_of<F: Fixture>(world: &World<'_, F>, responder: ResponderId) -> Vec<IncidentId> {
    let target = Target::Resident {
        organisation_id: EAST,
        resident_id: NEIGHBOUR,
        idempotency: None,
    };
    let context = world.store().incident_context(&target).expect("a context");
    context.missions.others_of(responder, None).collect()
}

fn helped<F: Fixture>(world: &World<'_, F>, organisation_id: domain::ids::OrganisationId) -> u32 {
    let target = Target::Resident {
        organisation_id,
        resident_id: ELDER,
        idempotency: None,
    };
    let context = world.store().incident_context(&target).expect("a context");
    context.missions.helped_by(responder_id(0))
}

pub(super) fn who_goes_is_known_until_it_ends<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let incident = world.opened();
    let (goes, asked) = (responder_id(0), responder_id(1));
    assert!(others_of(&world, goes).is_empty(), "asked is not going");
    let offer = world.offers(incident.id)[0];
    world.accept(incident.id, offer).expect("accepted");
    assert_eq!(others_of(&world, goes), [incident.id]);
    assert!(others_of(&world, asked).is_empty());
    let own = world.context(incident.id).missions;
    assert_eq!(own.others_of(goes, Some(incident.id)).count(), 0);
    assert_eq!(helped(&world, EAST), 0, "not yet");
    let by = account_of(0);
    world
        .input(incident.id, &Input::Arrive { by })
        .expect("there");
    world.close(incident.id);
    assert!(others_of(&world, goes).is_empty());
    assert_eq!(helped(&world, EAST), 1);
    assert_eq!(helped(&world, WEST), 0, "another organisation");
}

pub(super) fn whoever_never_arrived_did_not_help<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let incident = world.opened();
    let offer = world.offers(incident.id)[0];
    world.accept(incident.id, offer).expect("accepted");
    world.close(incident.id);
    assert_eq!(helped(&world, EAST), 0);
}

pub(super) fn a_wave_is_kept_with_who_stood_where<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let incident = world.opened();
    let [first] = &world.inside().standings[..] else {
        panic!("one wave: {:?}", world.inside().standings);
    };
    let stood: Vec<(ResponderId, bool)> = first
        .stood
        .iter()
        .map(|one| (one.responder_id, one.asked))
        .collect();
    let wanted: Vec<_> = (0..5).map(|n| (responder_id(n), n < 3)).collect();
    assert_eq!(stood, wanted);
    assert_eq!((first.incident_id, first.wave), (incident.id, 0));
    assert_eq!((first.at, first.why), (world.now(), WaveWhy::AsTheLadder));
    let cover: Vec<_> = first.cover.iter().map(|c| (c.before, c.after)).collect();
    assert_eq!(cover, [(5, 4)]);
    for offer in world.offers(incident.id) {
        world
            .input(incident.id, &Input::Decline { offer })
            .expect("declined");
    }
    let waves: Vec<(u16, usize)> = world
        .inside()
        .standings
        .iter()
        .map(|wave| (wave.wave, wave.stood.iter().filter(|one| one.asked).count()))
        .collect();
    assert_eq!(waves, [(0, 3), (1, 2)]);
}

pub(super) fn a_wave_that_is_not_saved_leaves_no_standing<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let incident = world.opened();
    let before = world.inside().standings;
    let context = world.context(incident.id);
    let change = |kind| {
        let by = DAUGHTER;
        let decision = world.decide(&context, &Input::Report { by, kind });
        world.change(EAST, decision)
    };
    let mut stale = change(ReportedKind::Sos);
    let first = change(ReportedKind::Fall);
    stale.decision.standings = before
        .iter()
        .map(|wave| WaveStanding {
            wave: 7,
            ..wave.clone()
        })
        .collect();
    world.store().save(first).expect("the first is saved");
    assert_eq!(world.store().save(stale), Err(StoreError::Conflict));
    assert_eq!(world.inside().standings, before);
}
