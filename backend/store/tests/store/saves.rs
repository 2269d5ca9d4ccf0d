//! `save` by hand: what it refuses, and that it then leaves nothing behind.

use domain::devices::ReceivedFrame;
use domain::ids::{IncidentId, OrganisationId, TimelineId, TimerId};
use domain::incidents::{
    Decision, Guard, Incident, IncidentKind, IncidentStatus, LadderKind, NextOwner, OpenKey,
    TimelineEntry, TimelineKind, Timer, TimerKind,
};
use domain::ports::{Change, Store, StoreError, Target};
use store::PageRequest;
use uuid::Uuid;

use crate::engine::{fresh, noon, sos};
use crate::ground::Ground;
use crate::people::{operator, organisation, other_organisation, resident, uid};

on_both!(
    an_old_version_is_a_conflict,
    a_lost_race_for_the_open_key_leaves_nothing,
    a_stored_event_or_key_is_a_duplicate,
    uniqueness_ends_at_the_organisation,
    an_effect_of_a_lost_lease_is_refused_whole,
    a_closed_incident_frees_its_key,
);

fn incident(id: u128, organisation_id: OrganisationId, key: &str) -> Incident {
    Incident {
        id: IncidentId(Uuid::from_u128(id)),
        organisation_id,
        version: 1,
        kind: IncidentKind::Sos,
        alarm_kind: IncidentKind::Sos,
        severity: IncidentKind::Sos.severity(),
        status: IncidentStatus::Offered,
        ladder: LadderKind::Life,
        rung: 0,
        open_key: Some(OpenKey(key.to_owned())),
        resident_id: None,
        home_id: None,
        device_id: None,
        device_uid: Some(uid()),
        at: Some(crate::people::at(10.125, 20.3)),
        opened_at: noon(),
        device_time: None,
        deadline_at: Some(noon()),
        next_owner: NextOwner::Ladder,
        repeats: 0,
        acknowledged_by: None,
        acknowledged_at: None,
        responder_id: None,
        responder_account_id: None,
        reoffered: false,
        eta_ms: Some(u32::MAX),
        accepted_at: None,
        en_route_at: None,
        arrived_at: None,
        closed_at: None,
        outcome: None,
        synthetic: true,
    }
}

fn line(incident: &Incident) -> TimelineEntry {
    TimelineEntry {
        id: TimelineId(fresh()),
        organisation_id: incident.organisation_id,
        incident_id: incident.id,
        at: noon(),
        kind: TimelineKind::AlarmReceived,
        account_id: None,
        facts: domain::message::facts([("kind", "sos".to_owned())]),
    }
}

fn change(incident: Incident, expected: Option<i32>, frame: Option<ReceivedFrame>) -> Change {
    let timer = Timer {
        id: TimerId(fresh()),
        incident_id: incident.id,
        kind: TimerKind::Rung,
        rung: incident.rung,
        due_at: noon(),
    };
    Change {
        organisation_id: incident.organisation_id,
        decision: Decision {
            timeline: vec![line(&incident)],
            guard: Guard::Set(timer),
            expected_version: expected,
            incident: Some(incident),
            ..Decision::default()
        },
        frame,
        timer: None,
        idempotency: None,
        audit: None,
        now: noon(),
    }
}

fn lines(ground: &Ground, organisation: OrganisationId) -> usize {
    ground
        .store
        .timeline_after(organisation, 0, 100)
        .expect("history")
        .len()
}

fn an_old_version_is_a_conflict(ground: &Ground) {
    let first = incident(1, organisation(), "k");
    ground
        .store
        .save(change(first.clone(), None, None))
        .expect("saved");
    assert_eq!(
        ground.store.incident_read(organisation(), first.id),
        Ok(first.clone())
    );
    let next = Incident {
        version: 2,
        repeats: 9,
        ..first.clone()
    };
    assert_eq!(
        ground.store.save(change(next.clone(), Some(1), None)),
        Ok(())
    );
    assert_eq!(
        ground.store.save(change(next.clone(), Some(1), None)),
        Err(StoreError::Conflict)
    );
    assert_eq!(
        ground.store.incident_read(organisation(), first.id),
        Ok(next)
    );
    assert_eq!(lines(ground, organisation()), 2);
    assert_eq!(ground.store.orphans(), Ok(Vec::new()));
}

