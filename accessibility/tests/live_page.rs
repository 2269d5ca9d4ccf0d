//! The live page: its texts exist, and nothing in it breaks the policy that it is served under.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use accessibility::{Language, section};
use domain::incidents::{IncidentKind, IncidentStatus, NextOwner, OfferState, Outcome};

const MOST_LINES: usize = 200;

/// Keys that the scripts choose among, so that no literal stands in the call itself.
const CHOSEN: &[&str] = &[
    "answer",
    "candidate",
    "connected",
    "elapsed_since",
    "failed",
    "legend_candidate",
    "legend_chosen",
    "legend_network",
    "legend_possible",
    "legend_released",
    "legend_resident",
    "legend_route",
    "loading",
    "map_credit",
    "map_invented",
    "map_no_position",
    "overdue",
    "reason",
    "reconnecting",
    "scale_km",
    "scale_m",
    "stage_next",
    "stage_open",
    "stage_skipped",
    "time_left",
    "waiting",
    "walking_time",
];

fn files() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/live");
    let read = |entry: fs::DirEntry| {
        let text = fs::read_to_string(entry.path()).expect("a text file");
        (entry.file_name().into_string().expect("a plain name"), text)
    };
    fs::read_dir(folder)
        .expect("the page")
        .map(|entry| read(entry.expect("an entry")))
        .collect()
}

/// What stands between `before` and the next quote, wherever `before` occurs.
fn quoted<'t>(text: &'t str, before: &str) -> Vec<&'t str> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

fn used_keys() -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = CHOSEN.iter().map(|key| (*key).to_owned()).collect();
    for (name, text) in files() {
        let markers: &[&str] = match name.rsplit_once('.') {
            Some((_, "html")) => &["data-text=\"", "data-label=\""],
            Some((_, "js")) => &["say(\"", "fact(\""],
            _ => &[],
        };
        keys.extend(
            markers
                .iter()
                .flat_map(|marker| quoted(&text, marker))
                .map(str::to_owned),
        );
    }
    keys
}

#[test]
fn every_text_that_the_page_names_exists() {
    let keys = used_keys();
    assert!(
        keys.contains("what_you_see") && keys.contains("elapsed"),
        "{keys:?}"
    );
    for language in Language::ALL {
        let texts = section("ui", *language);
        let missing: Vec<&String> = keys
            .iter()
            .filter(|key| !texts.contains_key(*key))
            .collect();
        assert!(missing.is_empty(), "{language}: {missing:?}");
    }
}

#[test]
fn every_wire_word_has_a_text() {
    let groups: [(&str, Vec<&str>); 5] = [
        (
            "kind",
            IncidentKind::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            "status",
            IncidentStatus::ALL
                .iter()
                .map(|word| word.as_str())
                .collect(),
        ),
        (
            "outcome",
            Outcome::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            "offer",
            OfferState::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            "owner",
            NextOwner::ALL.iter().map(|word| word.as_str()).collect(),
        ),
    ];
    for language in Language::ALL {
        let texts = section("ui", *language);
        for (group, words) in &groups {
            for word in words {
                assert!(
                    texts.contains_key(&format!("{group}_{word}")),
                    "{group}_{word}"
                );
            }
        }
        for level in 1..=4 {
            assert!(texts.contains_key(&format!("severity_{level}")), "{level}");
        }
        for step in [
            "opened", "asked", "accepted", "en_route", "arrived", "closed",
        ] {
            assert!(texts.contains_key(&format!("stage_{step}")), "{step}");
        }
    }
}

#[test]
fn the_page_calls_a_status_what_everybody_calls_it() {
    for language in Language::ALL {
        let (page, everywhere) = (section("ui", *language), section("statuses", *language));
        for status in IncidentStatus::ALL {
            let key = format!("status_{status}");
            assert_eq!(
                page.get(&key),
                everywhere.get(status.as_str()),
                "{key} {language}"
            );
        }
    }
}

#[test]
fn nothing_breaks_the_content_policy() {
    for (name, text) in files() {
        if name.ends_with(".md") {
            continue;
        }
        for forbidden in [
            "style=",
            "<style",
            "onclick=",
            "innerHTML",
            "eval(",
            "\"data:",
            "@import",
        ] {
            assert!(!text.contains(forbidden), "{name} holds {forbidden}");
        }
        let hosts =
            text.matches("://").count() - text.matches("http://www.w3.org/2000/svg").count();
        assert_eq!(hosts, 0, "{name} names another host");
        assert!(text.lines().count() <= MOST_LINES, "{name} is too long");
    }
}

#[test]
fn every_file_that_is_asked_for_is_there() {
    let files = files();
    for (name, text) in &files {
        for asked in quoted(text, "\"/live/") {
            assert!(files.contains_key(asked), "{name} asks for {asked}");
        }
    }
    let index = &files["index.html"];
    for placeholder in ["%LANG%", "%TEXTS%", "%SESSION%"] {
        assert_eq!(index.matches(placeholder).count(), 1, "{placeholder}");
    }
}
