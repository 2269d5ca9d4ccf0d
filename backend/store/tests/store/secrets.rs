//! What is sealed stays sealed, and what was moved does not open.

use diesel::connection::SimpleConnection;
use domain::audit::AuditEntry;
use domain::ids::{AuditId, PushEndpointId};
use domain::ports::StoreError;
use store::{Conn, DatabaseUrl, KeyRing, Lane, Platform};
use uuid::Uuid;

use crate::engine::noon;
use crate::ground::Ground;
use crate::people::{
    CANARY, DEVICE_TOKEN, FAMILY_TOKEN, OPERATOR_TOKEN, RESPONDER_TOKEN, elder, operator,
    organisation, resident,
};

on_both!(
    a_swapped_value_does_not_open,
    nothing_personal_lies_in_the_clear,
    another_key_opens_nothing,
);

fn run(ground: &Ground, statement: &'static str) {
    let ran = ground.store.write(Lane::Alarm, move |conn: &mut Conn| {
        conn.batch_execute(statement)
            .map_err(|error| StoreError::Bug(error.to_string()))
    });
    assert_eq!(ran, Ok(()));
}

fn a_swapped_value_does_not_open(ground: &Ground) {
    let read = || ground.store.resident_read(organisation(), resident());
    assert_eq!(read(), Ok(elder(0, organisation())));
    run(
        ground,
        "UPDATE residents SET name = phone, phone = name WHERE living_alone",
    );
    assert!(matches!(read(), Err(StoreError::Bug(_))));
    run(
        ground,
        "UPDATE residents SET name = phone, phone = name WHERE living_alone",
    );
    assert_eq!(read(), Ok(elder(0, organisation())));
    // The name of one row in another row.
    run(
        ground,
        "UPDATE residents SET name = (SELECT name FROM residents ORDER BY name DESC LIMIT 1)",
    );
    let all = (0..2).map(|n| {
        ground
            .store
            .resident_read(organisation(), elder(n, organisation()).id)
    });
    assert!(all.filter(Result::is_ok).count() <= 1);
}

fn nothing_personal_lies_in_the_clear(ground: &Ground) {
    let store = &ground.store;
    let endpoint = PushEndpointId(Uuid::from_u128(7));
    let push_token = format!("push-{CANARY}-token");
    store
        .push_endpoint_set(
            organisation(),
            operator(),
            endpoint,
            Platform::Fcm,
            &push_token,
            noon(),
        )
        .expect("set");
    let look = AuditEntry {
        id: AuditId(Uuid::from_u128(9)),
        organisation_id: organisation(),
        at: noon(),
        account_id: Some(operator()),
        action: "resident_read".to_owned(),
        object_kind: "resident".to_owned(),
        object_id: resident().0,
        note: Some(format!("asked by {CANARY}")),
    };
    store.record_look(look.clone()).expect("recorded");
    let told = crate::commands::said(1);
    assert!(store.device_command_queue(&told).expect("kept").1);
    assert_eq!(
        store.audit_of(organisation(), "resident", resident().0),
        Ok(vec![look])
    );
    let DatabaseUrl::Sqlite(_) = ground.database.url() else {
        return;
    };
    let mut scanned = 0;
    for entry in std::fs::read_dir(ground.folder.path()).expect("files") {
        let bytes = std::fs::read(entry.expect("a file").path()).expect("read");
        scanned += bytes.len();
        for secret in [
            CANARY,
            OPERATOR_TOKEN,
            FAMILY_TOKEN,
            RESPONDER_TOKEN,
            DEVICE_TOKEN,
        ] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} lies in the clear");
        }
    }
    assert!(scanned > 100_000, "the scan saw the database");
}

fn another_key_opens_nothing(ground: &Ground) {
    std::fs::remove_file(ground.keys()).expect("removed");
    let keys = KeyRing::load_or_create(&ground.keys()).expect("keys");
    let options = store::Options::default();
    let database = store::Database::open(ground.database.url(), keys, options).expect("opened");
    let stranger = crate::ground::start(&database);
    let read = stranger.resident_read(organisation(), resident());
    assert!(matches!(read, Err(StoreError::Bug(_))), "{read:?}");
}
