//! Rows 1.1, 1.3, 1.4, 1.5, 2.11, 3.1 and 3.5, and how the command line behaves, all through the shipped binary.

mod commands {
    pub(crate) mod assign;
    pub(crate) mod calls;
    pub(crate) mod conformance;
    pub(crate) mod coverage;
    pub(crate) mod decode;
    pub(crate) mod demo;
    pub(crate) mod district;
    pub(crate) mod falls;
    pub(crate) mod first_minute;
    pub(crate) mod isochrone;
    pub(crate) mod ladders;
    pub(crate) mod listeners;
    pub(crate) mod maps;
    pub(crate) mod matrix;
    pub(crate) mod odd_input;
    pub(crate) mod profiles;
    pub(crate) mod reach;
    pub(crate) mod settings;
    pub(crate) mod town;
    pub(crate) mod vectors;
}

use std::path::PathBuf;

use integration::process::{Invocation, Program, Site};

/// Folder of the test data.
const DATA: &str = "ANLIN_TEST_DATA";

/// A command line of the shipped binary in a fresh folder, with spare ports.
fn anlin(site: &Site, args: &[&str]) -> Invocation {
    let program = Program::shipped().expect("the shipped binary");
    Invocation::new(site.command(&program)).args(args)
}

fn site() -> Site {
    Site::empty().expect("a fresh folder")
}

/// A file of the test data, when it is there.
fn data(path: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os(DATA) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")),
    };
    let file = folder.join(path);
    file.exists().then_some(file)
}

/// Asserts one line on standard error that names the program, and an exit code.
fn assert_complains(finished: &integration::process::Finished, code: i32, part: &str) {
    assert_eq!(finished.code, Some(code), "{finished:?}");
    let lines: Vec<&str> = finished.stderr.lines().collect();
    assert_eq!(lines.len(), 1, "one line: {finished:?}");
    assert!(
        lines[0].starts_with("anlin: ") && lines[0].contains(part),
        "{finished:?}"
    );
}
