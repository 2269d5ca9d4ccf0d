//! Dependency edges equal the table in ARCHITECTURE.md; the core is free of I/O crates.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Who may import whom. An edge not listed is forbidden.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("spatial", &[]),
    ("openapi", &[]),
    ("fcm", &[]),
    ("store", &["domain"]),
    ("ingest", &["domain"]),
    ("accessibility", &["domain"]),
    ("seed-data", &["domain"]),
    (
        "server",
        &[
            "accessibility",
            "domain",
            "fcm",
            "ingest",
            "openapi",
            "seed-data",
            "spatial",
            "store",
        ],
    ),
    (
        "integration",
        &[
            "accessibility",
            "domain",
            "fcm",
            "ingest",
            "openapi",
            "seed-data",
            "server",
            "spatial",
            "store",
        ],
    ),
];

/// Crates that must not be anywhere below a core crate.
const FORBIDDEN_BELOW: &[(&str, &[&str])] = &[
    (
        "domain",
        &["tokio", "poem", "poem-openapi", "diesel", "reqwest"],
    ),
    (
        "spatial",
        &[
            "tokio",
            "poem",
            "poem-openapi",
            "diesel",
            "reqwest",
            "chrono",
        ],
    ),
    ("openapi", &["diesel", "reqwest"]),
    ("store", &["poem", "poem-openapi", "reqwest"]),
    ("accessibility", &["diesel", "poem", "tokio"]),
    ("seed-data", &["diesel", "poem", "tokio"]),
];

fn host() -> String {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc runs");
    let version = String::from_utf8(output.stdout).expect("text");
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    line.expect("a host").to_owned()
}

struct Workspace {
    members: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    normal: BTreeMap<String, BTreeSet<String>>,
}

/// What cargo knows of this workspace.
fn metadata() -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    // Without the platform, packages of every other platform would have to be fetched.
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", &host()])
        .current_dir(root)
        .output()
        .expect("cargo metadata runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
}

impl Workspace {
    fn read() -> Self {
        let metadata = metadata();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let names: BTreeMap<String, String> = metadata["packages"]
            .as_array()
            .expect("packages")
            .iter()
            .map(|package| (text(&package["id"]), text(&package["name"])))
            .collect();
        let members = metadata["workspace_members"]
            .as_array()
            .expect("members")
            .iter()
            .map(|id| (names[id.as_str().expect("text")].clone(), text(id)))
            .collect();
        let mut normal = BTreeMap::new();
        for node in metadata["resolve"]["nodes"].as_array().expect("nodes") {
            let below = node["deps"].as_array().expect("deps").iter().filter(|dep| {
                let kinds = dep["dep_kinds"].as_array().expect("kinds");
                kinds.iter().any(|kind| kind["kind"].is_null())
            });
            normal.insert(
                text(&node["id"]),
                below.map(|dep| text(&dep["pkg"])).collect(),
            );
        }
        Self {
            members,
            names,
            normal,
        }
    }

    fn ours_below(&self, member: &str) -> BTreeSet<&str> {
        self.normal[&self.members[member]]
            .iter()
            .map(|id| self.names[id].as_str())
            .filter(|name| self.members.contains_key(*name))
            .collect()
    }

    fn closure(&self, member: &str) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut open = vec![self.members[member].as_str()];
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(self.normal[id].iter().map(String::as_str));
            }
        }
        seen.into_iter().map(|id| self.names[id].as_str()).collect()
    }
}

#[test]
fn only_the_listed_edges_exist() {
    let workspace = Workspace::read();
    let listed: BTreeSet<&str> = ALLOWED.iter().map(|(member, _)| *member).collect();
    let present: BTreeSet<&str> = workspace.members.keys().map(String::as_str).collect();
    assert_eq!(present, listed, "a crate without a line in the table");
    for (member, allowed) in ALLOWED {
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        let forbidden: Vec<&str> = workspace
            .ours_below(member)
            .difference(&allowed)
            .copied()
            .collect();
        assert!(
            forbidden.is_empty(),
            "{member} must not import {forbidden:?}"
        );
    }
}

#[test]
fn the_core_knows_no_sockets_databases_or_frameworks() {
    let workspace = Workspace::read();
    for (member, forbidden) in FORBIDDEN_BELOW {
        let below = workspace.closure(member);
        // Guards the guard: a closure that misses a known dependency proves nothing.
        assert!(
            below.contains("thiserror") || below.contains("serde"),
            "{member}: empty closure"
        );
        let found: Vec<&&str> = forbidden
            .iter()
            .filter(|name| below.contains(**name))
            .collect();
        assert!(found.is_empty(), "{member} reaches {found:?}");
    }
}

#[test]
fn a_bare_cargo_run_finds_the_binary() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    let server = packages
        .iter()
        .find(|package| package["name"] == "server")
        .expect("server");
    assert_eq!(
        server["default_run"], "anlin",
        "several binaries, and none is the default"
    );
    assert_eq!(
        metadata["workspace_default_members"],
        serde_json::json!([server["id"]])
    );
}
