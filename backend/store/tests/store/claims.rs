//! Leases and fences.

use chrono::TimeDelta;
use domain::apply::apply_alarm;
use domain::message::MessageKey;
use domain::notices::{Channel, DeliveryState, MAX_ATTEMPTS};
use domain::ports::{ClaimedTimer, Delivered, Store, StoreError};
use domain::time::Timestamp;
use store::{PageRequest, SqlStore};

use crate::engine::{Engine, fresh, noon, sos};
use crate::ground::{Ground, start};
use crate::people::{organisation, uid};

on_both!(
    a_timer_is_never_early_and_is_claimed_by_one,
    a_lost_lease_has_no_effect,
    two_processes_never_claim_the_same_notice,
    a_notice_is_retried_and_then_given_up,
    what_sets_somebody_in_motion_is_claimed_first,
);

const LEASE: TimeDelta = TimeDelta::seconds(5);

fn later(seconds: i64) -> Timestamp {
    noon() + TimeDelta::seconds(seconds)
}

fn timers(store: &SqlStore, now: Timestamp) -> Vec<ClaimedTimer> {
    store
        .claim_timers(fresh(), now, LEASE, 10)
        .expect("claimed")
}

fn alarmed(ground: &Ground) -> Timestamp {
    let engine = Engine::over(&ground.store);
    let applied = apply_alarm(&engine, &sos(&uid(), "e1")).expect("applied");
    applied
        .incident
        .and_then(|incident| incident.deadline_at)
        .expect("a deadline")
}

fn a_timer_is_never_early_and_is_claimed_by_one(ground: &Ground) {
    let due_at = alarmed(ground);
    let store = &ground.store;
    assert_eq!(timers(store, due_at - TimeDelta::microseconds(1)), []);
    let first = timers(store, due_at);
    assert_eq!(
        first
            .iter()
            .map(|timer| (timer.due_at, timer.generation))
            .collect::<Vec<_>>(),
        [(due_at, 1)]
    );
    assert_eq!(timers(store, due_at + TimeDelta::seconds(4)), []);
    let again = timers(store, due_at + LEASE);
    assert_eq!(
        again
            .iter()
            .map(|timer| timer.generation)
            .collect::<Vec<_>>(),
        [2]
    );
}

fn a_lost_lease_has_no_effect(ground: &Ground) {
    let due_at = alarmed(ground);
    let store = &ground.store;
    let first = timers(store, due_at).remove(0);
    let second = timers(store, due_at + LEASE).remove(0);
    let now = due_at + LEASE;
    assert_eq!(
        store.finish_timer(first.id, first.generation, now),
        Err(StoreError::Fenced)
    );
    assert_eq!(
        store.finish_timer(second.id, second.generation, now),
        Ok(())
    );
    assert_eq!(
        store.finish_timer(second.id, second.generation, now),
        Err(StoreError::Fenced)
    );
    // A guard that was ended without a successor is exactly what the watchdog must find.
    assert_eq!(store.orphans().map(|orphans| orphans.len()), Ok(1));
}

fn a_notice_is_retried_and_then_given_up(ground: &Ground) {
    alarmed(ground);
    let store = &ground.store;
    let claim = |now| {
        store
            .claim_outbox(fresh(), now, LEASE, 1)
            .expect("claimed")
            .remove(0)
    };
    let first = claim(noon());
    let retry = Delivered::Later {
        at: later(0),
        reason: "busy".to_owned(),
    };
    assert_eq!(
        store.finish_outbox(first.item.id, 0, &retry, noon()),
        Err(StoreError::Fenced)
    );
    let mut claimed = first;
    for attempt in 1..=MAX_ATTEMPTS {
        store
            .finish_outbox(claimed.item.id, claimed.generation, &retry, noon())
            .expect("noted");
        if attempt < MAX_ATTEMPTS {
            let again = claim(noon());
            assert_eq!((again.item.id, again.attempts), (claimed.item.id, attempt));
            claimed = again;
        }
    }
    let listed = store
        .notification_list(organisation(), None, &PageRequest::first(99))
        .expect("list");
    let id = claimed.item.id;
    let record = listed
        .items
        .into_iter()
        .find(|record| record.item.id == id)
        .expect("a record");
    assert_eq!(
        (record.state, record.attempts),
        (DeliveryState::Failed, MAX_ATTEMPTS)
    );
    assert_eq!(record.last_error.as_deref(), Some("busy"));
    assert_ne!(claim(noon()).item.id, id);
}

fn what_sets_somebody_in_motion_is_claimed_first(ground: &Ground) {
    alarmed(ground);
    let store = &ground.store;
    let claimed = store
        .claim_outbox(fresh(), noon(), LEASE, 100)
        .expect("claimed");
    let family = claimed
        .iter()
        .position(|c| c.item.notice.key == MessageKey::FamilyAlarm);
    let last_offer = claimed
        .iter()
        .rposition(|c| c.item.notice.key == MessageKey::OfferNew);
    assert!(last_offer.expect("an offer") < family.expect("a relative"));
    let sent = Delivered::Sent(Channel::Push);
    for row in &claimed {
        store
            .finish_outbox(row.item.id, row.generation, &sent, later(1))
            .expect("noted");
    }
    let listed = store
        .notification_list(organisation(), None, &PageRequest::first(99))
        .expect("list");
    assert_eq!(listed.items.len(), claimed.len());
    assert!(
        listed
            .items
            .iter()
            .all(|record| record.sent_at == Some(later(1)) && !record.leased)
    );
}

fn two_processes_never_claim_the_same_notice(ground: &Ground) {
    alarmed(ground);
    let listed = ground
        .store
        .notification_list(organisation(), None, &PageRequest::first(99));
    let all = listed.expect("list").items.len();
    let stores = [ground.store.clone(), start(&ground.database)];
    let claim_all = |store: SqlStore| {
        std::thread::spawn(move || {
            let mut ids = Vec::new();
            loop {
                let claimed = store
                    .claim_outbox(fresh(), noon(), LEASE, 1)
                    .expect("claimed");
                if claimed.is_empty() {
                    return ids;
                }
                ids.extend(claimed.into_iter().map(|row| (row.item.id, row.generation)));
            }
        })
    };
    let threads = stores.map(claim_all);
    let mut ids: Vec<_> = threads
        .into_iter()
        .flat_map(|thread| thread.join().expect("joined"))
        .collect();
    let claims = ids.len();
    ids.sort_unstable();
    ids.dedup_by_key(|(id, _)| *id);
    assert_eq!((claims, ids.len()), (all, all));
    assert!(ids.iter().all(|(_, generation)| *generation == 1));
}
