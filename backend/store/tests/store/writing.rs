//! The group-commit writer.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use domain::ports::StoreError;
use store::{Conn, Lane, SqlStore};

use crate::ground::Ground;

on_both!(
    a_failing_job_fails_alone,
    many_jobs_share_a_commit_and_alarms_go_first,
    a_failed_commit_is_never_a_success,
    a_lost_connection_is_made_again,
    a_connection_that_went_stale_costs_nobody_an_answer,
    a_failing_medium_ends_the_process,
);

fn set(key: &'static str) -> impl FnOnce(&mut Conn) -> Result<(), StoreError> + Send {
    move |conn| {
        let insert = format!("INSERT INTO installation (\"key\", value) VALUES ('{key}', '1')");
        conn.batch_execute(&insert)
            .map_err(|error| StoreError::Bug(error.to_string()))
    }
}

/// Holds the writer until it is let go, so that what follows waits together.
fn hold(store: &SqlStore) -> std::sync::mpsc::Sender<()> {
    let (release, held) = channel::<()>();
    let (running, ran) = channel();
    let store = store.clone();
    std::thread::spawn(move || {
        store.write(Lane::Alarm, move |_| {
            running.send(()).expect("told");
            let _ = held.recv_timeout(Duration::from_secs(20));
            Ok(())
        })
    });
    ran.recv().expect("the writer is held");
    release
}

