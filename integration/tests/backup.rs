//! Row 11: a backup that is taken under load is restored elsewhere and compared; what is damaged
//! is refused.

mod backup {
    pub(crate) mod compared;
    pub(crate) mod refused;
}

use std::path::{Path, PathBuf};
use std::time::Duration;

use integration::process::{Finished, Invocation, Program, Site};

/// How long one command may take on a machine that others use.
const WITHIN: Duration = Duration::from_secs(120);

/// A command line of the shipped binary on a site.
fn anlin(site: &Site, args: &[&str]) -> Invocation {
    let program = Program::shipped().expect("the shipped binary");
    Invocation::new(site.command(&program))
        .args(args)
        .within(WITHIN)
}

fn backup(site: &Site, to: &Path) -> Finished {
    let to = to.to_string_lossy();
    let taken = anlin(site, &["backup", "--to", &to]).run().expect("runs");
    assert_eq!(taken.code, Some(0), "{taken:?}");
    assert!(taken.stdout.contains("restored and compared"), "{taken:?}");
    taken
}

fn restore(site: &Site, from: &Path) -> Finished {
    let from = from.to_string_lossy();
    anlin(site, &["restore", "--from", &from])
        .run()
        .expect("runs")
}

/// Another machine, to which somebody has brought the key file and what seeding told.
fn elsewhere(like: &Site) -> Site {
    let site = Site::empty().expect("a fresh folder");
    std::fs::create_dir_all(site.data_dir()).expect("a folder");
    let files = [PathBuf::from("seeded.txt"), PathBuf::from("data/field.key")];
    for file in files {
        std::fs::copy(like.folder().join(&file), site.folder().join(&file)).expect("copied");
    }
    site
}

/// Asserts a refusal in one line behind any progress, with exit code 1.
fn assert_refused(finished: &Finished, part: &str) {
    assert_eq!(finished.code, Some(1), "{finished:?}");
    let complaints: Vec<&str> = finished
        .stderr
        .lines()
        .filter(|line| !line.ends_with(" %"))
        .collect();
    assert_eq!(complaints.len(), 1, "one line: {finished:?}");
    assert!(
        complaints[0].starts_with("anlin: ") && complaints[0].contains(part),
        "{part}: {finished:?}"
    );
}
