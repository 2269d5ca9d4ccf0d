//! Row 1.8: the committed document, the code and the running server say the same, and the server
//! serves all of it and nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;

use integration::process::{Finished, Invocation, Program, Site};
use integration::roles::Client;
use integration::scorecard::{row, say};
use integration::served::Served;

mod contract {
    mod operations;
}

const COMMITTED: &str = include_str!("../../openapi/openapi.yaml");
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi");
/// `openapi check` on a folder.
fn check(folder: &Path) -> Finished {
    let program = Program::shipped()
        .expect("the binary")
        .path
        .with_file_name("openapi");
    let command = Command::new(&program);
    let invocation = Invocation::new(command)
        .args(["check", "--dir"])
        .args([folder]);
    invocation.run().expect("openapi check")
}

/// A copy of the document's folder that may be spoilt.
fn copy() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("released")).expect("a folder");
    std::fs::write(folder.path().join("openapi.yaml"), COMMITTED).expect("a file");
    for entry in std::fs::read_dir(Path::new(FOLDER).join("released")).expect("released") {
        let entry = entry.expect("an entry");
        let to = folder.path().join("released").join(entry.file_name());
        std::fs::copy(entry.path(), to).expect("a copy");
    }
    let path = folder.path().to_owned();
    (folder, path)
}

/// Each spoilt document: file, and what is done to the committed text.
fn spoilt() -> Vec<(&'static str, &'static str, String)> {
    let drift = |from: &str, to: &str| {
        assert!(COMMITTED.contains(from), "{from}");
        COMMITTED.replacen(from, to, 1)
    };
    vec![
        (
            "a path renamed",
            "openapi.yaml",
            drift("/v1/me/duty:", "/v1/me/shift:"),
        ),
        (
            "a bound widened",
            "openapi.yaml",
            drift("maximum: 200", "maximum: 201"),
        ),
        (
            "a word changed",
            "openapi.yaml",
            drift("opaque cursor", "opaque token"),
        ),
        (
            "a line lost",
            "openapi.yaml",
            drift("operationId: whoami\n", ""),
        ),
        (
            "a promise broken",
            "released/0.0.0.yaml",
            drift("/v1/me/duty:", "/v1/me/shift:"),
        ),
        (
            "a bound narrowed",
            "released/0.0.0.yaml",
            drift("maximum: 200", "maximum: 201"),
        ),
    ]
}

#[test]
fn the_committed_document_is_the_code_and_drift_is_found() {
    let committed = check(Path::new(FOLDER));
    let honest = check(&copy().1);
    let (mut found, spoilt) = (0, spoilt());
    for (what, file, text) in &spoilt {
        let (_folder, path) = copy();
        std::fs::write(path.join(file), text).expect("a file");
        let spoilt = check(&path);
        say(&format!(
            "{what}: exit {:?}: {}",
            spoilt.code,
            spoilt.stderr.trim()
        ));
        found += usize::from(spoilt.code == Some(1));
    }
    let equal = committed.code == Some(0) && honest.code == Some(0);
    let value = format!(
        "drift {}; planted {found} of {} found",
        u8::from(!equal),
        spoilt.len()
    );
    let good = row(
        "1.8",
        "openapi_check",
        value,
        "0",
        equal && found == spoilt.len(),
    );
    assert!(good, "{committed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_served_document_is_the_committed_one() {
    let site = Site::seeded_sqlite().expect("a seeded site");
    let served = Served::start(site).expect("a server");
    let nobody = Client::new(served.site.http, None);
    let yaml = nobody.get("/openapi.yaml").await;
    assert_eq!(yaml.status, 200);
    assert_eq!(yaml.headers["content-type"], "application/yaml");
    assert!(yaml.text == COMMITTED, "the served text differs");
    let json = nobody.get("/openapi.json").await;
    assert_eq!(json.headers["content-type"], "application/json");
    let tree = openapi::read_document(COMMITTED).expect("YAML");
    assert!(json.expect(200) == tree, "the served tree differs");

    let docs = nobody.get("/docs").await;
    assert_eq!(docs.status, 200);
    let media = docs.headers["content-type"].to_str().expect("text");
    assert!(media.starts_with("text/html"), "{media}");
    let policy = docs.headers["content-security-policy"]
        .to_str()
        .expect("text");
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("http"),
        "{policy}"
    );
    assert!(docs.text.contains("swagger-ui"));
    assert!(
        docs.text.contains(&openapi::document_json()),
        "the document is inside"
    );
    for foreign in [
        "src=\"http",
        "src=\"//",
        "href=\"http",
        "href=\"//",
        "@import",
        "url(http",
    ] {
        assert!(!docs.text.contains(foreign), "{foreign}");
    }
}