fn wait_for(store: &SqlStore, jobs: usize) {
    for _ in 0..2_000 {
        let stats = store.writer().stats();
        if stats.alarm_waiting + stats.telemetry_waiting == jobs {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("jobs never waited");
}

fn a_failing_job_fails_alone(ground: &Ground) {
    let store = &ground.store;
    let release = hold(store);
    let spawn = |work: Box<dyn FnOnce(SqlStore) -> Result<(), StoreError> + Send>| {
        let store = store.clone();
        std::thread::spawn(move || work(store))
    };
    let good = spawn(Box::new(|store| store.write(Lane::Alarm, set("a"))));
    let refused = spawn(Box::new(|store| {
        store.write(Lane::Alarm, |conn| {
            set("b")(conn)?;
            Err(StoreError::Conflict)
        })
    }));
    let broken = spawn(Box::new(|store| store.write(Lane::Alarm, set("seed'"))));
    let panics = spawn(Box::new(|store| {
        store.write(Lane::Alarm, |conn| {
            set("c")(conn)?;
            panic!("on purpose")
        })
    }));
    wait_for(store, 4);
    let before = store.writer().stats().commits;
    release.send(()).expect("released");
    assert_eq!(good.join().expect("joined"), Ok(()));
    assert_eq!(refused.join().expect("joined"), Err(StoreError::Conflict));
    assert!(matches!(
        broken.join().expect("joined"),
        Err(StoreError::Bug(_))
    ));
    assert!(matches!(
        panics.join().expect("joined"),
        Err(StoreError::Bug(_))
    ));
    let read = |key| store.installation_get(key).expect("read");
    assert_eq!(
        [read("a"), read("b"), read("c")],
        [Some("1".to_owned()), None, None]
    );
    assert!(store.writer().stats().commits <= before + 2);
}

fn many_jobs_share_a_commit_and_alarms_go_first(ground: &Ground) {
    let store = &ground.store;
    let release = hold(store);
    let order = Arc::new(AtomicUsize::new(0));
    let spawn = |lane| {
        let (store, order) = (store.clone(), order.clone());
        std::thread::spawn(move || {
            store
                .write(lane, move |_| Ok(order.fetch_add(1, Ordering::SeqCst)))
                .expect("written")
        })
    };
    let telemetry: Vec<_> = (0..20).map(|_| spawn(Lane::Telemetry)).collect();
    let alarms: Vec<_> = (0..20).map(|_| spawn(Lane::Alarm)).collect();
    wait_for(store, 40);
    let before = store.writer().stats();
    release.send(()).expect("released");
    let places = |threads: Vec<std::thread::JoinHandle<usize>>| -> Vec<usize> {
        threads
            .into_iter()
            .map(|thread| thread.join().expect("joined"))
            .collect()
    };
    let (telemetry, alarms) = (places(telemetry), places(alarms));
    assert!(alarms.iter().max() < telemetry.iter().min());
    let after = store.writer().stats();
    assert!(after.commits <= before.commits + 2);
    assert_eq!((after.alarm_waiting, after.telemetry_waiting), (0, 0));
}

fn a_failed_commit_is_never_a_success(ground: &Ground) {
    let store = &ground.store;
    let outcome = if ground.is_sqlite() {
        // The check of a foreign key is put off to the commit, and fails there.
        store.write(Lane::Alarm, |conn| {
            let orphan = "PRAGMA defer_foreign_keys = ON; INSERT INTO family_links VALUES (x'01', x'02', x'03')";
            conn.batch_execute(orphan).map_err(|error| StoreError::Bug(error.to_string()))
        })
    } else {
        store.write(Lane::Alarm, |conn| {
            let deferred = "CREATE TABLE late (n INT UNIQUE DEFERRABLE INITIALLY DEFERRED); \
                            INSERT INTO late VALUES (1), (1)";
            conn.batch_execute(deferred)
                .map_err(|error| StoreError::Bug(error.to_string()))
        })
    };
    assert!(
        matches!(outcome, Err(StoreError::Unavailable(_))),
        "{outcome:?}"
    );
    // And the writer goes on.
    assert_eq!(store.write(Lane::Alarm, set("after")), Ok(()));
    assert_eq!(store.installation_get("after"), Ok(Some("1".to_owned())));
}

fn a_lost_connection_is_made_again(ground: &Ground) {
    let store = &ground.store;
    if !ground.is_sqlite() {
        let cut = store.write(Lane::Alarm, |conn| {
            let cut = "SELECT pg_terminate_backend(pg_backend_pid())";
            conn.batch_execute(cut)
                .map_err(|error| StoreError::Bug(error.to_string()))
        });
        assert!(matches!(cut, Err(StoreError::Unavailable(_))), "{cut:?}");
    }
    assert_eq!(store.write(Lane::Alarm, set("again")), Ok(()));
    assert_eq!(store.installation_get("again"), Ok(Some("1".to_owned())));
}

fn a_connection_that_went_stale_costs_nobody_an_answer(ground: &Ground) {
    if ground.is_sqlite() {
        return;
    }
    let mut admin = ground.database.connect().expect("connected");
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    admin.batch_execute(others).expect("terminated");
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(ground.store.write(Lane::Alarm, set("stale")), Ok(()));
    assert_eq!(
        ground.store.installation_get("stale"),
        Ok(Some("1".to_owned()))
    );
}

fn a_failing_medium_ends_the_process(ground: &Ground) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = told.clone();
    let on_fatal =
        Box::new(move |reason: &str| heard.lock().expect("told").push(reason.to_owned()));
    let store = SqlStore::start(ground.database.clone(), on_fatal).expect("started");
    let full = if ground.is_sqlite() {
        "PRAGMA max_page_count = 1; INSERT INTO networks VALUES ('n', 1, zeroblob(9000000), 't')"
    } else {
        "DO $$ BEGIN RAISE EXCEPTION 'could not extend file \"x\": No space left on device' \
         USING ERRCODE = '53100'; END $$"
    };
    let outcome = store.write(Lane::Alarm, move |conn| {
        conn.batch_execute(full)
            .map_err(|error| StoreError::Unavailable(error.to_string()))
    });
    assert!(
        matches!(outcome, Err(StoreError::Unavailable(_))),
        "{outcome:?}"
    );
    assert_eq!(told.lock().expect("told").len(), 1);
    let refused = store.write(Lane::Alarm, |_| -> Result<(), _> {
        Err(StoreError::Conflict)
    });
    assert_eq!(refused, Err(StoreError::Conflict));
    assert_eq!(told.lock().expect("told").len(), 1);
}
