//! Notices: claimed once, tried again, and never forgotten without a word.

use chrono::TimeDelta;
use domain::devices::Alarm;
use domain::message::MessageKey;
use domain::notices::{Channel, DeliveryState, MAX_ATTEMPTS};
use domain::ports::{ClaimedOutbox, Delivered, Store, StoreError};
use domain::time::seconds;

use super::Fixture;
use super::town::NEIGHBOURS_WATCH;
use super::world::{LEASE_S, WORKER, World};
use crate::memory_store::KeptNotice;

/// The notices of a first alarm: three offers, the seat, the family.
const FIRST: usize = 5;

fn notice<F: Fixture>(world: &World<'_, F>, claimed: &ClaimedOutbox) -> KeptNotice {
    let id = claimed.item.id;
    world
        .inside()
        .notices
        .into_iter()
        .find(|notice| notice.id == id)
        .expect("the notice")
}

pub(super) fn a_notice_is_claimed_once<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    world.opened();
    let first = world.claim_outbox();
    assert_eq!(first.len(), FIRST);
    assert!(
        first
            .iter()
            .all(|claimed| (claimed.attempts, claimed.generation) == (0, 1))
    );
    assert_eq!(world.claim_outbox(), []);
    world.wait(LEASE_S);
    let second = world.claim_outbox();
    assert!(
        second
            .iter()
            .all(|claimed| (claimed.attempts, claimed.generation) == (0, 2))
    );
    assert_eq!(second.len(), FIRST);
    for claimed in &second {
        assert_eq!(world.deliver(claimed), Delivered::Sent(Channel::Console));
    }
    let sent = |notice: &KeptNotice| {
        (notice.state, notice.attempts, notice.channel)
            == (DeliveryState::Sent, 1, Some(Channel::Console))
    };
    assert!(world.inside().notices.iter().all(sent));
    assert_eq!(world.engine.carriers.seen().len(), FIRST);
    world.wait(3600);
    assert_eq!(world.claim_outbox(), []);
}

pub(super) fn a_later_notice_waits<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    world.opened();
    let at = world.now() + TimeDelta::seconds(10);
    world.engine.carriers.answer_with(Delivered::Later {
        at,
        reason: "busy".to_owned(),
    });
    let claimed = world.claim_outbox();
    for one in &claimed {
        world.deliver(one);
    }
    let waiting = notice(&world, &claimed[0]);
    assert_eq!(
        (waiting.state, waiting.attempts),
        (DeliveryState::Queued, 1)
    );
    assert_eq!(waiting.last_error.as_deref(), Some("busy"));
    world.wait(9);
    assert_eq!(world.claim_outbox(), []);
    world.wait(1);
    let again = world.claim_outbox();
    assert_eq!(again.len(), FIRST);
    assert!(
        again
            .iter()
            .all(|claimed| (claimed.attempts, claimed.generation) == (1, 2))
    );
}

pub(super) fn an_old_claim_records_nothing<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    world.opened();
    let old = world.claim_outbox().remove(0);
    world.wait(LEASE_S);
    let new = world.claim_outbox().remove(0);
    assert_eq!(old.item, new.item);
    let before = world.inside();
    let sent = Delivered::Sent(Channel::Push);
    assert_eq!(world.finish(&old, &sent), Err(StoreError::Fenced));
    assert_eq!(world.inside(), before);
    assert_eq!(world.finish(&new, &sent), Ok(()));
    assert_eq!(notice(&world, &new).channel, Some(Channel::Push));
    assert_eq!(
        world.finish(&new, &Delivered::NoEndpoint),
        Err(StoreError::Fenced)
    );
    assert_eq!(notice(&world, &new).state, DeliveryState::Sent);
}

pub(super) fn too_many_attempts_fail<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    world.opened();
    for attempt in 0..MAX_ATTEMPTS {
        let claimed = world.claim_outbox();
        assert_eq!(claimed.len(), FIRST, "attempt {attempt}");
        let later = Delivered::Later {
            at: world.now(),
            reason: format!("try {attempt}"),
        };
        for one in &claimed {
            assert_eq!(one.attempts, attempt);
            assert_eq!(world.finish(one, &later), Ok(()));
        }
    }
    assert_eq!(world.claim_outbox(), []);
    for notice in world.inside().notices {
        assert_eq!(
            (notice.state, notice.attempts),
            (DeliveryState::Failed, MAX_ATTEMPTS)
        );
        assert_eq!(notice.last_error, Some(format!("try {}", MAX_ATTEMPTS - 1)));
    }
}

pub(super) fn an_end_is_an_end<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    world.opened();
    let claimed = world.claim_outbox();
    world
        .finish(&claimed[0], &Delivered::Failed("gone".to_owned()))
        .expect("recorded");
    world
        .finish(&claimed[1], &Delivered::NoEndpoint)
        .expect("recorded");
    let failed = notice(&world, &claimed[0]);
    assert_eq!(
        (failed.state, failed.channel),
        (DeliveryState::Failed, None)
    );
    assert_eq!(failed.last_error.as_deref(), Some("gone"));
    assert_eq!(notice(&world, &claimed[1]).state, DeliveryState::NoEndpoint);
    world.wait(LEASE_S);
    assert_eq!(world.claim_outbox().len(), FIRST - 2);
}

pub(super) fn what_moves_somebody_goes_first<F: Fixture>(fixture: &F) {
    let world = World::of(fixture);
    let id = world.opened().id;
    world.accept(id, world.offers(id)[0]).expect("accepted");
    world.wait(1);
    world.receive(&world.frame(NEIGHBOURS_WATCH, "n", &[Alarm::Sos]));
    let urgency = |key| match key {
        MessageKey::OfferNew | MessageKey::OperatorAlarm => 0,
        MessageKey::OfferWithdrawn | MessageKey::FamilyAlarm => 1,
        MessageKey::FamilyHelpComing => 2,
        other => panic!("not written here: {other}"),
    };
    let mut order = Vec::new();
    loop {
        let (now, lease) = (world.now(), seconds(LEASE_S));
        let claimed = world
            .store()
            .claim_outbox(WORKER, now, lease, 4)
            .expect("claimed");
        if claimed.is_empty() {
            break;
        }
        assert!(claimed.len() <= 4);
        let place = |one: &ClaimedOutbox| (urgency(one.item.notice.key), one.item.created_at);
        order.extend(claimed.iter().map(place));
    }
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(order, sorted);
    assert_eq!(order.len(), world.inside().notices.len());
}
