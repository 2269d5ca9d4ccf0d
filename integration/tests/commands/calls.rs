//! Help, exit codes and one-line errors.

use std::net::TcpListener;
use std::time::Duration;

use crate::{anlin, assert_complains, site};

const COMMANDS: [&str; 15] = [
    "demo",
    "serve",
    "migrate",
    "seed",
    "import-osm",
    "reach",
    "nearest",
    "isochrone",
    "coverage",
    "matrix",
    "assign",
    "replay",
    "decode",
    "conformance",
    "check-config",
];

#[test]
fn every_command_has_help() {
    let site = site();
    let all = anlin(&site, &["--help"]).run().expect("runs");
    assert_eq!(all.code, Some(0));
    for command in COMMANDS {
        assert!(all.stdout.contains(command), "{command} is listed");
        let help = anlin(&site, &[command, "--help"]).run().expect("runs");
        assert_eq!(help.code, Some(0), "{command}");
        assert!(
            help.stdout.contains("Usage: anlin "),
            "{command}: {}",
            help.stdout
        );
        assert!(
            help.stdout.contains(command) && help.stderr.is_empty(),
            "{command}"
        );
    }
}

#[test]
fn the_version_is_told() {
    let version = anlin(&site(), &["--version"]).run().expect("runs");
    assert_eq!(
        (version.code, version.stdout.starts_with("anlin ")),
        (Some(0), true)
    );
}

#[test]
fn a_wrong_call_is_one_line_and_exit_2() {
    let site = site();
    for (args, part) in [
        (&["nonsense"][..], "nonsense"),
        (&["serve", "--nonsense"], "--nonsense"),
        (&["serve", "--http-listen"], "--http-listen"),
        (&["serve", "--http-listen", "nowhere"], "nowhere"),
        (&["import-osm"], "<FILE.pbf>"),
        (&["seed", "--scale", "huge"], "huge"),
        (&["decode", "--protocol", "nonsense"], "nonsense"),
    ] {
        assert_complains(&anlin(&site, args).run().expect("runs"), 2, part);
    }
}

#[test]
fn a_missing_file_is_one_line_and_exit_1() {
    let site = site();
    for args in [
        &["import-osm", "missing.pbf"][..],
        &["import-osm", "missing.pbf", "--dry-run"],
        &["demo", "--osm", "missing.pbf", "--exit-after-incident"],
        &["demo", "--frames", "missing.jsonl", "--exit-after-incident"],
    ] {
        assert_complains(&anlin(&site, args).run().expect("runs"), 1, "missing.");
    }
}

#[test]
fn a_taken_port_is_one_line_and_exit_1() {
    for command in ["serve", "demo"] {
        for setting in ["http_listen", "watch_listen"] {
            let site = site();
            let taken = if setting == "http_listen" {
                site.http
            } else {
                site.watch
            };
            let _holder = TcpListener::bind(taken).expect("the spare port");
            let finished = anlin(&site, &[command]).run().expect("runs");
            assert_complains(&finished, 1, "");
            // The setting or its flag: what to change.
            let names_it = finished.stderr.replace('-', "_").contains(setting);
            assert!(names_it, "{finished:?}");
            assert!(finished.stderr.contains(&taken.to_string()), "{finished:?}");
            assert!(
                finished.took < Duration::from_secs(10),
                "{command}: {:?}",
                finished.took
            );
        }
    }
}

#[test]
fn a_database_that_does_not_answer_is_one_line_without_its_password() {
    let site = site();
    let finished = anlin(&site, &["migrate"])
        .env(
            "ANLIN_DATABASE_URL",
            "postgres://anlin:s3cret@127.0.0.1:1/anlin",
        )
        .run()
        .expect("runs");
    assert_complains(&finished, 1, "127.0.0.1:1");
    assert!(!finished.stderr.contains("s3cret"), "{finished:?}");
}

#[test]
fn migrating_twice_is_the_same_as_once() {
    let site = site();
    for _ in 0..2 {
        let finished = anlin(&site, &["migrate"]).run().expect("runs");
        assert_eq!(finished.code, Some(0), "{finished:?}");
        assert_eq!(finished.stdout.lines().count(), 1, "{finished:?}");
    }
    assert!(site.sqlite_file().is_file());
}
