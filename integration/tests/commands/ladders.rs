//! `anlin ladders`: a file is checked, and tried on what has been.

use crate::{anlin, site};

const SHIPPED: &str = include_str!("../../../backend/domain/src/incidents/ladders.json");

#[test]
fn a_sound_file_is_said_to_be_sound_and_a_bad_one_names_its_rung() {
    let site = site();
    let sound = site.folder().join("sound.json");
    std::fs::write(&sound, SHIPPED).expect("written");
    let told = anlin(&site, &["ladders", "check", sound.to_str().expect("plain")]);
    let told = told.run().expect("runs");
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(
        told.stdout.contains("life: 4") && told.stdout.contains("life_sign: 4"),
        "{told:?}"
    );
    let bad = site.folder().join("bad.json");
    let changed = SHIPPED.replacen("\"timeout_s\": 60", "\"timeout_s\": 6000", 1);
    assert_ne!(changed, SHIPPED);
    std::fs::write(&bad, changed).expect("written");
    let told = anlin(&site, &["ladders", "check", bad.to_str().expect("plain")]);
    let told = told.run().expect("runs");
    assert_eq!(told.code, Some(1), "{told:?}");
    let says = "ladder life, rung 3: waits 6000 seconds";
    assert!(
        told.stderr.contains(says) && told.stderr.lines().count() == 1,
        "{told:?}"
    );
}

#[test]
fn a_trial_on_an_installation_without_history_counts_nothing() {
    let site = site();
    let file = site.folder().join("new.json");
    std::fs::write(&file, SHIPPED).expect("written");
    let file = file.to_str().expect("plain");
    let told = anlin(
        &site,
        &["ladders", "dry-run", "--file", file, "--days", "7"],
    );
    let told = told.run().expect("runs");
    assert_eq!(told.code, Some(0), "{told:?}");
    let says = "in 7 days this change would have woken 0 families, 0 more than now (0)";
    assert!(told.stdout.contains(says), "{told:?}");
}
