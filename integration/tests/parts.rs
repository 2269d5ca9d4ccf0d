//! `PARTS.md` is true: each bullet of the plan is shown by tests that exist, run and assert.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const TABLE: &str = include_str!("PARTS.md");

/// The parts that the table must name, in the words of the plan.
const PARTS: [&str; 55] = [
    "workspace",
    "contract",
    "access",
    "domain",
    "store",
    "ingest",
    "spatial",
    "notifications",
    "messages",
    "seed data",
    "tests",
    "demo, page and commands",
    // Second step.
    "commands",
    "district network",
    "prepared network",
    "closures and changes",
    "positions",
    "dispatch query",
    "straight line",
    "isochrones",
    "coverage, matrix and assignment",
    "ranking",
    "waves",
    "replay",
    "safety net",
    // Third step.
    "listeners",
    "identity",
    "evidence",
    "exactly one event",
    "protocols",
    "conformance kit",
    "clock and datum",
    "device health",
    "ambient life signs",
    "downlink",
    "life cycle",
    // Fourth step.
    "full state machine",
    "correlation",
    "hand-over sheet",
    "outcome and return visit",
    "ladders as data",
    "offers",
    "daily life sign",
    "borders",
    "carriers",
    "channels",
    "acceptance tokens",
    "voice call-back",
    "watchdog",
    "backup and restore",
    "live stream",
    "latency and storm",
    "timers",
    "faults",
    "simulation",
];

/// What a test or something it calls must contain to show anything.
const ASSERTING: [&str; 11] = [
    "assert!(",
    "assert_eq!(",
    "assert_ne!(",
    "assert!(matches!",
    "prop_assert",
    "panic!(",
    ".expect(2",
    ".expect(4",
    "expect_problem(",
    "assert_complains(",
    "carrier.expect(",
];

/// A row: part, bullet, and tests as `path::function`.
struct Row {
    part: String,
    bullet: String,
    tests: Vec<(String, String)>,
}

fn rows() -> Vec<Row> {
    let lines = TABLE
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| part |"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            assert_eq!(cells.len(), 3, "{line}");
            let named = cells[2].split('`').skip(1).step_by(2);
            let tests = named.map(|name| {
                let (path, function) = name.split_once("::").expect("path::function");
                (path.to_owned(), function.to_owned())
            });
            Row {
                part: cells[0].to_owned(),
                bullet: cells[1].to_owned(),
                tests: tests.collect(),
            }
        })
        .collect()
}

/// The text between the braces of a function, and what stands before it.
fn function<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let at = [format!("fn {name}("), format!("fn {name}<")];
    let at = at.iter().find_map(|start| text.find(start.as_str()))?;
    let before = &text[..at];
    // Attributes of this function only: everything since the end of the item before.
    let since = before.rfind("}\n").map_or(0, |end| end + 2);
    // In formatted sources a function ends with a brace in the column where its line begins.
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let indent: String = text[line..].chars().take_while(|it| *it == ' ').collect();
    let open = at + text[at..].find("{\n")?;
    let end = open + text[open..].find(&format!("\n{indent}}}\n"))?;
    Some((&before[since..], &text[open..end]))
}

/// A function asserts itself, or calls one of its own file that does.
fn asserts(text: &str, body: &str, seen: &mut BTreeSet<String>) -> bool {
    if ASSERTING.iter().any(|sign| body.contains(sign)) {
        return true;
    }
    let called = body.match_indices('(').filter_map(|(at, _)| {
        let name = body[..at]
            .rsplit(|it: char| !(it.is_alphanumeric() || it == '_'))
            .next()?;
        (!name.is_empty()).then(|| name.to_owned())
    });
    let called: Vec<String> = called.collect();
    called.into_iter().any(|name| {
        seen.insert(name.clone())
            && function(text, &name).is_some_and(|(_, body)| asserts(text, body, seen))
    })
}

/// Why a named test shows nothing; `None` when it does.
fn flaw(path: &str, name: &str) -> Option<String> {
    let Ok(text) = std::fs::read_to_string(Path::new(ROOT).join(path)) else {
        return Some(format!("{path} is not there"));
    };
    let Some((before, body)) = function(&text, name) else {
        return Some(format!("{path} has no {name}"));
    };
    if before.contains("#[ignore") {
        return Some(format!("{name} is ignored"));
    }
    let marked = ["#[test]", "#[tokio::test"]
        .iter()
        .any(|it| before.contains(it));
    if !(marked || is_listed(path, &text, name)) {
        return Some(format!("{name} in {path} is no test"));
    }
    let mut seen = BTreeSet::from([name.to_owned()]);
    (!asserts(&text, body, &mut seen)).then(|| format!("{name} in {path} asserts nothing"))
}

/// Whether a macro makes a test of this function: in its own file, or in the one of its folder,
/// as `tests/routes.rs` lists the stories of `tests/routes/x.rs`.
fn is_listed(path: &str, text: &str, name: &str) -> bool {
    const LISTS: [(&str, &str); 4] = [
        ("on_both_databases! {", "\n}"),
        ("on_both!(", ");"),
        ("$with! {", "\n        }"),
        ("proptest! {", "\n}\n"),
    ];
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let suite = std::fs::read_to_string(Path::new(ROOT).join(folder).with_extension("rs"));
    [text, &suite.unwrap_or_default()].into_iter().any(|text| {
        LISTS.iter().any(|(start, end)| {
            let lists = text
                .split(start)
                .skip(1)
                .filter_map(|rest| rest.split(end).next());
            let is_word = |it: char| it.is_alphanumeric() || it == '_';
            lists
                .into_iter()
                .any(|list| list.split(|it| !is_word(it)).any(|word| word == name))
        })
    })
}

#[test]
fn every_part_of_the_plan_is_in_the_table() {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows() {
        assert!(
            !row.tests.is_empty(),
            "no test shows: {}: {}",
            row.part,
            row.bullet
        );
        *counted.entry(row.part).or_default() += 1;
    }
    let named: BTreeSet<&str> = counted.keys().map(String::as_str).collect();
    assert_eq!(named, PARTS.into_iter().collect());
}

#[test]
fn every_named_test_exists_runs_and_asserts() {
    let tests = rows().into_iter().flat_map(|row| row.tests);
    let flaws: Vec<String> = tests
        .filter_map(|(path, name)| flaw(&path, &name))
        .collect();
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}

#[test]
fn a_test_that_shows_nothing_is_found() {
    let here = "integration/tests/parts.rs";
    assert!(flaw(here, "no_such_test").is_some_and(|it| it.contains("has no")));
    assert!(flaw("integration/tests/nowhere.rs", "x").is_some_and(|it| it.contains("not there")));
    assert!(flaw(here, "rows").is_some_and(|it| it.contains("is no test")));
    let text = "#[test]\nfn hollow() {\n    let _ = 1;\n}\nfn sound() {\n    assert!(true);\n}\n";
    let (_, hollow) = function(text, "hollow").expect("there");
    assert!(!asserts(text, hollow, &mut BTreeSet::new()));
    let calling = "fn calls() {\n    sound();\n}\n".to_owned() + text;
    let (_, body) = function(&calling, "calls").expect("there");
    assert!(asserts(&calling, body, &mut BTreeSet::new()));
}