fn a_lost_race_for_the_open_key_leaves_nothing(ground: &Ground) {
    ground
        .store
        .save(change(incident(1, organisation(), "k"), None, None))
        .expect("saved");
    let loser = change(
        incident(2, organisation(), "k"),
        None,
        Some(sos(&uid(), "e")),
    );
    assert_eq!(ground.store.save(loser), Err(StoreError::Conflict));
    assert_eq!(lines(ground, organisation()), 1);
    let frames = ground.store.frame_list(
        organisation(),
        store::FrameFilter::All,
        &PageRequest::first(9),
    );
    assert_eq!(frames.map(|page| page.items.len()), Ok(0));
}

fn a_stored_event_or_key_is_a_duplicate(ground: &Ground) {
    let store = &ground.store;
    store
        .save(change(
            incident(1, organisation(), "k"),
            None,
            Some(sos(&uid(), "e")),
        ))
        .expect("saved");
    let same = change(
        incident(2, organisation(), "l"),
        None,
        Some(sos(&uid(), "e")),
    );
    assert_eq!(store.save(same), Err(StoreError::Duplicate));
    let keyed = |id: u128, key: &str| Change {
        idempotency: Some((operator(), "call-1".to_owned())),
        ..change(incident(id, organisation(), key), None, None)
    };
    store.save(keyed(3, "m")).expect("saved");
    assert_eq!(store.save(keyed(4, "n")), Err(StoreError::Duplicate));
    let target = Target::Resident {
        organisation_id: organisation(),
        resident_id: resident(),
        idempotency: Some((operator(), "call-1".to_owned())),
    };
    let context = store.incident_context(&target).expect("context");
    assert_eq!(context.known_event, Some(IncidentId(Uuid::from_u128(3))));
    assert_eq!(context.family.len(), 1);
    assert_eq!(context.operators.len(), 1);
    assert_eq!(lines(ground, organisation()), 2);
}

fn uniqueness_ends_at_the_organisation(ground: &Ground) {
    let store = &ground.store;
    let other = other_organisation();
    // The same identifier, open key, device and event in two organisations are four different things.
    store
        .save(change(
            incident(1, organisation(), "k"),
            None,
            Some(sos(&uid(), "e")),
        ))
        .expect("saved");
    let twin = Incident {
        device_uid: None,
        ..incident(1, other, "k")
    };
    assert_eq!(
        store.save(change(twin.clone(), None, Some(sos(&uid(), "e")))),
        Ok(())
    );
    assert_eq!(store.incident_read(other, twin.id), Ok(twin));
    assert_eq!(lines(ground, other), 1);
    // And a foreign resident is not one of ours.
    let foreign = Incident {
        resident_id: Some(resident()),
        ..incident(5, other, "x")
    };
    assert!(matches!(
        store.save(change(foreign, None, None)),
        Err(StoreError::Bug(_))
    ));
}

fn an_effect_of_a_lost_lease_is_refused_whole(ground: &Ground) {
    let store = &ground.store;
    let first = incident(1, organisation(), "k");
    store
        .save(change(first.clone(), None, None))
        .expect("saved");
    let lease = chrono::TimeDelta::seconds(5);
    let claim = |now| {
        store
            .claim_timers(fresh(), now, lease, 1)
            .expect("claimed")
            .remove(0)
    };
    let lost = claim(noon());
    let held = claim(noon() + lease);
    let next = Incident {
        version: 2,
        ..first
    };
    let under = |timer: &domain::ports::ClaimedTimer| Change {
        timer: Some((timer.id, timer.generation)),
        ..change(next.clone(), Some(1), None)
    };
    assert_eq!(store.save(under(&lost)), Err(StoreError::Fenced));
    assert_eq!(lines(ground, organisation()), 1);
    assert_eq!(store.save(under(&held)), Ok(()));
    assert_eq!(store.orphans(), Ok(Vec::new()));
}

fn a_closed_incident_frees_its_key(ground: &Ground) {
    let store = &ground.store;
    let first = incident(1, organisation(), "k");
    store
        .save(change(first.clone(), None, None))
        .expect("saved");
    let closed = Incident {
        version: 2,
        status: IncidentStatus::Closed,
        open_key: None,
        deadline_at: None,
        closed_at: Some(noon()),
        ..first.clone()
    };
    let mut end = change(closed, Some(1), None);
    end.decision.guard = Guard::Clear;
    store.save(end).expect("closed");
    assert_eq!(
        store.claim_timers(fresh(), noon(), chrono::TimeDelta::seconds(1), 9),
        Ok(Vec::new())
    );
    assert_eq!(
        store.save(change(incident(2, organisation(), "k"), None, None)),
        Ok(())
    );
    // No state without a deadline: the database itself refuses it.
    let unguarded = Incident {
        deadline_at: None,
        ..incident(3, organisation(), "z")
    };
    assert!(matches!(
        store.save(change(unguarded, None, None)),
        Err(StoreError::Bug(_))
    ));
}
