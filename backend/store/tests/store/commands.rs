//! Commands to devices: one claim, one fence, and nobody's words to somebody else's device.

use chrono::TimeDelta;
use domain::devices::{Attempt, Command, CommandState, Device, DeviceUid, Protocol, QueuedCommand};
use domain::ids::{AccountId, CommandId, DeviceId, OrganisationId};
use domain::ports::StoreError;
use domain::time::Timestamp;
use store::seeding::Seeder;
use uuid::Uuid;

use crate::engine::{fresh, noon};
use crate::ground::{Ground, start};
use crate::people::{CANARY, device_id, operator, organisation, other_organisation, uid};

on_both!(
    a_command_is_claimed_by_one_and_finished_once,
    a_lost_lease_writes_nothing,
    a_command_goes_to_the_organisation_that_hears_the_device,
    an_answer_ends_it_and_a_deadline_does,
);

const LEASE: TimeDelta = TimeDelta::seconds(5);
const SENT: Attempt = Attempt::Sent { is_answered: true };

fn later(seconds: i64) -> Timestamp {
    noon() + TimeDelta::seconds(seconds)
}

/// Words to a person, with a canary in them.
pub(crate) fn said(id: u128) -> QueuedCommand {
    let id = CommandId(Uuid::from_u128(id));
    QueuedCommand {
        id,
        organisation_id: organisation(),
        device_id: device_id(),
        command: Command::Speak {
            text: format!("{CANARY} good morning"),
        },
        state: CommandState::Queued,
        serial: QueuedCommand::serial_of(id),
        attempts: 0,
        asked_by: operator(),
        asked_at: noon(),
        deadline_at: later(600),
        next_at: Some(noon()),
        sent_at: None,
        answered_at: None,
        reason: None,
    }
}

fn queue(ground: &Ground, id: u128) -> (OrganisationId, CommandId) {
    let (kept, is_new) = ground.store.device_command_queue(&said(id)).expect("kept");
    assert!(is_new);
    assert_eq!(kept, said(id), "it comes back as it was");
    (kept.organisation_id, kept.id)
}

fn a_command_is_claimed_by_one_and_finished_once(ground: &Ground) {
    let key = queue(ground, 1);
    assert!(
        !ground
            .store
            .device_command_queue(&said(1))
            .expect("known")
            .1
    );
    let other = start(&ground.database);
    let claim = |store: &store::SqlStore, now| {
        store
            .device_command_claim(key, fresh(), now, LEASE)
            .expect("asked")
    };
    let first = claim(&ground.store, noon()).expect("claimed");
    assert_eq!(claim(&other, later(4)), None, "somebody has it");
    assert!(
        ground
            .store
            .device_commands_waiting(later(4))
            .expect("read")
            .is_empty()
    );
    let outcome = first.queued.after(&SENT, later(1));
    let finish = || {
        ground
            .store
            .device_command_finish(&first, outcome, None, later(1))
    };
    assert_eq!(finish(), Ok(()));
    let kept = ground
        .store
        .device_command_read(key.0, key.1)
        .expect("there");
    assert_eq!((kept.state, kept.attempts), (CommandState::Sent, 1));
    assert_eq!(
        (kept.sent_at, kept.next_at),
        (Some(later(1)), Some(later(31)))
    );
    assert_eq!(claim(&other, later(30)), None, "an answer may come");
    assert!(claim(&other, later(31)).is_some());
    // Two stores of one SQLite file wait for each other at the end of a test as well.
    drop(other);
}

fn a_lost_lease_writes_nothing(ground: &Ground) {
    let key = queue(ground, 1);
    let claim = |now| {
        let claimed = ground.store.device_command_claim(key, fresh(), now, LEASE);
        claimed.expect("asked").expect("claimed")
    };
    let slow = claim(noon());
    let quick = claim(later(5));
    let outcome = slow.queued.after(&Attempt::Impossible, later(6));
    let late = ground
        .store
        .device_command_finish(&slow, outcome, Some("no"), later(6));
    assert_eq!(late, Err(StoreError::Fenced));
    let outcome = quick.queued.after(&Attempt::NotSent, later(6));
    let finish = ground
        .store
        .device_command_finish(&quick, outcome, None, later(6));
    assert_eq!(finish, Ok(()));
    let kept = ground
        .store
        .device_command_read(key.0, key.1)
        .expect("there");
    assert_eq!(
        (kept.state, kept.attempts, kept.sent_at),
        (CommandState::Queued, 0, None)
    );
    let cancelled = ground.store.device_command_cancel(key.0, key.1, later(7));
    assert_eq!(cancelled.expect("there").state, CommandState::Cancelled);
}

fn a_command_goes_to_the_organisation_that_hears_the_device(ground: &Ground) {
    let device = Device {
        id: DeviceId(Uuid::from_u128(0x999)),
        organisation_id: other_organisation(),
        protocol: Protocol::Watch,
        uid: uid(),
        resident_id: None,
    };
    let mut seeder = Seeder::new(&ground.database).expect("a seeder");
    seeder
        .devices(vec![(device.clone(), None)], &mut |_| {})
        .expect("the same number twice");
    let foreign = QueuedCommand {
        organisation_id: other_organisation(),
        device_id: device.id,
        asked_by: AccountId(Uuid::from_u128(0x12)),
        ..said(2)
    };
    ground.store.device_command_queue(&foreign).expect("kept");
    let own = queue(ground, 1);
    let waiting = ground.store.device_commands_waiting(noon()).expect("read");
    let ids: Vec<_> = waiting
        .iter()
        .map(|it| (it.organisation_id, it.id))
        .collect();
    assert_eq!(ids, [own], "its frames are of the first organisation");
    assert_eq!(
        waiting[0].uid,
        DeviceUid::parse("5550000001").expect("a uid")
    );
}

fn an_answer_ends_it_and_a_deadline_does(ground: &Ground) {
    let (store, answered, refused, late) = (
        &ground.store,
        queue(ground, 1),
        queue(ground, 2),
        queue(ground, 3),
    );
    // Before the sending was written down: the device was quicker.
    store
        .device_command_answered(answered.0, answered.1, true, later(1))
        .expect("kept");
    store
        .device_command_answered(refused.0, refused.1, false, later(1))
        .expect("kept");
    assert_eq!(store.device_commands_expire(later(599)), Ok(0));
    assert_eq!(store.device_commands_expire(later(600)), Ok(1));
    store
        .device_command_answered(late.0, late.1, true, later(601))
        .expect("kept");
    let read = |(organisation, id)| store.device_command_read(organisation, id).expect("there");
    let done = read(answered);
    assert_eq!((done.state, done.attempts), (CommandState::Acknowledged, 1));
    assert_eq!(
        (done.sent_at, done.answered_at),
        (Some(later(1)), Some(later(1)))
    );
    assert_eq!(read(refused).state, CommandState::Failed);
    assert_eq!(read(late).state, CommandState::Expired);
    let page =
        store.device_command_list(organisation(), device_id(), &store::PageRequest::first(2));
    let page = page.expect("listed");
    assert_eq!((page.items.len(), page.next.is_some()), (2, true));
}
