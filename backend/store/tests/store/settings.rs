//! What durability rests on is read back, and a wrong setting is found.

use diesel::connection::SimpleConnection;
use domain::ports::Store;
use store::{Conn, Database};

use crate::engine::{fresh, noon};
use crate::ground::{Ground, open, start};

on_both!(
    a_fresh_connection_is_sound,
    a_wrong_setting_is_named,
    what_was_committed_is_there_after_opening_again,
    migrations_run_twice_without_harm,
);

fn a_fresh_connection_is_sound(ground: &Ground) {
    let mut conn = ground.database.connect().expect("connected");
    assert!(Database::verify(&mut conn).is_ok());
}

fn a_wrong_setting_is_named(ground: &Ground) {
    let wrong: &[(&str, &str)] = if ground.is_sqlite() {
        &[
            ("PRAGMA synchronous = NORMAL", "synchronous"),
            ("PRAGMA synchronous = OFF", "synchronous"),
            ("PRAGMA foreign_keys = OFF", "foreign_keys"),
        ]
    } else {
        &[
            ("SET synchronous_commit = off", "synchronous_commit"),
            ("SET synchronous_commit = local", "synchronous_commit"),
            ("SET statement_timeout = 0", "statement_timeout"),
        ]
    };
    for (statement, name) in wrong {
        let mut conn = ground.database.connect().expect("connected");
        conn.batch_execute(statement).expect("set");
        check(&mut conn, name);
    }
}

#[test]
fn a_rollback_journal_is_named() {
    // The journal can only be changed while nobody else is connected.
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("alone.sqlite").display());
    let mut conn = open(&url, &folder.path().join("keys"))
        .connect()
        .expect("connected");
    conn.batch_execute("PRAGMA journal_mode = DELETE")
        .expect("set");
    check(&mut conn, "journal_mode");
}

fn check(conn: &mut Conn, name: &str) {
    let error = Database::verify(conn).expect_err("a wrong setting");
    assert!(error.to_string().contains(name), "{error}");
}

fn what_was_committed_is_there_after_opening_again(ground: &Ground) {
    let frame = crate::engine::sos(&crate::people::uid(), "e");
    ground
        .store
        .save_undecided(frame.clone(), noon())
        .expect("kept");
    if ground.is_sqlite() {
        // As after a kill: the files as they lie there, the write-ahead log included.
        let copy = tempfile::tempdir().expect("a folder");
        for entry in std::fs::read_dir(ground.folder.path()).expect("files") {
            let entry = entry.expect("a file");
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("copied");
        }
        let url = format!("sqlite://{}", copy.path().join("anlin.sqlite").display());
        let second = start(&open(&url, &copy.path().join("keys")));
        assert_eq!(second.undecided_frame(frame.id), Ok(frame.clone()));
    }
    let second = start(&ground.database);
    assert_eq!(second.undecided_frame(frame.id), Ok(frame));
    let lease = chrono::TimeDelta::seconds(1);
    assert_eq!(
        second
            .claim_timers(fresh(), noon(), lease, 9)
            .map(|due| due.len()),
        Ok(1)
    );
}

fn migrations_run_twice_without_harm(ground: &Ground) {
    ground.database.migrate().expect("migrated");
    assert!(ground.store.default_organisation().is_ok());
}
