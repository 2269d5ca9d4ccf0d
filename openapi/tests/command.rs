//! The command behind `cargo openapi`: exit codes and one-line errors.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("released")).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).expect("a file");
    }

    fn run(&self, command: &str) -> Output {
        run(&[command, "--dir", self.0.to_str().expect("UTF-8")])
    }
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_openapi"))
        .args(arguments)
        .output()
        .expect("a process")
}

fn error(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

#[test]
fn what_was_written_is_found_equal() {
    let folder = Folder::new("equal");
    assert_eq!(folder.run("write").status.code(), Some(0));
    let check = folder.run("check");
    assert_eq!(check.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&check.stdout).contains("no released document yet"));
    let diff = folder.run("diff");
    assert_eq!((diff.status.code(), diff.stdout.len()), (Some(0), 0));
}

#[test]
fn drift_is_named_by_its_first_line() {
    let folder = Folder::new("drift");
    let document = openapi::document();
    folder.write("openapi.yaml", &document.replacen("Anlin", "Other", 1));
    let check = folder.run("check");
    assert_eq!(check.status.code(), Some(1));
    assert!(
        error(&check).contains("line 3 is \"  title: Other\""),
        "{}",
        error(&check)
    );
    let diff = folder.run("diff");
    assert_eq!(diff.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&diff.stdout),
        "@@ line 3 @@\n-  title: Other\n+  title: Anlin\n"
    );
    folder.write("openapi.yaml", &document[..document.len() / 2]);
    assert_eq!(folder.run("check").status.code(), Some(1));
}

#[test]
fn a_broken_promise_of_a_released_document_is_found() {
    let folder = Folder::new("broken");
    folder.write("openapi.yaml", &openapi::document());
    folder.write("released/0.1.0.yaml", &openapi::document());
    let kept = folder.run("check");
    assert_eq!(kept.status.code(), Some(0), "{kept:?}");
    let promised = openapi::document().replace("/v1/me/duty:", "/v1/me/shift:");
    folder.write("released/0.0.9.yaml", &promised);
    let check = folder.run("check");
    assert_eq!(check.status.code(), Some(1));
    let found = String::from_utf8_lossy(&check.stdout).into_owned();
    assert_eq!(found, "0.0.9.yaml: PUT /v1/me/shift: operation removed\n");
    assert!(error(&check).contains("1 promises"));
}

#[test]
fn wrong_use_and_unreadable_files_are_2() {
    for arguments in [
        &[][..],
        &["sing"],
        &["check", "--dir"],
        &["check", "now", "please"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(error(&output).contains("--help"));
    }
    let folder = Folder::new("unreadable");
    assert_eq!(folder.run("check").status.code(), Some(2));
    folder.write("openapi.yaml", &openapi::document());
    folder.write("released/0.1.0.yaml", "a: [\n");
    let output = folder.run("check");
    assert_eq!(output.status.code(), Some(2));
    assert!(error(&output).contains("0.1.0.yaml is not YAML"));
}

#[test]
fn help_is_not_an_error() {
    for arguments in [&["--help"][..], &["check", "--help"]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("Usage: openapi"));
    }
}
